"""What the room's events say in the history, with names as they were then."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event
from jointlab.parties.models import Kind, Role, UnitKind

ADDED = _(
    "%(actor)s added %(person)s, %(title)s, to the side of %(organisation)s"
    ", with the roles: %(roles)s."
)
ADDED_UNTIL = _(
    "%(actor)s added %(person)s, %(title)s, to the side of %(organisation)s"
    " until %(until)s, with the roles: %(roles)s."
)
INVITED = _(
    "%(actor)s invited somebody to the side of %(organisation)s as %(title)s"
    ", with the roles: %(roles)s."
)
INVITED_UNTIL = _(
    "%(actor)s invited somebody to the side of %(organisation)s as %(title)s"
    " until %(until)s, with the roles: %(roles)s."
)
IN_FORCE = _("%(actor)s brought the partnership into force from %(since)s.")
IN_FORCE_UNTIL = _("%(actor)s brought the partnership into force from %(since)s to %(until)s.")
UNIT = _("%(actor)s added the %(kind)s %(unit)s.")
UNIT_WITHIN = _("%(actor)s added the %(kind)s %(unit)s within %(parent)s.")

ORGANISATION_ADDED = Event(
    "parties.organisation_added",
    _("%(actor)s added the organisation %(organisation)s."),
    kind=_("organisation added"),
)
ORGANISATION_IMPORTED = Event(
    "parties.organisation_imported",
    _("%(actor)s took over the organisation %(organisation)s from ROR, where its id is %(ror)s."),
    kind=_("organisation taken over"),
)
ORGANISATION_EDITED = Event(
    "parties.organisation_edited",
    _("%(actor)s changed %(changed)s of %(organisation)s."),
    kind=_("organisation changed"),
)
UNIT_ADDED = Event(
    "parties.unit_added",
    lambda facts: UNIT_WITHIN if facts.get("parent") else UNIT,
    kind=_("unit added"),
)
UNIT_EDITED = Event(
    "parties.unit_edited",
    _("%(actor)s changed %(changed)s of the unit %(unit)s."),
    kind=_("unit changed"),
)
UNIT_CLOSED = Event(
    "parties.unit_closed",
    _("%(actor)s closed the unit %(unit)s as of %(on)s."),
    kind=_("unit closed"),
)
PARTNERSHIP_OPENED = Event(
    "parties.partnership_opened",
    _("%(actor)s opened the partnership %(partnership)s of %(organisations)s."),
    kind=_("partnership opened"),
    milestone=True,
)
PARTNERSHIP_EDITED = Event(
    "parties.partnership_edited",
    _("%(actor)s changed %(changed)s of the partnership."),
    kind=_("partnership renamed"),
)
PARTNERSHIP_DESCRIBED = Event(
    "parties.partnership_described",
    _("%(actor)s said what the partnership is for: %(changed)s."),
    kind=_("partnership described"),
)
PARTNERSHIP_IN_FORCE = Event(
    "parties.partnership_in_force",
    lambda facts: IN_FORCE_UNTIL if facts.get("until") else IN_FORCE,
    kind=_("partnership brought into force"),
    milestone=True,
)
PARTNERSHIP_ENDED = Event(
    "parties.partnership_ended",
    _("%(actor)s ended the partnership; its last day is %(on)s: %(reason)s"),
    kind=_("partnership ended"),
    milestone=True,
)
MEMBER_ADDED = Event(
    "parties.member_added",
    lambda facts: ADDED_UNTIL if facts.get("until") else ADDED,
    kind=_("member added"),
)
MEMBERSHIP_CHANGED = Event(
    "parties.membership_changed",
    _(
        "%(actor)s changed %(changed)s of the membership of %(person)s, %(title)s,"
        " on the side of %(organisation)s; the roles now: %(roles)s."
    ),
    kind=_("membership changed"),
)
MEMBERSHIP_ENDED = Event(
    "parties.membership_ended",
    _("%(actor)s ended the membership of %(person)s, %(title)s, on the side of %(organisation)s."),
    kind=_("membership ended"),
)
PERSON_INVITED = Event(
    "parties.person_invited",
    lambda facts: INVITED_UNTIL if facts.get("until") else INVITED,
    kind=_("person invited"),
)
INVITATION_SENT_AGAIN = Event(
    "parties.invitation_sent_again",
    _("%(actor)s sent the invitation to the side of %(organisation)s as %(title)s again."),
    kind=_("invitation sent again"),
)
INVITATION_WITHDRAWN = Event(
    "parties.invitation_withdrawn",
    _("%(actor)s withdrew the invitation to the side of %(organisation)s as %(title)s."),
    kind=_("invitation withdrawn"),
)
INVITATION_ACCEPTED = Event(
    "parties.invitation_accepted",
    _(
        "%(person)s, %(title)s, accepted the invitation to the side of %(organisation)s"
        ", with the roles: %(roles)s."
    ),
    kind=_("invitation accepted"),
)
OPERATOR_ADDED = Event(
    "parties.operator_added",
    _("%(person)s was made an operator of this instance."),
    kind=_("operator added"),
)
PROFILE_EDITED = Event(
    "parties.profile_edited",
    _("%(actor)s changed %(changed)s of their own profile."),
    kind=_("profile changed"),
)

LABELS = {
    "roles": dict(Role.choices),
    "kind": dict(Kind.choices) | dict(UnitKind.choices),
    "changed": {
        "name_own": _("the name in its own script"),
        "language_own": _("the language of the name"),
        "name_en": _("the name in English"),
        "name_zh": _("the name in Chinese"),
        "name_ko": _("the name in Korean"),
        "purpose_en": _("the purpose in English"),
        "purpose_zh": _("the purpose in Chinese"),
        "purpose_ko": _("the purpose in Korean"),
        "kind": _("the kind"),
        "ror": _("the ROR id"),
        "credit_code": _("the unified social credit code"),
        "country": _("the country"),
        "website": _("the website"),
        "parent": _("the place"),
        "roles": _("the roles"),
        "unit": _("the unit"),
        "until": _("the last day"),
        "title_en": _("the title in English"),
        "title_zh": _("the title in Chinese"),
        "title_ko": _("the title in Korean"),
        "email": _("the e-mail address"),
        "language": _("the language"),
        "time_zone": _("the time zone"),
    },
}
