"""The certificates of those who sign here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.common.names import Text
from jointlab.common.rows import uuid7
from jointlab.parties.models import Person

# Why somebody revokes their own, as RFC 5280 names it (5.3.1).
REASONS: dict[str, Text] = {
    "superseded": _("I need another one: the PIN is forgotten, or a name has changed."),
    "keyCompromise": _("Somebody else may know the PIN."),
    "cessationOfOperation": _("I do not sign here any more."),
}


class Certificate(models.Model):
    """What the instance's authority issued to a person, and their key, sealed by their own PIN.

    `tries` counts wrong PINs since the last right one; at the limit the key is of no use to
    anybody, and another certificate must be issued.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    serial = models.CharField(max_length=64, unique=True)
    pem = models.TextField()
    sealed_key = models.BinaryField()
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_for = models.CharField(max_length=30, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(revoked_at__isnull=True),
                name="signing_one_certificate_a_person",
            ),
        ]
