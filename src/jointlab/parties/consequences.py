"""What an act that cannot be undone takes away, for the page that asks for confirmation."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jointlab.parties.access import memberships_visible_to
from jointlab.parties.models import Membership, Role, Unit
from jointlab.parties.policy import Reader


def losses_of_ending(membership: Membership) -> list[str]:
    """Return what ending the membership takes away, a line each."""
    names = {"partnership": membership.partnership.name, "person": membership.person.name}
    roles = ", ".join(str(Role(role).label) for role in membership.roles)
    lost = [
        _("The roles in %(partnership)s: %(roles)s.") % {**names, "roles": roles},
        _("Every right in this partnership, from this moment on."),
    ]
    offices = membership.partnership.memberships.live().filter(
        organisation=membership.organisation, roles__contains=[Role.OFFICE]
    )
    if Role.OFFICE in membership.roles and not offices.exclude(pk=membership.pk).exists():
        lost.append(_("This side's last partnership office: nobody on it can invite any more."))
    return lost


def losses_of_closing(user: Reader, unit: Unit) -> list[str]:
    """Return what closing the unit takes away, a line each, as far as the reader may know."""
    inside = memberships_visible_to(user).not_over().filter(unit=unit)
    count = inside.values("person").distinct().count()
    lost = [_("Nobody can be put into %(unit)s any more.") % {"unit": unit.name}]
    if count:
        lost.append(
            ngettext(
                "%(count)s person is in it and stays a member; the unit is shown as closed.",
                "%(count)s people are in it and stay members; the unit is shown as closed.",
                count,
            )
            % {"count": count}
        )
    return lost
