"""What negotiation says in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models import Kind
from jointlab.common.events import Facts, Sentence
from jointlab.common.names import Text

DRAFTED: dict[str, Text] = {
    "": _("%(actor)s drafted %(agreement)s: a %(kind)s."),
    "amendment": _("%(actor)s drafted %(agreement)s, an amendment of %(follows)s."),
    "renewal": _("%(actor)s drafted %(agreement)s, a renewal of %(follows)s."),
}
PARTS: dict[str, Text] = {
    "terms": _("the terms"),
    "parties": _("the parties"),
    "signers": _("who signs"),
    "clause": _("a clause"),
    "order": _("the order of the clauses"),
    "commitments": _("the commitments"),
    "duties": _("the obligations"),
}
CHANGED = _("%(actor)s changed %(part)s of %(agreement)s; it is version %(version)s now.")
CHANGED_CLAUSE = _(
    "%(actor)s changed the clause “%(clause)s” of %(agreement)s; it is version %(version)s now."
)
VOIDED = _(
    "%(actor)s changed %(part)s of %(agreement)s; it is version %(version)s now."
    " The approval of %(voided)s is void."
)
VOIDED_CLAUSE = _(
    "%(actor)s changed the clause “%(clause)s” of %(agreement)s; it is version %(version)s now."
    " The approval of %(voided)s is void."
)


# By whether a side says it to itself, in a chain where the agreement is not named.
COMMENTED: dict[bool, Text] = {
    False: _("%(actor)s commented on %(agreement)s."),
    True: _("%(actor)s commented on a text, for %(organisation)s alone."),
}
SETTLED: dict[bool, Text] = {
    False: _("%(actor)s settled a comment on %(agreement)s."),
    True: _("%(actor)s settled a comment that %(organisation)s keeps to itself."),
}


def _changed(facts: Facts) -> Text:
    if facts.get("voided"):
        return VOIDED_CLAUSE if facts.get("clause") else VOIDED
    return CHANGED_CLAUSE if facts.get("clause") else CHANGED


SENTENCES: dict[str, Sentence] = {
    "agreements.drafted": lambda facts: DRAFTED[facts.get("relation") or ""],
    "agreements.text_changed": _changed,
    "agreements.commented": lambda facts: COMMENTED["organisation" in facts],
    "agreements.comment_settled": lambda facts: SETTLED["organisation" in facts],
    "agreements.approved": _(
        "%(actor)s approved version %(version)s of %(agreement)s for %(organisation)s."
    ),
    "agreements.approval_withdrawn": _(
        "%(actor)s withdrew the approval of %(organisation)s of version %(version)s"
        " of %(agreement)s."
    ),
    "agreements.reopened": _(
        "%(actor)s reopened %(agreement)s; approvals and signatures are void: %(reason)s"
    ),
    "agreements.withdrawn": _("%(actor)s withdrew the draft %(agreement)s: %(reason)s"),
}
KINDS: dict[str, Text] = {
    "agreements.drafted": _("agreement drafted"),
    "agreements.text_changed": _("text changed"),
    "agreements.commented": _("text commented on"),
    "agreements.comment_settled": _("comment settled"),
    "agreements.approved": _("text approved"),
    "agreements.approval_withdrawn": _("approval withdrawn"),
    "agreements.reopened": _("text reopened"),
    "agreements.withdrawn": _("draft withdrawn"),
}
LABELS: dict[str, dict[str, Text]] = {
    "kind": {kind.value: kind.label for kind in Kind},
    "part": PARTS,
}
