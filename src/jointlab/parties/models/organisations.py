"""Organisations and the tree of their units."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from jointlab.common.names import Named, NamedInOwnScript
from jointlab.common.rows import Versioned, uuid7
from jointlab.parties.codes import (
    CREDIT_PATTERN,
    ROR_PATTERN,
    validate_credit_code,
    validate_ror,
)
from jointlab.parties.models.choices import Kind, UnitKind


class Organisation(NamedInOwnScript, Versioned):
    """A university, an enterprise or the like; its own history's chain carries its id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    ror = models.CharField(
        _("ROR id"), max_length=9, null=True, blank=True, unique=True, validators=[validate_ror]
    )
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_credit_code],
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="parties_organisation_kind"
            ),
            models.CheckConstraint(condition=~Q(name_own=""), name="parties_organisation_is_named"),
            models.CheckConstraint(
                condition=Q(ror__regex=ROR_PATTERN), name="parties_organisation_ror"
            ),
            models.CheckConstraint(
                condition=Q(credit_code__regex=CREDIT_PATTERN),
                name="parties_organisation_credit_code",
            ),
        ]
        indexes = [models.Index(fields=["name_own", "id"], name="parties_organisation_by_name")]


class Unit(Named, Versioned):
    """A school, office, division or department: a tree inside one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("organisation"), Lower("name_en"), name="parties_unit_named_once"
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="parties_unit_not_its_own_parent"
            ),
        ]
