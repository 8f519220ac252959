"""Organisations, units, people, partnerships, memberships, invitations."""

from jointlab.parties.models.choices import Kind, Phase, Role, UnitKind
from jointlab.parties.models.memberships import Invitation, Membership, Memberships
from jointlab.parties.models.organisations import Organisation, Unit
from jointlab.parties.models.partnerships import LONGEST_PURPOSE, Partnership, Side
from jointlab.parties.models.people import People, Person

__all__ = [
    "LONGEST_PURPOSE",
    "Invitation",
    "Kind",
    "Membership",
    "Memberships",
    "Organisation",
    "Partnership",
    "People",
    "Person",
    "Phase",
    "Role",
    "Side",
    "Unit",
    "UnitKind",
]
