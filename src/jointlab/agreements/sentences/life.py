"""What agreements in force say in the history: their time, publications; what was owed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Facts, Sentence
from jointlab.common.names import Text

FROM_TO = _(
    "With the last signature, that of %(actor)s, %(agreement)s binds from %(since)s to %(until)s."
)
FROM = _("With the last signature, that of %(actor)s, %(agreement)s binds from %(since)s.")
ANSWERS = _("%(actor)s made %(owner)s answer for “%(what)s”, owed by %(agreement)s.")
NOBODY_ANSWERS = _(
    "%(actor)s named nobody to answer for “%(what)s”, owed by %(agreement)s: the office does."
)


def _in_force(facts: Facts) -> Text:
    return FROM_TO if facts.get("until") else FROM


def _assigned(facts: Facts) -> Text:
    return ANSWERS if facts.get("owner") else NOBODY_ANSWERS


SENTENCES: dict[str, Sentence] = {
    "agreements.in_force": _in_force,
    "agreements.terminated": _(
        "%(actor)s terminated %(agreement)s; its last day is %(on)s: %(reason)s"
    ),
    "agreements.amendment_fell": _(
        "%(agreement)s falls with %(follows)s, which it was to amend: it does not come into force."
    ),
    "agreements.end_notified": _(
        "%(actor)s gave notice: %(agreement)s does not go on after %(on)s."
    ),
    "agreements.went_on": _("%(agreement)s goes on by itself until %(until)s."),
    "agreements.expired": _("%(agreement)s expired; its last day was %(on)s."),
    # The three of obligations: written until these became a room of their own, told for good.
    "agreements.obligation_assigned": _assigned,
    "agreements.obligation_met": _(
        "%(actor)s reported “%(what)s”, due on %(due)s by %(agreement)s, as done."
    ),
    "agreements.obligation_returned": _(
        "%(actor)s returned “%(what)s”, due on %(due)s by %(agreement)s: %(reason)s"
    ),
    "agreements.publication_notified": _(
        "%(actor)s gave notice of the publication “%(title)s” under %(agreement)s;"
        " the other side answers by %(answer_by)s."
    ),
    "agreements.publication_cleared": _(
        "%(actor)s cleared the publication “%(title)s” under %(agreement)s."
    ),
    "agreements.publication_objected": _(
        "%(actor)s objected to the publication “%(title)s” under %(agreement)s;"
        " it is delayed until %(not_before)s at the latest."
    ),
    "agreements.publication_withdrawn": _(
        "%(actor)s withdrew the notice of the publication “%(title)s” under %(agreement)s."
    ),
    "agreements.publication_free": _(
        "The time is over: the publication “%(title)s” under %(agreement)s may appear."
    ),
}
KINDS: dict[str, Text] = {
    "agreements.in_force": _("agreement in force"),
    "agreements.terminated": _("agreement terminated"),
    "agreements.amendment_fell": _("amendment fell away"),
    "agreements.end_notified": _("notice of the end"),
    "agreements.went_on": _("agreement went on"),
    "agreements.expired": _("agreement expired"),
    "agreements.obligation_assigned": _("obligation assigned"),
    "agreements.obligation_met": _("obligation met"),
    "agreements.obligation_returned": _("obligation returned"),
    "agreements.publication_notified": _("notice of a publication"),
    "agreements.publication_cleared": _("publication cleared"),
    "agreements.publication_objected": _("publication objected to"),
    "agreements.publication_withdrawn": _("notice of a publication withdrawn"),
    "agreements.publication_free": _("publication free"),
}
LABELS: dict[str, dict[str, Text]] = {}
