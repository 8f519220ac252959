"""What can be wrong with a signed paper: a code, and one sentence about it.

The sentences are in English here; a page says TEXTS[code] in its reader's language and fills in
`facts`. Nothing in a sentence but the name of a field comes from the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

MOST_MEGABYTES = 20
MOST_BYTES = MOST_MEGABYTES * 1_000_000


def _(text: str) -> str:
    """Mark a sentence for the catalogues."""
    return text


TEXTS: Mapping[str, str] = MappingProxyType(
    {
        # the file
        "no-pdf": _("The file is not a PDF."),
        "too-large": _("The file is larger than %(megabytes)s MB."),
        "encrypted": _("The PDF is encrypted."),
        "damaged": _("The PDF is damaged, or was not written by the rules of its format."),
        "trailing": _("The PDF was cut off, or something was put after its end."),
        "too-much": _("The file could not be checked in time."),
        # the document
        "no-signature": _("There is no signature in the PDF."),
        "no-seal": _("The document was not sealed before it was signed."),
        "foreign-seal": _("The document was sealed with a certificate that is not for seals."),
        "open": _("The file does not end with a timestamp over the whole document."),
        "changed": _("The document was changed after it had been sealed, by more than signatures."),
        "dangling": _("The document leaves room for content that is put in later."),
        "active": _("The PDF holds a script, or an action that starts something."),
        "attached": _("A file was attached after the document had been sealed."),
        # a field
        "unsigned": _("%(field)s: nobody has signed here."),
        "order": _("%(field)s: signed before somebody whose turn came first."),
        "extra": _("%(field)s: a signature for which the document has no place."),
        "twice": _("%(field)s: two fields have this name."),
        "unknown-kind": _("%(field)s: a signature of an unknown kind."),
        "locks": _("%(field)s: the signature forbids the others to sign."),
        "encoding": _("%(field)s: the signature is not encoded by the rules."),
        "coverage": _("%(field)s: the signature does not cover the whole document as it was then."),
        "altered": _("%(field)s: what was signed is not what is in the file."),
        "invalid": _("%(field)s: the signature is not valid."),
        "untrusted": _("%(field)s: the certificate is of no authority that is trusted here."),
        "expired": _("%(field)s: the certificate did not hold when it was used."),
        "revoked": _("%(field)s: the certificate had been revoked when it was used."),
        "not-checkable": _(
            "%(field)s: the file does not say whether the certificate had been revoked."
        ),
        "purpose": _("%(field)s: the certificate is not for signing."),
        "timestamp": _("%(field)s: the timestamp is not valid, or of no authority trusted here."),
        # a signature that was made elsewhere
        "other-document": _(
            "This is not the document that is to be signed, or not its last state."
        ),
        "not-signed": _("Nothing was signed in this file."),
        "several": _("More than one signature was added to the document."),
        "other-field": _("The signature is in another place than yours."),
        "somebody-else": _("The certificate was issued to another e-mail address than yours."),
    }
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    code: str
    field: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What the sentence is filled with."""
        return {"field": self.field, "megabytes": MOST_MEGABYTES}

    @property
    def text(self) -> str:
        """The sentence in English."""
        return TEXTS[self.code] % self.facts


CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "page": _("Page %(page)s does not show what was sealed."),
        "page-added": _("Page %(page)s was added."),
        "page-removed": _("Page %(page)s was taken out."),
        "note": _("Something was laid over page %(page)s."),
        "title": _("The document was given another title."),
        "file": _("The attached files are not those that were sealed."),
    }
)


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was sealed; `page` from 1, where it is one."""

    code: str
    page: int = 0


class Faulty(Exception):  # noqa: N818 - the word for what does not verify
    """The file is not what it should be; `problem` says why."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.problem = Problem(code, field)
