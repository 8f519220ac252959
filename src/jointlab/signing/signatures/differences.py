"""What was changed in a sealed document, in the words of somebody who looks at its pages.

Only where something was: a whole document is not compared. It says what differs, not what it means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    PdfObject,
    StreamObject,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from jointlab.signing.signatures.problems import Change

ELSEWHERE = {"/Parent", "/P", "/Annots", "/StructParents"}  # does not show on the page


def find_changes(reader: PdfFileReader, sealed: int) -> tuple[Change, ...]:
    """Return how the document as it is now differs from what was sealed."""
    try:
        old = reader.get_historical_resolver(sealed)
        new = reader.get_historical_resolver(reader.total_revisions - 1)
        return tuple(_differences(old, new))
    except Exception:  # noqa: BLE001 - that it was changed is known already
        return ()


def _differences(old: HistoricalResolver, new: HistoricalResolver) -> Iterator[Change]:
    for number, (before, after) in enumerate(zip_longest(_pages(old), _pages(new)), 1):
        if before is None:
            yield Change("page-added", number)
        elif after is None:
            yield Change("page-removed", number)
        elif _fingerprint(before) != _fingerprint(after):
            yield Change("page", number)
        if after is not None and _notes(after) > (_notes(before) if before else 0):
            yield Change("note", number)
    if str(old.document_meta_view.title) != str(new.document_meta_view.title):
        yield Change("title")
    if _fingerprint(_files(old)) != _fingerprint(_files(new)):
        yield Change("file")


def _pages(handler: HistoricalResolver) -> list[DictionaryObject]:
    """Return the pages in order; a page that is there twice counts twice, one in itself once."""
    found: list[DictionaryObject] = []
    waiting = [handler.root["/Pages"]]
    while waiting and len(found) < 10_000:
        node = waiting.pop().get_object()
        if "/Kids" in node:
            waiting += reversed(list(node["/Kids"]))
        else:
            found.append(node)
    return found


def _notes(page: DictionaryObject) -> int:
    """Count what lies over the page and is no field."""
    held = [each.get_object() for each in page.get("/Annots", ())]
    return sum(each.get("/Subtype") != "/Widget" for each in held)


def _files(handler: HistoricalResolver) -> PdfObject:
    found: PdfObject = handler.root.get("/Names", DictionaryObject())
    return found


def _fingerprint(found: PdfObject) -> bytes:
    """Return a hash of all that the object leads to; of each object once."""
    seen: set[Any] = set()
    sha256 = hashlib.sha256()
    waiting: list[Any] = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if each.reference in seen:
                continue
            seen.add(each.reference)
            each = each.get_object()
        if isinstance(each, StreamObject):
            sha256.update(hashlib.sha256(each.encoded_data).digest())
        if isinstance(each, DictionaryObject):
            keys = sorted(set(each.keys()) - ELSEWHERE)
            sha256.update(repr(keys).encode())
            waiting += [each.raw_get(key) for key in keys]
        elif isinstance(each, ArrayObject):
            sha256.update(b"[%d" % len(each))
            waiting += [each.raw_get(n) for n in range(len(each))]
        else:
            sha256.update(repr(each).encode())
    return sha256.digest()
