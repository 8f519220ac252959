"""The kinds, roles and phases that the room knows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an organisation is."""

    UNIVERSITY = "university", _("university")
    ENTERPRISE = "enterprise", _("enterprise")
    INSTITUTE = "institute", _("research institute")
    AUTHORITY = "authority", _("public authority")


class UnitKind(models.TextChoices):
    """What a unit of an organisation is."""

    SCHOOL = "school", _("school")
    OFFICE = "office", _("office")
    DIVISION = "division", _("division")
    DEPARTMENT = "department", _("department")
    CENTRE = "centre", _("centre")


class Role(models.TextChoices):
    """What a person is in a partnership; the rooms' access tables say what each may do."""

    SIGNATORY = "signatory", _("signatory")
    OFFICE = "office", _("partnership office")
    HEAD = "head", _("head of a school or division")
    ENGINEER = "engineer", _("engineer")
    RESEARCHER = "researcher", _("researcher")
    HR = "hr", _("human resources")
    STUDENT = "student", _("student")
    AUDITOR = "auditor", _("auditor")


class Phase(models.TextChoices):
    """Where a partnership stands."""

    PREPARING = "preparing", _("in preparation")
    IN_FORCE = "in force", _("in force")
    ENDED = "ended", _("ended")
