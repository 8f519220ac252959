"""What later updates did to a sealed document: signatures, evidence and timestamps, or more.

pyHanko's difference analysis compares each update with the sealed document, object by object,
and knows what each change is allowed to be; what no rule explains is refused. What updates may
do to each other is simpler: an object that came after the seal is never written again, and a
sealed field only by the signature in it. (Comparing each update with the one before says the
same, and took 0.3 s an update for a real agreement: the whole document is walked each time.)
On top of that: no room for content that comes later, no scripts at all, no attachments but the
sealed ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    Reference,
    StreamObject,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, StandardDiffPolicy, SuspiciousModification
from pyhanko.sign.diff_analysis.constants import (
    ACROFORM_EXEMPT_STRICT_COMPARISON,
    VALUE_UPDATE_KEYS,
)
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonSpec, FormUpdatingRule
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
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate, WhitelistRule
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields

from jointlab.signing.signatures.problems import Faulty

Key = tuple[int, int]  # number and generation of an object
SAME = ModificationLevel.LTA_UPDATES
# What pyHanko lets a form say anew: how text in its fields looks, of which a sealed one has none.
FORM = ACROFORM_EXEMPT_STRICT_COMPARISON
FIELD = VALUE_UPDATE_KEYS | {"/M"}  # and of a field; Poppler notes besides when it was changed


class EmptyFormRule(WhitelistRule):
    """Lets an update add forms that show nothing: Poppler leaves one behind that nobody refers to.

    Only under a number that was never used: nothing sealed can have been waiting for it.
    """

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterator[ReferenceUpdate]:
        """Yield the references to them."""
        taken = {number for number, _generation in _known(old.reader, old.revision)}
        for reference in new.explicit_refs_in_revision():
            if reference.idnum not in taken and _is_empty_form(new(reference)):
                yield ReferenceUpdate(reference)


class SigningRule(SigFieldModificationRule):
    """Lets a field be signed; its place may vanish with that, and never be another.

    PDFBox signs invisibly: it takes the field's rectangle away.
    """

    def compare_fields(self, spec: FieldComparisonSpec) -> bool:
        """Refuse what is more than signing the field."""
        if spec.new_field and _vanishes(spec.new_field):
            return bool(VANISHING.compare_fields(spec))
        return bool(super().compare_fields(spec))


VANISHING = SigFieldModificationRule(value_update_keys=FIELD | {"/Rect"})
POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"}),
        DocInfoRule().as_qualified(SAME),
        XrefStreamRule().as_qualified(SAME),
        ObjectStreamRule().as_qualified(SAME),
        DSSCompareRule().as_qualified(SAME),
        MetadataUpdateRule().as_qualified(SAME),
        EmptyFormRule().as_qualified(SAME),
    ],
    form_rule=FormUpdatingRule(
        [SigFieldCreationRule(), SigningRule(value_update_keys=FIELD)], FORM
    ),
    # An object that nothing refers to now may be what a sealed page has been waiting for.
    ignore_orphaned_objects=False,
)
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound"}
ACTIONS |= {"/GoToE", "/GoTo3DView", "/RichMediaExecute"}
STARTS = {"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent"}
ADDS = {"/A", "/OpenAction", "/EF", "/RF"}
EMPTY = {"/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Length", "/Resources"}
METADATA = ("title", "author", "subject", "keywords")  # what metadata say of the document


def check(reader: PdfFileReader, sealed: int, signers: Mapping[str, int]) -> None:
    """Faulty where an update after that revision did more than sign, stamp and add evidence.

    `signers` says for each field that is signed with which revision it was.
    """
    _check_content(reader, sealed)
    _check_rewriting(reader, sealed, signers)
    old = reader.get_historical_resolver(sealed)
    for revision in range(sealed + 1, reader.total_revisions):
        new = reader.get_historical_resolver(revision)
        try:
            POLICY.apply(old, new, doc_mdp=MDPPerm.FILL_FORMS)
        except SuspiciousModification:
            raise Faulty("changed") from None
        if _metadata_of(new) != _metadata_of(old):
            raise Faulty("changed")


def check_actions(reader: PdfFileReader) -> None:
    """Faulty where the file, as it is now or as it was, holds something that runs."""
    for revision in range(reader.total_revisions):
        for key in _written(reader, revision):
            if any(map(_runs, _dictionaries(_read(reader, key, revision)))):
                raise Faulty("active")


def _check_content(reader: PdfFileReader, sealed: int) -> None:
    """Faulty where sealed content refers to what is not there, or files were attached later."""
    known = _known(reader, sealed)
    for key in known:
        for reference in _references(_read(reader, key, sealed)):
            if (reference.idnum, reference.generation) not in known:
                raise Faulty("dangling")
    for revision in range(sealed + 1, reader.total_revisions):
        for key in _written(reader, revision) - known:
            _check_added(_read(reader, key, revision))


def _check_rewriting(reader: PdfFileReader, sealed: int, signers: Mapping[str, int]) -> None:
    fields = {
        (field.idnum, field.generation): signers.get(f"{name}")
        for name, _value, field in enumerate_sig_fields(reader.get_historical_resolver(sealed))
    }
    known = once = _known(reader, sealed)
    for revision in range(sealed + 1, reader.total_revisions):
        written = _written(reader, revision)
        if written & (once - known):
            raise Faulty("changed")
        if any(fields[key] != revision for key in written & fields.keys()):
            raise Faulty("changed")
        once = once | written


def _vanishes(field: DictionaryObject) -> bool:
    corners = field.raw_get("/Rect") if "/Rect" in field else None
    return isinstance(corners, ArrayObject) and list(corners) == [0, 0, 0, 0]


def _is_empty_form(found: PdfObject) -> bool:
    return (
        isinstance(found, StreamObject)
        and found.keys() <= EMPTY
        and _raw(found, "/Subtype") == "/Form"
        and not found.encoded_data
    )


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
    for each in _walk(found):
        if isinstance(each, DictionaryObject):
            yield each


def _references(found: PdfObject) -> Iterator[Reference]:
    for each in _walk(found):
        if isinstance(each, IndirectObject):
            yield each.reference


def _walk(found: PdfObject) -> Iterator[PdfObject]:
    """Yield the object and all that stands in it, however deep, without following references."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, DictionaryObject):
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += [each.raw_get(n) for n in range(len(each))]


def _known(reader: PdfFileReader, revision: int) -> set[Key]:
    """Return the objects that there were at that revision."""
    return set().union(*(_written(reader, each) for each in range(revision + 1)))


def _written(reader: PdfFileReader, revision: int) -> set[Key]:
    """Return the objects that the revision wrote."""
    found = reader.xrefs.explicit_refs_in_revision(revision)
    return {(each.idnum, each.generation) for each in found}


def _read(reader: PdfFileReader, key: Key, revision: int) -> PdfObject:
    """Return an object as it was then; the reader keeps those that are so still."""
    reference = Reference(*key, reader)
    changed_later = reader.xrefs.get_last_change(reference) > revision
    found: PdfObject = reader.get_object(reference, revision if changed_later else None)
    return found


def _metadata_of(handler: HistoricalResolver) -> list[str]:
    """Return what the metadata say of the document, as text."""
    view = handler.document_meta_view
    return [str(getattr(view, name)) for name in METADATA]
