"""People who act, and how they are found."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.common.addresses import address_of
from jointlab.common.names import NamedInOwnScript
from jointlab.common.rows import Versioned, uuid7


class People(BaseUserManager["Person"]):
    """Finds people by their address, however it is spelt."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person of that address."""
        return self.get(email=address_of(username or ""))


class Person(AbstractBaseUser, NamedInOwnScript, Versioned):
    """Somebody who acts. Without an address there is no sign-in."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), null=True, blank=True, unique=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(
        default=False, help_text=_("runs this instance: sets up organisations and partnerships")
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    # What a request has read of whoever is signed in, once; None outside of requests, where the
    # next line may be another day. Set by `parties.middleware.ReadOnce`.
    read_once: dict[str, Any] | None = None

    objects = People()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="parties_person_one_address"),
            # Sign-in looks for the address in small letters.
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="parties_person_address_in_small_letters"
            ),
            models.CheckConstraint(condition=~Q(name_own=""), name="parties_person_is_named"),
        ]
