"""What the events of signing say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models import How
from jointlab.common.events import Facts, Sentence
from jointlab.common.names import Text
from jointlab.signing import events as certificates

SIGNED = _("%(actor)s signed %(agreement)s for %(organisation)s (%(how)s).")
WITNESSED = _("%(actor)s signed %(agreement)s as a witness for %(organisation)s (%(how)s).")
DECLINED = _("%(actor)s declined to sign %(agreement)s: %(reason)s")
NOT_WITNESSED = _("%(actor)s declined to sign %(agreement)s as a witness: %(reason)s")
# As certificates' events were called before signing was a room of its own: they stand in chains.
EARLIER_NAMES = {
    "agreements.certificate_issued": certificates.CERTIFICATE_ISSUED,
    "agreements.certificate_revoked": certificates.CERTIFICATE_REVOKED,
}


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
    **{old: new.sentence for old, new in EARLIER_NAMES.items()},
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
    **{old: new.kind for old, new in EARLIER_NAMES.items()},
}
LABELS: dict[str, dict[str, Text]] = {
    "how": dict(How.choices),
    **certificates.LABELS,
}
