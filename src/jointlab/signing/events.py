"""What the room's events say in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event
from jointlab.common.names import Text
from jointlab.signing.models import REASONS

CERTIFICATE_ISSUED = Event(
    "signing.certificate_issued",
    _("%(actor)s had a certificate issued to sign with until %(until)s; its number is %(serial)s."),
    kind=_("certificate issued"),
)
CERTIFICATE_REVOKED = Event(
    "signing.certificate_revoked",
    _("%(actor)s revoked their certificate %(serial)s: %(reason)s"),
    kind=_("certificate revoked"),
)

LABELS: dict[str, dict[str, Text]] = {"reason": REASONS}
