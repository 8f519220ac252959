"""The document that is signed, and who signs it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jointlab.agreements.models.agreements import Agreement, Version
from jointlab.agreements.models.choices import How
from jointlab.common.rows import uuid7
from jointlab.parties.models import Organisation, Partnership, Person


class Paper(models.Model):
    """The PDF of an approved text as it is now: prepared, then longer with each signature.

    It lies in the database, so a signature and its row are kept together or not at all.
    `prepared` is how many of its bytes are the document before the first signature.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="paper")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    prepared = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)


class Signature(models.Model):
    """A place to sign, in the order of signing: signatories first, then witnesses.

    Its field in the document is named `signer-` and its position.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    witness = models.BooleanField()
    asked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # the last time
    signed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=20, choices=How, blank=True)
    serial = models.CharField(max_length=64, blank=True)  # of the certificate, in hexadecimal

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "position"], name="agreements_signature_in_order"
            ),
            models.UniqueConstraint(
                fields=["agreement", "person"], name="agreements_signature_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, how="")
                | Q(signed_at__isnull=False, how__in=How.values),
                name="agreements_signature_made_somehow",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=Q(signed_at__isnull=True, asked_at__isnull=False),
                name="agreements_signature_asked",
            )
        ]

    @property
    def partnership(self) -> Partnership:
        """Whose agreement is to be signed."""
        return self.agreement.partnership

    @property
    def is_asked(self) -> bool:
        """Whether it is this signer's turn."""
        return self.asked_at is not None and self.signed_at is None

    @property
    def field(self) -> str:
        """The name of its field in the document."""
        return f"signer-{self.position}"
