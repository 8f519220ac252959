"""What somebody does not learn who sees a part of it: of texts, of what hangs on them, of a side."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jointlab.agreements.access import agreements_visible_to
from jointlab.agreements.models import Agreement, How, Signature, State
from jointlab.agreements.negotiation.services.comments import comment, settle_comment
from jointlab.agreements.signature.queries.waiting import waiting
from jointlab.common.errors import NotVisible
from jointlab.history.models import Entry
from jointlab.history.telling import sentence_of
from jointlab.obligations.access import get_evidence
from jointlab.obligations.services.obligations import Upload, meet_obligation
from jointlab.parties.models import Organisation, Person
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.memberships import add_member, end_membership
from tests.agreements.in_force import day, dues_of, duty, make_in_force, sign_by_rows
from tests.agreements.make import make_agreement
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def ask(agreement: Agreement, person: Person, side: Organisation, **more: object) -> None:
    """Give somebody a place to sign, and have them asked."""
    given = {"position": 1, "witness": True, "asked_at": timezone.now()} | more
    Signature.objects.create(agreement=agreement, person=person, organisation=side, **given)


def test_a_witness_whom_it_does_not_bind_gets_no_file_that_shows_what_was_done(cast: Cast) -> None:
    agreement = make_in_force(cast, duties=[duty(cast.university, day(20))])
    ask(agreement, cast.student, cast.university, signed_at=timezone.now(), how=How.HERE)
    file = Upload("report.pdf", "application/pdf", b"%PDF-")
    due = meet_obligation(
        by=cast.university_office, due=dues_of(agreement)[0], evidence="", uploads=[file]
    )
    assert agreement in agreements_visible_to(cast.student)
    [kept] = due.files.all()
    assert get_evidence(cast.engineer, kept.pk) == kept
    with pytest.raises(NotVisible):
        get_evidence(cast.student, kept.pk)


def test_who_was_asked_for_a_side_and_is_of_the_other_now_sees_the_text_no_more(cast: Cast) -> None:
    agreement = make_agreement(cast)
    Agreement.objects.filter(pk=agreement.pk).update(state=State.SIGNING)
    ask(agreement, cast.engineer, cast.enterprise)
    assert agreement in agreements_visible_to(cast.engineer)
    assert len(list(waiting(own_memberships(cast.engineer)))) == 1
    end_membership(by=cast.enterprise_office, membership=cast.membership("engineer"))
    add_member(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        person=cast.engineer,
        roles=["student"],
        title_en="Student",
    )
    assert agreement not in agreements_visible_to(cast.engineer)
    assert list(waiting(own_memberships(cast.engineer))) == []


def test_a_witness_of_an_amendment_does_not_learn_what_it_amends(cast: Cast) -> None:
    followed = make_in_force(cast)
    draft = make_agreement(cast, follows=followed, relation="amendment", start=day(10))
    amendment = sign_by_rows(cast, draft)
    ask(amendment, cast.student, cast.university, signed_at=timezone.now(), how=How.HERE)
    page = reverse("agreements:agreement", args=[amendment.code])
    way = reverse("agreements:agreement", args=[followed.code])
    for name, sees in (("student", False), ("engineer", True)):
        client = Client()
        client.force_login(cast.people[name])
        assert (f'href="{way}"' in client.get(page).content.decode()) is sees


def test_colleagues_of_another_partnership_do_not_learn_on_what_a_side_comments(cast: Cast) -> None:
    agreement = make_agreement(cast)
    said = comment(by=cast.dean, agreement=agreement, text="Five years would do.", own_side=True)
    settle_comment(by=cast.university_office, comment=said)
    entries = Entry.objects.filter(chain=cast.university.pk, event__startswith="agreements.")
    commented, settled = [sentence_of(row.event, row.facts) for row in entries.order_by("number")]
    assert "commented on a text, for" in commented
    assert "resolved a comment that" in settled
    assert not entries.filter(record__contains=agreement.code).exists()
    assert not entries.filter(record__contains=agreement.name_en).exists()
