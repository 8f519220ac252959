"""The table of a partnership's people."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jointlab.common.show import button, fill, name, span
from jointlab.common.tables import Column
from jointlab.common.web import addresses
from jointlab.parties.models import Membership, Organisation, Partnership
from jointlab.parties.templatetags.memberships import standing


def people_columns(partnership: Partnership, own_side: Organisation | None) -> list[Column]:
    """Return the columns of the people; `own_side` is the one whose people the reader changes."""
    person = addresses("parties:person")
    columns = [
        Column(_("Name"), lambda row: name(row.person, person(row.person_id))),
        Column(_("Title and unit"), _title),
        Column(_("Side"), lambda row: name(row.organisation)),
        Column(_("Roles"), lambda row: ", ".join(row.role_labels)),
        Column(_("Time"), _time),
    ]
    if own_side:
        columns.append(_acts(partnership, own_side))
    return columns


def _title(row: Membership) -> SafeString:
    unit = fill("<br><small><bdi>{}</bdi></small>", row.unit.name) if row.unit else ""
    return fill("<bdi>{}</bdi>{}", row.title, unit)


def _time(row: Membership) -> SafeString:
    days, now = span(row.since, row.last_day), standing(row)
    return fill("{} {}", days, now) if now else days


def _acts(partnership: Partnership, own_side: Organisation) -> Column:
    change = addresses("parties:change-membership", partnership.code)
    end = addresses("parties:end-membership", partnership.code)
    to_change, to_end = _("Change"), _("End")

    def acts(row: Membership) -> str:
        if row.organisation_id != own_side.pk or row.is_over:
            return ""
        return fill(
            "\n      {}{}\n    ",
            button(to_change, "quiet", href=change(row.pk)),
            button(to_end, "quiet", href=end(row.pk)),
        )

    return Column(_("Action"), acts)
