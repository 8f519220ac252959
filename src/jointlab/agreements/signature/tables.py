"""The table of who signs."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jointlab.agreements.models import How, Signature
from jointlab.common.names import Text
from jointlab.common.show import fill, name, state, when
from jointlab.common.tables import Column


def signature_columns() -> list[Column]:
    """Return the columns of signatures, made or still to come."""
    return [
        Column(_("Who"), _who),
        Column(_("As"), lambda row: _("Witness") if row.witness else _("Signatory")),
        Column(_("State"), _state),
        Column(_("Time"), lambda row: when(row.signed_at or row.asked_at) or "—"),
        Column(_("How"), _how),
    ]


def _who(row: Signature) -> SafeString:
    return fill("{}<br><small>{}</small>", name(row.person), name(row.organisation))


def _state(row: Signature) -> SafeString:
    if row.signed_at:
        return state("passed", _("Signed"))
    return (
        state("going", _("Asked to sign")) if row.asked_at else state("waiting", _("Not asked yet"))
    )


def _how(row: Signature) -> Text:
    if not row.how:
        return "—"
    certificate = _("Certificate %(serial)s") % {"serial": row.serial}
    return fill("{}<br><small>{}</small>", capfirst(str(How(row.how).label)), certificate)
