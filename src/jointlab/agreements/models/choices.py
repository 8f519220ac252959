"""The kinds, states and ways that the room knows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an agreement is for; only a strategic one carries its partnership."""

    STRATEGIC = "strategic", _("strategic cooperation agreement")
    CONFIDENTIALITY = "confidentiality", _("confidentiality agreement")
    PROJECT = "project", _("project agreement")
    PLACEMENT = "placement", _("placement agreement")


class Relation(models.TextChoices):
    """What an agreement does to the one that it follows."""

    AMENDMENT = "amendment", _("amendment")  # takes its place from its first day
    RENEWAL = "renewal", _("renewal")  # goes on where it ends


class State(models.TextChoices):
    """What has been done; what it means today is Standing."""

    DRAFT = "draft", _("being negotiated")
    APPROVED = "approved", _("approved")  # by every side; the document is being made
    SIGNING = "signing", _("being signed")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Ending(models.TextChoices):
    """Why a signed agreement ends before the last day that its text names."""

    TERMINATED = "terminated", _("terminated")
    SUPERSEDED = "superseded", _("superseded")


class Standing(models.TextChoices):
    """Where an agreement stands today."""

    OWN = "own draft", _("draft, only us")
    DRAFT = "draft", _("being negotiated")
    APPROVED = "approved", _("approved")
    SIGNING = "signing", _("being signed")
    AWAITED = "awaited", _("signed, not yet in force")
    IN_FORCE = "in force", _("in force")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def mark(self) -> str:
        """The state by which pages draw it: waiting, going, ended."""
        if self is Standing.IN_FORCE:
            return "going"
        return "waiting" if self in NOT_YET else "ended"


BINDING = (Standing.IN_FORCE, Standing.AWAITED)  # signed, and not over
NOT_YET = (Standing.OWN, Standing.DRAFT, Standing.APPROVED, Standing.SIGNING, Standing.AWAITED)


class Renewal(models.TextChoices):
    """What happens on the last day."""

    NONE = "none", _("ends on its last day")
    BY_AGREEMENT = "by agreement", _("renewed by a new agreement of the parties")
    AUTOMATIC = "automatic", _("goes on year by year until a party gives notice")


class How(models.TextChoices):
    """How somebody signed."""

    HERE = "here", _("signed here")
    ELSEWHERE = "elsewhere", _("signed elsewhere")
