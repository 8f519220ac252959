"""What the room writes to people: about drafts, signing, agreements in force, publications."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.access import (
    POLICY,
    agreements_visible_to,
    comments_visible_to,
    readers,
)
from jointlab.agreements.models import (
    Agreement,
    Approval,
    Comment,
    Publication,
    Reply,
    Signature,
    State,
)
from jointlab.common.letters import Kind, Letter, Pace
from jointlab.common.names import pick
from jointlab.parties.models import Membership, Memberships, Person, Role
from jointlab.parties.policy import membership_of

APPROVALS = Kind("approvals", _("Drafts sent to you, and texts to approve"))
EDITS = Kind("edits", _("Changes of drafts"), Pace.DAILY)
COMMENTS = Kind("comments", _("Comments on drafts"), Pace.DAILY)
ANSWERS = Kind("answers", _("Answers to comments on which you have spoken"))
SIGNING = Kind("signing", _("Signing"))
AGREEMENTS = Kind("agreements", _("Termination and notice"))
PUBLICATIONS = Kind("publications", _("Publications"))


def _sees(person: Person, agreement: Agreement) -> bool:
    return agreements_visible_to(person).filter(pk=agreement.pk).exists()


def _agreements() -> QuerySet[Agreement]:
    return Agreement.objects.select_related("partnership")


def _publications() -> QuerySet[Publication]:
    rows = Publication.objects.filter(withdrawn_at=None)
    return rows.select_related("agreement__partnership", "by", "organisation")


def _offices_and_who_was_asked(agreement: Agreement) -> QuerySet[Person]:
    """Return the offices of all sides, and whoever was asked to sign until now."""
    offices = Membership.objects.live().filter(
        partnership=agreement.partnership_id, roles__contains=[Role.OFFICE]
    )
    asked = agreement.signatures.filter(asked_at__isnull=False)
    people = Q(pk__in=offices.values("person")) | Q(pk__in=asked.values("person"))
    return Person.objects.filter(people).order_by("pk")


def _offices_and_signatories(agreement: Agreement) -> QuerySet[Person]:
    return _people(
        readers().filter(
            partnership=agreement.partnership_id, roles__overlap=[Role.OFFICE, Role.SIGNATORY]
        )
    )


def _negotiators_of_other_sides(agreement: Agreement) -> QuerySet[Person]:
    members = POLICY.holders("comment").filter(partnership=agreement.partnership_id)
    return _people(members.exclude(organisation=agreement.begun_by_id))


def _who_spoke(reply: Reply) -> QuerySet[Person]:
    """Return who made the comment, and who answered it before."""
    answered = Q(pk__in=Reply.objects.filter(comment=reply.comment_id).values("by"))
    return Person.objects.filter(Q(pk=reply.comment.by_id) | answered).order_by("pk")


def who_answers(publication: Publication) -> QuerySet[Person]:
    """Return the offices and heads of the other sides."""
    members = readers().filter(
        partnership=publication.agreement.partnership_id, roles__overlap=[Role.OFFICE, Role.HEAD]
    )
    return _people(members.exclude(organisation=publication.organisation_id))


def _people(memberships: Memberships) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=memberships.values("person")).order_by("pk")


def _sees_or_is_of_it(person: Person, agreement: Agreement) -> bool:
    """Whether they may know that it was taken back: also who saw it only because they were asked."""
    return _sees(person, agreement) or membership_of(person, agreement.partnership) is not None


def _without_link_for_whoever_sees_it_no_more(
    agreement: Agreement, person: Person, said: dict[str, Any]
) -> dict[str, Any]:
    return said if _sees(person, agreement) else {**said, "link": ""}


def _who_negotiates(agreement: Agreement) -> QuerySet[Person]:
    """Return everybody who takes part in negotiating: on any side."""
    return _people(POLICY.holders("comment").filter(partnership=agreement.partnership_id))


def _who_has_not_approved(approval: Approval) -> QuerySet[Person]:
    """Return who may approve on the sides that have not approved this version yet."""
    approved = approval.version.approvals.values("organisation")
    members = POLICY.holders("approve").filter(
        partnership=approval.version.agreement.partnership_id
    )
    return _people(members.exclude(organisation__in=approved))


def _still_to_approve(
    approval: Approval, person: Person, _said: dict[str, Any]
) -> dict[str, Any] | None:
    version = approval.version
    own = membership_of(person, version.agreement.partnership)
    if version.number != version.agreement.latest or own is None:
        return None
    if version.approvals.filter(organisation=own.organisation_id).exists():
        return None
    return {"agreement": version.agreement}


def _who_hears(comment: Comment) -> QuerySet[Person]:
    """Return who takes part in negotiating, of the comment's own side where it keeps it to itself."""
    members = POLICY.holders("comment").filter(partnership=comment.agreement.partnership_id)
    return _people(
        members.filter(organisation=comment.organisation_id) if comment.own_side else members
    )


SENT = Letter(
    "agreements/mail/sent",
    rows=lambda: _agreements().filter(state=State.DRAFT).select_related("begun_by"),
    readers=_negotiators_of_other_sides,
    may_read=_sees,
    name="agreement",
    page="agreements:agreement",
    kind=APPROVALS,
)
ANSWERED = Letter(
    "agreements/mail/answered",
    rows=lambda: Reply.objects.select_related("comment__agreement__partnership", "organisation"),
    readers=_who_spoke,
    may_read=lambda person, reply: (
        comments_visible_to(person, reply.comment.agreement).filter(pk=reply.comment_id).exists()
    ),
    name="reply",
    page="agreements:comments",
    arguments=lambda reply: {"code": reply.comment.agreement.code},
    context=lambda reply, _person, _said: {"agreement": reply.comment.agreement},
    kind=ANSWERS,
)
TO_APPROVE = Letter(
    "agreements/mail/to_approve",
    rows=lambda: Approval.objects.filter(version__agreement__state=State.DRAFT).select_related(
        "version__agreement__partnership", "organisation", "by"
    ),
    readers=_who_has_not_approved,
    may_read=lambda person, approval: _sees(person, approval.version.agreement),
    name="approval",
    page="agreements:approve",
    arguments=lambda approval: {"code": approval.version.agreement.code},
    context=_still_to_approve,
    kind=APPROVALS,
)
EDITED = Letter(
    "agreements/mail/edited",
    rows=lambda: _agreements().filter(state=State.DRAFT),
    readers=_who_negotiates,
    may_read=_sees,
    name="agreement",
    page="agreements:versions",
    kind=EDITS,
    once=True,
)
COMMENTED = Letter(
    "agreements/mail/commented",
    rows=lambda: Comment.objects.filter(settled_at=None).select_related(
        "agreement__partnership", "organisation", "by"
    ),
    readers=_who_hears,
    may_read=lambda person, comment: (
        comments_visible_to(person, comment.agreement).filter(pk=comment.pk).exists()
    ),
    name="comment",
    page="agreements:comments",
    arguments=lambda comment: {"code": comment.agreement.code},
    context=lambda comment, _person, _said: {"agreement": comment.agreement},
    kind=COMMENTS,
)
ASKED = Letter(
    "agreements/mail/asked",
    rows=lambda: Signature.objects.filter(signed_at=None).select_related(
        "agreement__partnership", "person"
    ),
    readers=lambda signature: [signature.person],
    may_read=lambda person, signature: _sees(person, signature.agreement),
    name="signature",
    page="agreements:signing",
    arguments=lambda signature: {"code": signature.agreement.code},
    context=lambda signature, _person, _said: {"agreement": signature.agreement},
    kind=SIGNING,
)
REMINDED = replace(ASKED, template="agreements/mail/reminded")
DEPUTY_NAMED = Letter(
    "agreements/mail/deputy_named",
    rows=_agreements,
    readers=_offices_and_who_was_asked,
    may_read=_sees_or_is_of_it,
    name="agreement",
    page="agreements:signing",
    context=lambda agreement, person, said: _without_link_for_whoever_sees_it_no_more(
        agreement,
        person,
        {"deputy": pick(said["deputy"]), "instead_of": pick(said["instead_of"])},
    ),
    kind=SIGNING,
)
DECLINED = Letter(
    "agreements/mail/declined",
    rows=_agreements,
    readers=_offices_and_who_was_asked,
    may_read=_sees_or_is_of_it,
    name="agreement",
    page="agreements:signing",
    context=_without_link_for_whoever_sees_it_no_more,
    kind=SIGNING,
)
REOPENED = Letter(
    "agreements/mail/reopened",
    rows=_agreements,
    readers=_offices_and_who_was_asked,
    may_read=_sees_or_is_of_it,
    name="agreement",
    page="agreements:signing",
    context=_without_link_for_whoever_sees_it_no_more,
    kind=SIGNING,
)
SIGNED = Letter(
    "agreements/mail/signed",
    rows=_agreements,
    readers=_offices_and_who_was_asked,
    may_read=_sees,
    name="agreement",
    page="agreements:signing",
    kind=SIGNING,
)
TERMINATED = Letter(
    "agreements/mail/terminated",
    rows=_agreements,
    readers=_offices_and_signatories,
    may_read=_sees,
    name="agreement",
    page="agreements:ending",
    kind=AGREEMENTS,
)
END_NOTIFIED = Letter(
    "agreements/mail/end_notified",
    rows=_agreements,
    readers=_offices_and_signatories,
    may_read=_sees,
    name="agreement",
    page="agreements:ending",
    kind=AGREEMENTS,
)
ASKED_BACK = replace(END_NOTIFIED, template="agreements/mail/asked_back")
TAKEN_BACK = replace(
    END_NOTIFIED, template="agreements/mail/taken_back", page="agreements:agreement"
)
NOT_TAKEN_BACK = replace(END_NOTIFIED, template="agreements/mail/not_taken_back")
PUBLICATION = Letter(
    "agreements/mail/publication",
    rows=_publications,
    readers=who_answers,
    may_read=lambda person, publication: _sees(person, publication.agreement),
    name="publication",
    page="agreements:publications",
    arguments=lambda publication: {"code": publication.agreement.code},
    context=lambda publication, _person, _said: (
        {"agreement": publication.agreement} if publication.waits else None
    ),
    kind=PUBLICATIONS,
)
PUBLICATION_ANSWER = Letter(
    "agreements/mail/publication_answer",
    rows=_publications,
    readers=lambda publication: [publication.by],
    may_read=lambda person, publication: _sees(person, publication.agreement),
    name="publication",
    page="agreements:publications",
    arguments=lambda publication: {"code": publication.agreement.code},
    context=lambda publication, _person, _said: {"agreement": publication.agreement},
    kind=PUBLICATIONS,
)
ALL = (
    SENT,
    TO_APPROVE,
    EDITED,
    COMMENTED,
    ANSWERED,
    ASKED,
    REMINDED,
    DEPUTY_NAMED,
    DECLINED,
    REOPENED,
    SIGNED,
    TERMINATED,
    END_NOTIFIED,
    ASKED_BACK,
    TAKEN_BACK,
    NOT_TAKEN_BACK,
    PUBLICATION,
    PUBLICATION_ANSWER,
)
