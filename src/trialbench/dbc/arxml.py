"""What cantools does not read of an ARXML file, and would pass over in silence, mended or told."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET  # entities are refused before anything is parsed

from trialbench.errors import DbcError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_PROPS: Final = ("SW-DATA-DEF-PROPS-VARIANTS", "SW-DATA-DEF-PROPS-CONDITIONAL")
_SCALES: Final = ("COMPU-INTERNAL-TO-PHYS", "COMPU-SCALES", "COMPU-SCALE", "COMPU-RATIONAL-COEFFS")
_READ: Final = [
    "IDENTICAL",
    "LINEAR",
    "TEXTTABLE",
    "SCALE_LINEAR_AND_TEXTTABLE",
    "BITFIELD_TEXTTABLE",
]
_ENCODINGS: Final = (("sint", "2C"), ("int", "2C"), ("float", "IEEE754"), ("", "NONE"))
"""By the beginning of a base type's name, as AUTOSAR's platform types are called."""


def mended(text: str) -> tuple[str, list[str], list[str]]:
    """The text as cantools understands it whole, what is left out of it, and what was taken for granted.

    Raises `DbcError` where it is no XML.
    """
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a document type, so without entities
    except ET.ParseError as error:
        raise DbcError(f"no sound XML: {error}") from None
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    notes = _encode_base_types(root, space)
    problems = [*_unread_clusters(root, space), *_unread_scales(root, space)]
    _scale_system_signals(root, space)
    return ET.tostring(root, encoding="unicode"), problems, notes


def _path(space: str, *names: str) -> str:
    return "/".join(space + name for name in names)


def _name(element: Element, space: str) -> str:
    return " ".join((element.findtext(_path(space, "SHORT-NAME")) or "").split())


def _encode_base_types(root: Element, space: str) -> list[str]:
    """Give base types without an encoding the one that their names say: cantools gives up there."""
    taken = []
    for base in root.iter(_path(space, "SW-BASE-TYPE")):
        if next(base.iter(_path(space, "BASE-TYPE-ENCODING")), None) is None:
            name = _name(base, space)
            encoding = next(code for head, code in _ENCODINGS if name.lower().startswith(head))
            ET.SubElement(base, _path(space, "BASE-TYPE-ENCODING")).text = encoding
            taken.append(f"base type {name} names no encoding: taken for {encoding}")
    return taken


def _unread_clusters(root: Element, space: str) -> Iterator[str]:
    for element in root.iter():
        kind = element.tag.removeprefix(space).removesuffix("-CLUSTER")
        if element.tag.endswith("-CLUSTER") and kind != "CAN":
            yield f"{kind} cluster {_name(element, space)} is not read: CAN clusters are"


def _unread_scales(root: Element, space: str) -> Iterator[str]:
    """Name a scale's kind where it is plain, and tell those that are not applied."""
    for method in root.iter(_path(space, "COMPU-METHOD")):
        category = method.findtext(_path(space, "CATEGORY"))
        if category is None and method.find(_path(space, *_SCALES)) is not None:
            ET.SubElement(method, _path(space, "CATEGORY")).text = "LINEAR"
        elif category is not None and category.strip() not in _READ:
            yield (
                f"scale {_name(method, space)} is not applied: {category.strip()} is not read, so that"
                " its signals have raw values"
            )


def _scale_system_signals(root: Element, space: str) -> None:
    """Give a system signal without properties those of its representation: cantools looks there."""
    signals = {
        path: each for path, each in _elements(root, space) if each.tag == space + "SYSTEM-SIGNAL"
    }
    for sent in root.iter(_path(space, "I-SIGNAL")):
        props = sent.find(_path(space, "NETWORK-REPRESENTATION-PROPS", *_PROPS[:1]))
        signal = signals.get((sent.findtext(_path(space, "SYSTEM-SIGNAL-REF")) or "").strip())
        if props is None or signal is None:
            continue
        if signal.find(_path(space, "PHYSICAL-PROPS")) is None:
            ET.SubElement(signal, _path(space, "PHYSICAL-PROPS")).append(deepcopy(props))


def _elements(root: Element, space: str) -> Iterator[tuple[str, Element]]:
    """Every element of every package, with its path."""
    packages = [("", each) for each in root.findall(_path(space, "AR-PACKAGES", "AR-PACKAGE"))]
    while packages:
        above, package = packages.pop()
        here = f"{above}/{_name(package, space)}"
        for element in package.findall(_path(space, "ELEMENTS") + "/*"):
            yield f"{here}/{_name(element, space)}", element
        inner = package.findall(_path(space, "AR-PACKAGES", "AR-PACKAGE"))
        inner += package.findall(_path(space, "SUB-PACKAGES", "AR-PACKAGE"))
        packages += ((here, each) for each in inner)
