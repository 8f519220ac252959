"""Zips that nobody means well by."""

from __future__ import annotations

import functools
import io
import warnings
import zipfile
from typing import TYPE_CHECKING, Final

from tests.trialbench.hostile import junk, protocols

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

MANIFESTS: Final = (
    """
[artefact]
name = "Good"
version = "1"
kind = "python"
entry = "good:run"
requires = ["numpy"]
""",
    """
[artefact]
name = "Net"
version = "1"
kind = "onnx"
model = "net.onnx"
[window]
length = 50
stride = 1
inputs = {v = {mean = 1.0, scale = 2.0}}
otherwise = {y = 0}
""",
)
_METHODS: Final = (
    zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA,
)  # fmt: skip
_NAMES: Final = (
    "../x.py", "/etc/x", "a//b", "C:\\x", "\\\\host\\x", "a\0b", "a" * 300, "b/" * 500 + "c", "é.py", "e\u0301.py",
    "\u202e.py", "json.py", "good.py/x", "GOOD.py", ".", "..", "", "/", "con", "artefact.toml/x", "x/artefact.toml",
    "\ud800.py",
)  # fmt: skip


def made(chance: random.Random) -> bytes:
    """A zip with something wrong: its manifest, its names, its members, or its bytes."""
    manifest = chance.choice(MANIFESTS)
    files = {
        "artefact.toml": manifest.encode(),
        "good.py": b"def run(steps): ...\n" * 50,
        "net.onnx": b"net" * 99,
    }
    method = chance.choice(_METHODS)
    kind = chance.randrange(5)
    if kind == 0:
        files["artefact.toml"] = protocols.spoilt(manifest, chance)
    elif kind == 1:
        files[chance.choice(_NAMES)] = b"x"
    elif kind == 2:
        return _bomb(chance.choice((1, 1, 1, 65)))
    elif kind == 3:
        method = zipfile.ZIP_STORED
        files.update({f"f{k}.txt": b"" for k in range(chance.choice((3, 3, 3, 998, 1200)))})
    packed = _packed(files, method)
    if kind == 4:
        return junk.mutated(packed, chance)
    return _names_harmed(packed, chance) if chance.random() < 0.2 else packed


@functools.cache
def _bomb(mebibytes: int) -> bytes:
    return _packed({"artefact.toml": b"", "bomb": bytes(mebibytes << 20)}, zipfile.ZIP_DEFLATED)


def _packed(files: Mapping[str, bytes], method: int) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as zipped, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in files.items():
            info = zipfile.ZipInfo(name.encode("utf-8", "replace").decode())
            info.filename = name.replace("\ud800", "?")
            info.compress_type = method
            zipped.writestr(info, content)
    return sink.getvalue()


def _names_harmed(packed: bytes, chance: random.Random) -> bytes:
    """With a bit of a member's name, flags or data flipped: in the directory, or before its data."""
    begin = chance.choice((packed.find(b"PK\x01\x02"), packed.find(b"PK\x03\x04")))
    made = bytearray(packed)
    for _ in range(chance.randint(1, 3)):
        at = min(begin + chance.randrange(120), len(made) - 1)
        made[at] ^= 1 << chance.randrange(8)
    return bytes(made)
