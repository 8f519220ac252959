"""Exports: chains as JSON lines that anybody can check without the server.

A file is one part a chain: a header, the entries, each with a line of its details after it, the
checkpoints; then one line that counts the lines before it and holds their SHA-256. Every line is
canonical JSON. An entry's record is kept as the text that was hashed. What was erased is null.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from jointlab.history import checkpoints
from jointlab.history.chain import LINE, Link, canonical
from jointlab.history.checkpoints import Signed
from jointlab.history.dsse import Faulty
from jointlab.history.examination import Examination

FORMAT = "jointlab-history-export-2"
# The first form has no lines of details; apart from that it is the same.
FORMATS = ("jointlab-history-export-1", FORMAT)
# What comes of reading a line that no export wrote.
UNFIT = (Faulty, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)


def chain_lines(
    chain: UUID,
    code: str,
    names: Mapping[str, str],
    links: Iterable[Link],
    documents: Iterable[dict[str, Any]],
) -> Iterator[str]:
    """Yield the lines of one chain."""
    yield canonical({"format": FORMAT, "chain": chain, "code": code, "name": names})
    for link in links:
        yield entry_line(link)
        if link.details not in ("", "{}"):
            yield f'{{"details":{link.details},"number":{link.number}}}'
    yield from map(canonical, documents)


def with_seal(lines: Iterable[str]) -> Iterator[bytes]:
    """Yield the lines of a file, the last of them the seal."""
    count, sha256 = 0, hashlib.sha256()
    for line in lines:
        data = line.encode() + b"\n"
        count += 1
        sha256.update(data)
        yield data
    yield canonical({"lines": count, "sha256": sha256.hexdigest()}).encode() + b"\n"


def entry_line(link: Link) -> str:
    """Return an entry's line; its chain is that of the header."""
    # As canonical() writes it, whose care a hundred thousand lines need not: the keys are sorted.
    return LINE.encode(
        {
            "actor": str(link.actor) if link.actor else None,
            "at": link.at.astimezone(UTC).isoformat(),
            "event": link.event,
            "hash": link.hash.hex(),
            "number": link.number,
            "previous": link.previous.hex(),
            "record": link.record,
        }
    )


def write(path: Path, lines: Iterable[bytes]) -> None:
    """Write the file so that it is there whole or not at all."""
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink()
        raise


def examine(lines: Iterable[bytes]) -> list[Examination]:
    """Return an examination of each chain in the file; the first names what is wrong with the file.

    Raises Faulty when it is no export at all.
    """
    reading = _ArchiveReader()
    for line in lines:
        reading.line(line)
    return reading.end()


class _ArchiveReader:
    """The file, line after line."""

    def __init__(self) -> None:
        self.found: list[Examination] = []
        self.sha256 = hashlib.sha256()
        self.count = 0
        self.ended = False

    def line(self, data: bytes) -> None:
        """Look at the next line."""
        try:
            self._take(data)
        except UNFIT as fault:
            if not self.found:
                raise Faulty("not an export of a history") from None
            why = str(fault) if isinstance(fault, Faulty) else "not a line of an export"
            self.found[-1].add_fault(f"line {self.count + 1}: {why}")
        self.sha256.update(data)
        self.count += 1

    def end(self) -> list[Examination]:
        """Return what was found."""
        if not self.found:
            raise Faulty("not an export of a history")
        if not self.ended and not any(examination.fault for examination in self.found):
            self.found[-1].add_fault("the file is cut off: its last line, the seal, is missing")
        return self.found

    def _take(self, data: bytes) -> None:
        text = data.decode()
        if not text.endswith("\n"):
            raise Faulty("the file is cut off within this line")
        content = json.loads(text)
        if self.ended:
            raise Faulty("something stands after the seal")
        if "sha256" in content:
            self._seal(content)
        elif content.get("format") in FORMATS:
            self._header(content)
        elif content.get("format") == checkpoints.FORMAT:
            self._checkpoint(content)
        elif "details" in content:
            self._details(content, text)
            return
        else:
            self._entry(content, text)
            return
        if canonical(content) + "\n" != text:
            raise Faulty("not written as an export writes it: it was edited")

    def _header(self, content: dict[str, Any]) -> None:
        chain = UUID(content["chain"])
        if any(chain == examination.chain for examination in self.found):
            raise Faulty("this chain stands in the file already")
        names = content["name"]
        if not isinstance(names, dict):
            raise Faulty("its history has no name")
        self.found.append(Examination(chain, str(content["code"] or chain), names))

    def _entry(self, content: dict[str, Any], text: str) -> None:
        here = self.found[-1]
        link = Link(
            chain=here.chain,
            number=content["number"],
            at=datetime.fromisoformat(content["at"]),
            event=content["event"],
            actor=UUID(content["actor"]) if content["actor"] else None,
            record=content["record"],
            previous=bytes.fromhex(content["previous"]),
            hash=bytes.fromhex(content["hash"]),
        )
        if entry_line(link) + "\n" != text:
            raise Faulty("not written as an export writes it: it was edited")
        here.entry(link, f"line {self.count + 1}: ")

    def _details(self, content: dict[str, Any], text: str) -> None:
        # Not canonical(), for the sake of the many: the order within a value is what was hashed.
        if LINE.encode(content) + "\n" != text:
            raise Faulty("not written as an export writes it: it was edited")
        place = f"line {self.count + 1}: "
        self.found[-1].check_details(content["number"], content["details"], place)

    def _checkpoint(self, content: dict[str, Any]) -> None:
        here = self.found[-1]
        signed = checkpoints.read(content)
        if signed.head.chain != here.chain:
            raise Faulty("a checkpoint of another chain")
        here.checkpoint(signed, f"line {self.count + 1}: ")

    def _seal(self, content: dict[str, Any]) -> None:
        self.ended = True
        if any(examination.fault for examination in self.found):
            return
        if content["lines"] != self.count:
            raise Faulty(f"{content['lines']} lines were written, {self.count} are here")
        if content["sha256"] != self.sha256.hexdigest():
            raise Faulty("the lines before it are not those that were written")


def compare(found: Iterable[Examination], kept: Signed) -> str:
    """Hold the chains against a checkpoint that somebody kept; return what does not fit."""
    for examination in found:
        if examination.chain == kept.head.chain:
            examination.checkpoint(kept, own=False)
            return ""
    return f"the checkpoint is of the chain {kept.head.chain}, which is not here"
