"""What the events of signing say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models import How
from jointlab.agreements.services.certificates import REASONS
from jointlab.common.events import Facts, Sentence
from jointlab.common.names import Text

SIGNED = _("%(actor)s signed %(agreement)s for %(organisation)s (%(how)s).")
WITNESSED = _("%(actor)s signed %(agreement)s as a witness for %(organisation)s (%(how)s).")
DECLINED = _("%(actor)s declined to sign %(agreement)s: %(reason)s")
NOT_WITNESSED = _("%(actor)s declined to sign %(agreement)s as a witness: %(reason)s")


def _signature(facts: Facts) -> Text:
    return WITNESSED if facts.get("witness") else SIGNED


def _declined(facts: Facts) -> Text:
    return NOT_WITNESSED if facts.get("witness") else DECLINED


SENTENCES: dict[str, Sentence] = {
    "agreements.document_made": _(
        "%(actor)s made the document of %(agreement)s. It is to be signed, in this order, by"
        " %(signers)s."
    ),
    "agreements.signature_made": _signature,
    "agreements.signing_declined": _declined,
    "agreements.certificate_issued": _(
        "%(actor)s had a certificate issued to sign with until %(until)s; its number is %(serial)s."
    ),
    "agreements.certificate_revoked": _(
        "%(actor)s revoked their certificate %(serial)s: %(reason)s"
    ),
}
PASSIVE: dict[str, Sentence] = {
    "agreements.document_made": _(
        "The document of %(agreement)s was made. It is to be signed, in this order, by %(signers)s."
    ),
}
KINDS: dict[str, Text] = {
    "agreements.document_made": _("document made"),
    "agreements.signature_made": _("agreement signed"),
    "agreements.signing_declined": _("signing declined"),
    "agreements.certificate_issued": _("certificate issued"),
    "agreements.certificate_revoked": _("certificate revoked"),
}
LABELS: dict[str, dict[str, Text]] = {
    "how": dict(How.choices),
    "reason": REASONS,
}
