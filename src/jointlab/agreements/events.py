"""What happens to agreements, as the history tells it.

Narrower is whatever tells of a text before it is signed, for good: what was negotiated stays so
when the text binds. A signature is told to all, the first one too: it is given in the name of a
side that everybody belongs to. What happens to a draft before it is sent stands in a chain of its
own, for the side that began it. Certificates stand in their person's own chain, which has no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models import How, Kind
from jointlab.common.events import Event, Facts
from jointlab.common.names import Text
from jointlab.signing import events as certificates

DRAFTED_AS: dict[str, Text] = {
    "": _("%(actor)s drafted %(agreement)s: a %(kind)s."),
    "amendment": _("%(actor)s drafted %(agreement)s, an amendment of %(follows)s."),
    "renewal": _("%(actor)s drafted %(agreement)s, a renewal of %(follows)s."),
}
SENT_AS: dict[str, Text] = {
    "": _("%(actor)s sent %(agreement)s, a %(kind)s, to the other side for %(organisation)s."),
    "amendment": _(
        "%(actor)s sent %(agreement)s, an amendment of %(follows)s, to the other side for"
        " %(organisation)s."
    ),
    "renewal": _(
        "%(actor)s sent %(agreement)s, a renewal of %(follows)s, to the other side for"
        " %(organisation)s."
    ),
}
PARTS: dict[str, Text] = {
    "terms": _("the terms"),
    "parties": _("the parties"),
    "signers": _("who signs"),
    "clause": _("a clause"),
    "clauses": _("the clauses"),
    "order": _("the order of the clauses"),
    "commitments": _("the commitments"),
    "duties": _("the obligations"),
    "confirmed": _("all languages confirmed"),
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
COMMENTED_FOR: dict[bool, Text] = {
    False: _("%(actor)s commented on %(agreement)s."),
    True: _("%(actor)s commented on a text, for %(organisation)s alone."),
}
ANSWERED_FOR: dict[bool, Text] = {
    False: _("%(actor)s answered a comment on %(agreement)s."),
    True: _("%(actor)s answered a comment that %(organisation)s keeps to itself."),
}
SETTLED_FOR: dict[bool, Text] = {
    False: _("%(actor)s resolved a comment on %(agreement)s."),
    True: _("%(actor)s resolved a comment that %(organisation)s keeps to itself."),
}
CONFIRMED = _(
    "%(actor)s confirmed that all languages say the same, in %(part)s of %(agreement)s;"
    " it is version %(version)s now."
)
CONFIRMED_CLAUSE = _(
    "%(actor)s confirmed that all languages say the same, in the clause “%(clause)s” of"
    " %(agreement)s; it is version %(version)s now."
)
SET_ASIDE_FOR: dict[bool, Text] = {
    False: _("%(actor)s set aside a comment on %(agreement)s: %(reason)s"),
    True: _("%(actor)s set aside a comment that %(organisation)s keeps to itself."),
}


def _changed(facts: Facts) -> Text:
    if facts.get("voided"):
        return VOIDED_CLAUSE if facts.get("clause") else VOIDED
    return CHANGED_CLAUSE if facts.get("clause") else CHANGED


DRAFTED = Event(
    "agreements.drafted",
    lambda facts: DRAFTED_AS[facts.get("relation") or ""],
    kind=_("agreement drafted"),
    narrower=True,
)
SENT = Event(
    "agreements.sent",
    lambda facts: SENT_AS[facts.get("relation") or ""],
    kind=_("draft sent"),
    narrower=True,
)
TEXT_CHANGED = Event(
    "agreements.text_changed",
    _changed,
    kind=_("text changed"),
    narrower=True,
)
LANGUAGES_CONFIRMED = Event(
    "agreements.languages_confirmed",
    lambda facts: CONFIRMED_CLAUSE if facts.get("clause") else CONFIRMED,
    kind=_("languages confirmed"),
    narrower=True,
)
COMMENTED = Event(
    "agreements.commented",
    lambda facts: COMMENTED_FOR["organisation" in facts],
    kind=_("text commented on"),
    narrower=True,
)
COMMENT_ANSWERED = Event(
    "agreements.comment_answered",
    lambda facts: ANSWERED_FOR["organisation" in facts],
    kind=_("comment answered"),
    narrower=True,
)
COMMENT_SETTLED = Event(
    "agreements.comment_settled",
    lambda facts: SETTLED_FOR["organisation" in facts],
    kind=_("comment resolved"),
    narrower=True,
)
COMMENT_SET_ASIDE = Event(
    "agreements.comment_set_aside",
    lambda facts: SET_ASIDE_FOR["organisation" in facts],
    kind=_("comment set aside"),
    narrower=True,
)
APPROVED = Event(
    "agreements.approved",
    _("%(actor)s approved version %(version)s of %(agreement)s for %(organisation)s."),
    kind=_("text approved"),
    narrower=True,
)
APPROVAL_WITHDRAWN = Event(
    "agreements.approval_withdrawn",
    _(
        "%(actor)s withdrew the approval of %(organisation)s of version %(version)s"
        " of %(agreement)s."
    ),
    kind=_("approval withdrawn"),
    narrower=True,
)
REOPENED = Event(
    "agreements.reopened",
    _("%(actor)s reopened %(agreement)s; approvals and signatures are void: %(reason)s"),
    kind=_("text reopened"),
    narrower=True,
)
WITHDRAWN = Event(
    "agreements.withdrawn",
    _("%(actor)s withdrew the draft %(agreement)s: %(reason)s"),
    kind=_("draft withdrawn"),
    narrower=True,
)

SIGNED = _("%(actor)s signed %(agreement)s for %(organisation)s (%(how)s).")
WITNESSED = _("%(actor)s signed %(agreement)s as a witness for %(organisation)s (%(how)s).")
DECLINED = _("%(actor)s declined to sign %(agreement)s: %(reason)s")
NOT_WITNESSED = _("%(actor)s declined to sign %(agreement)s as a witness: %(reason)s")


DOCUMENT_MADE = Event(
    "agreements.document_made",
    _(
        "%(actor)s made the document of %(agreement)s. It is to be signed, in this order, by"
        " %(signers)s."
    ),
    kind=_("document made"),
    passive=_(
        "The document of %(agreement)s was made. It is to be signed, in this order, by %(signers)s."
    ),
    narrower=True,
)
SIGNATURE_MADE = Event(
    "agreements.signature_made",
    lambda facts: WITNESSED if facts.get("witness") else SIGNED,
    kind=_("agreement signed"),
)
SIGNING_DECLINED = Event(
    "agreements.signing_declined",
    lambda facts: NOT_WITNESSED if facts.get("witness") else DECLINED,
    kind=_("signing declined"),
    narrower=True,
)

SIGNER_REMINDED = Event(
    "agreements.signer_reminded",
    _("%(actor)s reminded %(person)s to sign %(agreement)s."),
    kind=_("signer reminded"),
    narrower=True,
)
DEPUTY_NAMED = Event(
    "agreements.deputy_named",
    _(
        "%(actor)s named %(person)s to sign %(agreement)s for %(organisation)s in the place of"
        " %(instead_of)s; it is version %(version)s now, and stays approved."
    ),
    kind=_("deputy named"),
    narrower=True,
)

FROM_TO = _(
    "With the last signature, that of %(actor)s, %(agreement)s binds from %(since)s to %(until)s."
)
FROM = _("With the last signature, that of %(actor)s, %(agreement)s binds from %(since)s.")

IN_FORCE = Event(
    "agreements.in_force",
    lambda facts: FROM_TO if facts.get("until") else FROM,
    kind=_("agreement in force"),
    milestone=True,
)
TERMINATED = Event(
    "agreements.terminated",
    _("%(actor)s terminated %(agreement)s; its last day is %(on)s: %(reason)s"),
    kind=_("agreement terminated"),
    milestone=True,
)
AMENDMENT_FELL = Event(
    "agreements.amendment_fell",
    _(
        "%(agreement)s does not come into force: %(follows)s, which it was to amend, has been terminated."
    ),
    kind=_("amendment void"),
)
END_NOTIFIED = Event(
    "agreements.end_notified",
    _("%(actor)s gave notice: %(agreement)s does not go on after %(on)s."),
    kind=_("notice of the end"),
)
END_NOTED = Event(
    "agreements.end_noted",
    _("%(actor)s took note that %(agreement)s ends on %(on)s."),
    kind=_("notice of the end noted"),
)
END_ASKED_BACK = Event(
    "agreements.end_asked_back",
    _(
        "%(actor)s proposed to take back the notice of %(organisation)s that ends %(agreement)s on"
        " %(on)s: %(reason)s"
    ),
    kind=_("taking back proposed"),
)
TAKEN_BACK_UNTIL = _(
    "With the word of %(actor)s the notice of %(organisation)s is taken back: %(agreement)s is in"
    " force until %(until)s."
)
TAKEN_BACK = _(
    "With the word of %(actor)s the notice of %(organisation)s is taken back: %(agreement)s goes on"
    " without a fixed end."
)
END_TAKEN_BACK = Event(
    "agreements.end_taken_back",
    lambda facts: TAKEN_BACK_UNTIL if facts.get("until") else TAKEN_BACK,
    kind=_("notice of the end taken back"),
)
END_NOT_TAKEN_BACK = Event(
    "agreements.end_not_taken_back",
    _(
        "%(actor)s did not agree that the notice of %(organisation)s is taken back; %(agreement)s"
        " ends on %(on)s: %(reason)s"
    ),
    kind=_("taking back declined"),
)
WENT_ON = Event(
    "agreements.went_on",
    _("%(agreement)s goes on by itself until %(until)s."),
    kind=_("agreement went on"),
    milestone=True,
)
EXPIRED = Event(
    "agreements.expired",
    _("%(agreement)s expired; its last day was %(on)s."),
    kind=_("agreement expired"),
    milestone=True,
)
PUBLICATION_NOTIFIED = Event(
    "agreements.publication_notified",
    _(
        "%(actor)s gave notice of the publication “%(title)s” under %(agreement)s;"
        " the other side answers by %(answer_by)s."
    ),
    kind=_("notice of a publication"),
)
PUBLICATION_CLEARED = Event(
    "agreements.publication_cleared",
    _("%(actor)s cleared the publication “%(title)s” under %(agreement)s."),
    kind=_("publication cleared"),
)
PUBLICATION_OBJECTED = Event(
    "agreements.publication_objected",
    _(
        "%(actor)s objected to the publication “%(title)s” under %(agreement)s;"
        " it is delayed until %(not_before)s at the latest."
    ),
    kind=_("publication objected to"),
)
PUBLICATION_WITHDRAWN = Event(
    "agreements.publication_withdrawn",
    _("%(actor)s withdrew the notice of the publication “%(title)s” under %(agreement)s."),
    kind=_("notice of a publication withdrawn"),
)
PUBLICATION_FREE = Event(
    "agreements.publication_free",
    _("The time is over: the publication “%(title)s” under %(agreement)s may appear."),
    kind=_("publication allowed"),
)

# What stands in chains from before signing and obligations were rooms of their own.
CERTIFICATE_ISSUED = replace(certificates.CERTIFICATE_ISSUED, name="agreements.certificate_issued")
CERTIFICATE_REVOKED = replace(
    certificates.CERTIFICATE_REVOKED, name="agreements.certificate_revoked"
)
ANSWERS = _(
    "%(actor)s named %(owner)s as the person responsible for “%(what)s”, owed by %(agreement)s."
)
NOBODY_ANSWERS = _(
    "%(actor)s named nobody as responsible for “%(what)s”, owed by %(agreement)s: the partnership office is."
)

OBLIGATION_ASSIGNED = Event(
    "agreements.obligation_assigned",
    lambda facts: ANSWERS if facts.get("owner") else NOBODY_ANSWERS,
    kind=_("obligation assigned"),
)
OBLIGATION_MET = Event(
    "agreements.obligation_met",
    _("%(actor)s reported “%(what)s”, due on %(due)s by %(agreement)s, as done."),
    kind=_("obligation met"),
)
OBLIGATION_RETURNED = Event(
    "agreements.obligation_returned",
    _("%(actor)s returned “%(what)s”, due on %(due)s by %(agreement)s: %(reason)s"),
    kind=_("obligation returned"),
)

LABELS: dict[str, Mapping[str, Text]] = {
    "kind": {kind.value: kind.label for kind in Kind},
    "part": PARTS,
    "how": dict(How.choices),
    **certificates.LABELS,
}
