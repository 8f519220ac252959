"""Databases of other formats (ARXML, KCD, SYM), which cantools reads and we decode by.

cantools' messages become the statements that a DBC file would make, so that one place judges them.
"""

from __future__ import annotations

import codecs
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from trialbench.dbc import arxml
from trialbench.dbc.assemble import assemble
from trialbench.dbc.raw import EXTENDED, RawFile, RawMessage, RawSignal
from trialbench.encoding import as_utf8
from trialbench.errors import DbcError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialbench.dbc.model import MessageDef

_NO_TEXT: Final = "\N{REPLACEMENT CHARACTER}"
_LARGEST: Final = 1 << 27
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_SYM: Final = re.compile(rb"\s*(?://[^\n]*\n\s*)*FormatVersion\s*=\s*([0-9.]+)", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
_UNSAFE: Final = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMS: Final = {b"AUTOSAR": "ARXML", b"NetworkDefinition": "KCD"}


def form_of(content: bytes) -> str | None:
    """The format of a database by its content: ARXML, KCD or SYM; None where it may be a DBC file.

    Raises `DbcError` for XML that is none of these.
    """
    head = as_utf8(content[:65536], _declared(content))[0]
    if _SYM.match(head):
        return "SYM"
    if not head.lstrip().startswith(b"<"):
        return None
    root = _TAG.search(_COMMENT.sub(b"", head))
    form = _FORMS.get(root[1]) if root else None
    if form is None:
        what = root[1].decode() if root else "nothing"
        raise DbcError(f"XML of {what} is no database that is read: ARXML and KCD are")
    return form


def read(
    form: str, content: bytes, bus: str | None, encoding: str | None = None
) -> tuple[tuple[MessageDef, ...], tuple[str, ...], tuple[str, ...]]:
    """The messages of a database, what is wrong with it, and notes; of one `bus`, or of all.

    Raises `DbcError` where nothing can be read.
    """
    if len(content) > _LARGEST:
        raise DbcError(f"{form} files of more than {_LARGEST >> 20} MiB are not read")
    data, told = as_utf8(content, encoding or _declared(content))
    text = data.decode("utf-8", "replace")
    if form != "SYM" and _UNSAFE.search(text):
        raise DbcError("XML with a document type or entities is not read: take its <!DOCTYPE> out")
    if form == "SYM" and (found := _SYM.match(data)) and not found[1].startswith(b"6."):
        raise DbcError(f"SYM {found[1].decode()} is not read, 6.0 is: save it anew as that")
    file, notes = RawFile(), [f"{form} read through cantools {version('cantools')}"]
    notes += [f"text read as {told}"] if told else []
    if form == "ARXML":
        try:
            text, problems, taken = arxml.mended(text)
        except RecursionError:
            raise DbcError("its elements are nested too deeply") from None
        file.problems += problems
        notes += taken
    messages = _loaded(form, text)
    buses = list(dict.fromkeys(message.bus_name or "" for message in messages))
    if bus is not None and bus not in buses:
        raise DbcError(f"there is no bus {bus}: {', '.join(buses) or 'none'}")
    _add(file, [message for message in messages if bus in (None, message.bus_name)])
    if bus is None and len(buses) > 1:
        notes.append(
            f"the messages of all its buses ({', '.join(buses)}) are taken; #{buses[0]}"
            " behind its name takes those of one"
        )
    usable = assemble(file)
    if not usable:
        raise DbcError(
            f"none of its messages can be used{''.join(f': {p}' for p in file.problems[:1])}"
        )
    return usable, tuple(file.problems), tuple(notes)


def _declared(content: bytes) -> str | None:
    """The encoding that an XML file declares, where there is such a one."""
    found = _DECLARED.match(content)
    try:
        return codecs.lookup(found[1].decode()).name if found else None
    except LookupError:
        return None


def _loaded(form: str, text: str) -> list[Any]:
    import cantools.database  # half a second, for those who need it

    try:
        loaded = cantools.database.load_string(text, form.lower(), strict=False)
    except Exception as error:  # noqa: BLE001 - cantools lets pass whatever Python raises
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise DbcError(f"cantools cannot read this {form} file: {why}") from None
    return list(loaded.messages)


def _add(file: RawFile, messages: Iterable[Any]) -> None:
    """Add messages, of two of one identifier the first."""
    taken: dict[int, Any] = {}
    for message in messages:
        key = message.frame_id | (EXTENDED if message.is_extended_frame else 0)
        first = taken.setdefault(key, message)
        if first is not message:
            if not _same(first, message):
                file.problem(
                    0,
                    f"message {message.name}{_on(message)} left out: message {first.name}{_on(first)}"
                    f" has its identifier {message.frame_id:#x}",
                )
        elif _NO_TEXT in message.name:
            file.problem(0, f"message {message.frame_id:#x} left out: its name is no text")
        elif getattr(message, "is_container", False):
            file.problem(0, f"message {message.name} left out: it is a container of others")
        else:
            _add_message(file, key, message)


def _same(first: Any, second: Any) -> bool:
    """Whether two buses carry the same message, as a gateway passes it on."""
    return (first.name, first.length) == (second.name, second.length) and [
        (s.name, s.start, s.length, s.byte_order, s.scale, s.offset) for s in first.signals
    ] == [(s.name, s.start, s.length, s.byte_order, s.scale, s.offset) for s in second.signals]


def _on(message: Any) -> str:
    return f" of bus {message.bus_name}" if message.bus_name else ""


def _add_message(file: RawFile, key: int, message: Any) -> None:
    made = RawMessage(key, message.name, 0, message.length)
    file.messages.append(made)
    if message.is_fd:
        file.format_of[key] = "StandardCAN_FD"
    for signal in message.signals:
        why = ""
        if type(signal.conversion).__name__ == "PiecewiseLinearConversion":
            why = "its scale has pieces"
        elif _NO_TEXT in signal.name:
            why = "its name is no text"
        if why:
            file.problem(0, f"message {message.name}: signal {signal.name} left out: {why}")
            continue
        statement = _statement(signal)
        if statement not in made.signals:
            made.signals.append(statement)
        above = signal.multiplexer_signal
        if above:  # SYM lists a signal anew for each value that selects it
            _, values = file.multiplexed.setdefault((key, signal.name), (above, []))
            values += ((value, value) for value in signal.multiplexer_ids or ())
        if signal.is_float:
            file.value_types[key, signal.name] = 2 if signal.length == 64 else 1


def _statement(signal: Any) -> RawSignal:
    return RawSignal(
        name=signal.name,
        line=0,
        marker=("m0" if signal.multiplexer_signal else "") + ("M" if signal.is_multiplexer else ""),
        start=signal.start,
        length=signal.length,
        big_endian=signal.byte_order == "big_endian",
        signed=signal.is_signed,
        factor=_number(signal.scale),
        offset=_number(signal.offset),
        unit=signal.unit or "",
    )


def _number(value: Any) -> float:
    """A factor or an offset as Python's own number: whole ones multiply exactly."""
    return value if isinstance(value, int) else float(value)
