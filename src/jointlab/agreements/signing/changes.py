"""What later updates did to a sealed document: signatures, evidence and timestamps, or more.

pyHanko's difference analysis compares each update with the one before, object by object, and
knows what each change is allowed to be; what no rule explains is refused. On top of that: no
room for content that comes later, no scripts at all, no attachments but the sealed ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    Reference,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, StandardDiffPolicy, SuspiciousModification
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule
from pyhanko.sign.diff_analysis.rules.file_structure_rules import (
    CatalogModificationRule,
    ObjectStreamRule,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    DSSCompareRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)
from pyhanko.sign.diff_analysis.rules.metadata_rules import DocInfoRule, MetadataUpdateRule
from pyhanko.sign.fields import MDPPerm

from jointlab.agreements.signing.problems import Faulty

SAME = ModificationLevel.LTA_UPDATES
POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"}),
        DocInfoRule().as_qualified(SAME),
        XrefStreamRule().as_qualified(SAME),
        ObjectStreamRule().as_qualified(SAME),
        DSSCompareRule().as_qualified(SAME),
        MetadataUpdateRule().as_qualified(SAME),
    ],
    form_rule=FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule()], {"/Fields"}),
    # An object that nothing refers to now may be what a sealed page has been waiting for.
    ignore_orphaned_objects=False,
)
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound"}
ACTIONS |= {"/GoToE", "/GoTo3DView", "/RichMediaExecute"}
STARTS = {"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent"}
ADDS = {"/A", "/OpenAction", "/EF", "/RF"}
TOLD = ("title", "author", "subject", "keywords")  # what metadata say of the document


def check(reader: PdfFileReader, sealed: int) -> None:
    """Faulty where an update after that revision did more than sign, stamp and add evidence."""
    _check_content(reader, sealed)
    resolvers = [reader.get_historical_resolver(n) for n in range(sealed, reader.total_revisions)]
    for old, new in pairwise(resolvers):
        try:
            POLICY.apply(old, new, doc_mdp=MDPPerm.FILL_FORMS)
        except SuspiciousModification:
            raise Faulty("changed") from None
        if _told(new) != _told(resolvers[0]):
            raise Faulty("changed")


def check_actions(reader: PdfFileReader) -> None:
    """Faulty where the file, as it is now, holds something that runs."""
    for revision in range(reader.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        for each in reader.xrefs.explicit_refs_in_revision(revision):
            found = resolver(Reference(*_key(each), resolver))
            if any(map(_runs, _dictionaries(found))):
                raise Faulty("active")


def _check_content(reader: PdfFileReader, sealed: int) -> None:
    xrefs = reader.xrefs
    known: set[tuple[int, int]] = set()
    for revision in range(sealed + 1):
        known |= {_key(each) for each in xrefs.explicit_refs_in_revision(revision)}
    at_seal = reader.get_historical_resolver(sealed)
    for number, generation in known:
        found = at_seal(Reference(number, generation, at_seal))
        for reference in _references(found):
            if _key(reference) not in known:
                raise Faulty("dangling")
    for revision in range(sealed + 1, reader.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        for each in xrefs.explicit_refs_in_revision(revision):
            if _key(each) not in known:
                _check_added(resolver(Reference(*_key(each), resolver)))


def _check_added(found: PdfObject) -> None:
    for part in _dictionaries(found):
        if _raw(part, "/Type") in ("/EmbeddedFile", "/Filespec") or part.keys() & {"/EF", "/RF"}:
            raise Faulty("attached")
        if part.keys() & ADDS:
            raise Faulty("active")


def _runs(part: DictionaryObject) -> bool:
    return bool(part.keys() & STARTS) or _raw(part, "/S") in ACTIONS


def _raw(part: DictionaryObject, key: str) -> Any:
    value = part.raw_get(key) if key in part else None
    if isinstance(value, IndirectObject):
        value = value.get_object()
    return value if isinstance(value, NameObject) else None


def _dictionaries(found: PdfObject) -> Iterator[DictionaryObject]:
    """Yield the dictionaries of one object, streams' too, without following references."""
    for each in _parts(found):
        if isinstance(each, DictionaryObject):
            yield each


def _references(found: PdfObject) -> Iterator[Reference]:
    for each in _parts(found):
        if isinstance(each, IndirectObject):
            yield each.reference


def _parts(found: PdfObject) -> Iterator[PdfObject]:
    """Yield the object and all that stands in it, however deep, without following references."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, DictionaryObject):
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += [each.raw_get(n) for n in range(len(each))]


def _key(reference: Reference) -> tuple[int, int]:
    return reference.idnum, reference.generation


def _told(handler: HistoricalResolver) -> list[str]:
    """Return what the metadata say of the document, as text."""
    view = handler.document_meta_view
    return [str(getattr(view, name)) for name in TOLD]
