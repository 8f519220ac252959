"""What the room's events say in the history, with names as they were then."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.names import Text
from jointlab.history.telling import Facts, Sentence
from jointlab.parties.models import Kind, Role, UnitKind

WITH_TITLE_UNTIL: dict[str, Text] = {
    "parties.member_added": _(
        "%(actor)s added %(person)s, %(title)s, to the side of %(organisation)s"
        " until %(until)s, with the roles: %(roles)s."
    ),
    "parties.person_invited": _(
        "%(actor)s invited somebody to the side of %(organisation)s as %(title)s"
        " until %(until)s, with the roles: %(roles)s."
    ),
}
WITH_TITLE: dict[str, Text] = {
    "parties.member_added": _(
        "%(actor)s added %(person)s, %(title)s, to the side of %(organisation)s"
        ", with the roles: %(roles)s."
    ),
    "parties.person_invited": _(
        "%(actor)s invited somebody to the side of %(organisation)s as %(title)s"
        ", with the roles: %(roles)s."
    ),
}
IN_FORCE = _("%(actor)s brought the partnership into force from %(since)s.")
IN_FORCE_UNTIL = _("%(actor)s brought the partnership into force from %(since)s to %(until)s.")
UNIT_ADDED = _("%(actor)s added the %(kind)s %(unit)s.")
UNIT_ADDED_WITHIN = _("%(actor)s added the %(kind)s %(unit)s within %(parent)s.")


def _until(event: str) -> Sentence:
    """Return the sentence that says the last day where there is one."""

    def sentence(facts: Facts) -> Text:
        return WITH_TITLE_UNTIL[event] if facts.get("until") else WITH_TITLE[event]

    return sentence


SENTENCES: dict[str, Sentence] = {
    "parties.organisation_added": _("%(actor)s added the organisation %(organisation)s."),
    "parties.organisation_imported": _(
        "%(actor)s took over the organisation %(organisation)s from ROR, where its id is %(ror)s."
    ),
    "parties.organisation_edited": _("%(actor)s changed %(changed)s of %(organisation)s."),
    "parties.unit_added": lambda facts: UNIT_ADDED_WITHIN if facts.get("parent") else UNIT_ADDED,
    "parties.unit_edited": _("%(actor)s changed %(changed)s of the unit %(unit)s."),
    "parties.unit_closed": _("%(actor)s closed the unit %(unit)s as of %(on)s."),
    "parties.partnership_opened": _(
        "%(actor)s opened the partnership %(partnership)s of %(organisations)s."
    ),
    "parties.partnership_edited": _("%(actor)s changed %(changed)s of the partnership."),
    "parties.partnership_described": _("%(actor)s said what the partnership is for: %(changed)s."),
    "parties.partnership_in_force": lambda facts: (
        IN_FORCE_UNTIL if facts.get("until") else IN_FORCE
    ),
    "parties.partnership_ended": _(
        "%(actor)s ended the partnership; its last day is %(on)s: %(reason)s"
    ),
    "parties.member_added": _until("parties.member_added"),
    "parties.membership_changed": _(
        "%(actor)s changed %(changed)s of the membership of %(person)s, %(title)s,"
        " on the side of %(organisation)s; the roles now: %(roles)s."
    ),
    "parties.membership_ended": _(
        "%(actor)s ended the membership of %(person)s, %(title)s, on the side of %(organisation)s."
    ),
    "parties.person_invited": _until("parties.person_invited"),
    "parties.invitation_sent_again": _(
        "%(actor)s sent the invitation to the side of %(organisation)s as %(title)s again."
    ),
    "parties.invitation_withdrawn": _(
        "%(actor)s withdrew the invitation to the side of %(organisation)s as %(title)s."
    ),
    "parties.invitation_accepted": _(
        "%(person)s, %(title)s, accepted the invitation to the side of %(organisation)s"
        ", with the roles: %(roles)s."
    ),
    "parties.operator_added": _("%(person)s was made an operator of this instance."),
    "parties.profile_edited": _("%(actor)s changed %(changed)s of their own profile."),
}
KINDS = {
    "parties.organisation_added": _("organisation added"),
    "parties.organisation_imported": _("organisation taken over"),
    "parties.organisation_edited": _("organisation changed"),
    "parties.unit_added": _("unit added"),
    "parties.unit_edited": _("unit changed"),
    "parties.unit_closed": _("unit closed"),
    "parties.partnership_opened": _("partnership opened"),
    "parties.partnership_edited": _("partnership renamed"),
    "parties.partnership_described": _("partnership described"),
    "parties.partnership_in_force": _("partnership brought into force"),
    "parties.partnership_ended": _("partnership ended"),
    "parties.member_added": _("member added"),
    "parties.membership_changed": _("membership changed"),
    "parties.membership_ended": _("membership ended"),
    "parties.person_invited": _("person invited"),
    "parties.invitation_sent_again": _("invitation sent again"),
    "parties.invitation_withdrawn": _("invitation withdrawn"),
    "parties.invitation_accepted": _("invitation accepted"),
    "parties.operator_added": _("operator added"),
    "parties.profile_edited": _("profile changed"),
}
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
