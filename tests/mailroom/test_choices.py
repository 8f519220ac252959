"""Each person chooses by kind: at once, once a day, or never."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.comments import comment, settle_comment
from jointlab.agreements.negotiation.services.editing import edit_terms
from jointlab.agreements.negotiation.services.sending import send_agreement
from jointlab.common.letters import Pace, all_kinds, all_letters
from jointlab.history.models import Entry
from jointlab.mailroom.models import Choice, Kept
from jointlab.mailroom.services.writing import begin_digests
from jointlab.parties.services.accounts import queue_account_notice
from tests.agreements.make import change, make_complete, make_draft, text_of
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.mailroom.make import make_told, want

pytestmark = pytest.mark.django_db
PAGE = "/en/account/notifications/"
SEOUL = "Asia/Seoul"


def at(hour: int, day: int = 2) -> Any:
    """Let it be that hour in Seoul, so many days from now."""
    there = timezone.localdate() + timedelta(days=day)
    moment = datetime.combine(there, time(hour, 30), tzinfo=ZoneInfo(SEOUL))
    return mock.patch("django.utils.timezone.now", return_value=moment)


def say(cast: Cast, text: str = "Why three years?") -> Any:
    return comment(by=cast.dean, agreement=make_told(cast), text=text)


def to(person: Any) -> list[Any]:
    """Return the letters to that person until now."""
    return [letter for letter in mail.outbox if letter.to == [person.email]]


def digest() -> None:
    begin_digests()
    run_jobs()


def test_the_page_offers_every_kind_as_it_is_and_keeps_what_is_chosen(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.dean)
    page = client.get(PAGE).content.decode()
    assert all(f'name="{kind.code}"' in page for kind in all_kinds())
    assert 'aria-label="Comments on drafts: Once a day" checked' in page
    chosen = {kind.code: kind.pace.value for kind in all_kinds()} | {"comments": "now"}
    assert client.post(PAGE, chosen)["Location"] == PAGE
    assert list(Choice.objects.values_list("kind", "pace")) == [("comments", "now")]
    entry = Entry.objects.get(chain=cast.dean.pk)
    assert (entry.event, entry.facts["changed"]) == ("mailroom.chosen", ["comments"])


def test_a_choice_that_there_is_not_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.dean)
    chosen = {kind.code: kind.pace.value for kind in all_kinds()} | {"comments": "hourly"}
    assert client.post(PAGE, chosen).status_code == 200
    assert not Choice.objects.exists()


def test_choosing_the_same_again_says_nothing(cast: Cast) -> None:
    want(cast.dean, comments="daily")
    assert not Entry.objects.filter(chain=cast.dean.pk).exists()


def test_every_letter_has_a_kind_and_each_is_of_one_pace() -> None:
    kinds = {letter.kind for letter in all_letters()}
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert {kind.pace for kind in kinds} <= set(Pace)


def test_at_once_is_at_once_and_leads_to_where_one_chooses(cast: Cast) -> None:
    want(cast.division_head, comments="now")
    say(cast)
    run_jobs()
    [letter] = to(cast.division_head)
    assert letter.subject == "Comment on Strategic cooperation agreement"
    assert "Why three years?" not in letter.body
    assert "/en/account/notifications/" in letter.body
    assert to(cast.dean) == []


def test_never_is_never(cast: Cast) -> None:
    want(cast.division_head, comments="never")
    say(cast)
    run_jobs()
    digest()
    assert not Kept.objects.filter(person=cast.division_head).exists()
    assert to(cast.division_head) == []


def test_the_letters_of_signing_in_cannot_be_switched_off(cast: Cast) -> None:
    want(cast.dean, **{kind.code: "never" for kind in all_kinds()})
    now = timezone.now()
    queue_account_notice(person=cast.dean, what="totp_activated", at=now, whence="::1")
    run_jobs()
    assert len(to(cast.dean)) == 1


def test_the_days_letters_are_one_in_the_morning_of_its_reader(cast: Cast) -> None:
    cast.division_head.time_zone, cast.division_head.language = SEOUL, "ko"
    cast.division_head.save()
    with at(10, day=1):
        said = say(cast)
        comment(by=cast.dean, agreement=said.agreement, text="And why Chinese law?")
        run_jobs()
    with at(6, day=2):
        digest()
    assert to(cast.division_head) == []
    with at(7, day=2):
        digest()
        digest()
    [letter] = to(cast.division_head)
    assert letter.subject == "오늘의 JointLab 알림 1건"  # both lead to the same page
    assert f"/ko/agreements/{said.agreement.code}/comments/" in letter.body
    assert not Kept.objects.filter(person=cast.division_head).exists()


def test_a_day_without_a_worker_is_made_up_for(cast: Cast) -> None:
    with at(10, day=1):
        say(cast)
        run_jobs()
    with at(16, day=4):
        digest()
    assert len(to(cast.division_head)) == 1


def test_what_was_settled_before_the_morning_is_left_out(cast: Cast) -> None:
    with at(10, day=1):
        said = say(cast)
        run_jobs()
        settle_comment(by=cast.dean, comment=said)
    with at(12, day=2):
        digest()
    assert to(cast.division_head) == []


def test_whoever_wants_none_any_more_gets_none_of_what_was_kept(cast: Cast) -> None:
    with at(10, day=1):
        say(cast)
        run_jobs()
    want(cast.division_head, comments="never")
    with at(12, day=2):
        digest()
    assert to(cast.division_head) == []


def test_a_comment_for_one_side_is_told_to_that_side(cast: Cast) -> None:
    for person in cast.people.values():
        want(person, comments="now")
    comment(by=cast.dean, agreement=make_told(cast), text="Between us.", own_side=True)
    run_jobs()
    told = {letter.to[0] for letter in mail.outbox}
    assert told == {"university-office@example.org", "vice-president@example.org"}


def test_a_change_is_told_to_those_who_negotiate_but_not_to_whoever_made_it(cast: Cast) -> None:
    for person in cast.people.values():
        want(person, edits="now")
    make_complete(cast)
    run_jobs()
    told = {letter.to[0] for letter in mail.outbox if letter.subject.startswith("Changed: ")}
    assert "general-manager@example.org" in told
    assert not told & {"university-office@example.org", "engineer@example.org"}


def test_of_a_draft_that_is_not_sent_only_comments_are_told_and_to_ones_own_side(
    cast: Cast,
) -> None:
    for person in cast.people.values():
        want(person, comments="now", edits="now")
    draft = make_complete(cast, sent=False)
    assert not ProcrastinateJob.objects.exists()
    comment(by=cast.dean, agreement=draft, text="Hush: four years.")
    run_jobs()
    told = {letter.to[0] for letter in mail.outbox}
    assert told == {"university-office@example.org", "vice-president@example.org"}


def test_what_was_commented_before_a_draft_was_sent_is_told_to_nobody_else_after(
    cast: Cast,
) -> None:
    want(cast.general_manager, comments="now", edits="now")
    draft = make_draft(cast)
    comment(by=cast.dean, agreement=draft, text="Hush: four years.")
    send_agreement(by=cast.university_office, agreement=draft, base=draft.latest)
    run_jobs()
    [letter] = to(cast.general_manager)
    assert letter.subject.startswith("Northlake University sends you a draft")


def test_the_other_side_is_asked_to_approve_until_it_has(cast: Cast) -> None:
    agreement = make_complete(cast)
    run_jobs()
    mail.outbox.clear()
    approve_agreement(by=cast.vice_president, agreement=agreement, sha256=text_of(agreement).sha256)
    run_jobs()
    asked = {letter.to[0] for letter in mail.outbox}
    assert asked == {"enterprise-office@example.org", "general-manager@example.org"}
    assert "approved version" in mail.outbox[0].body


def test_whoever_is_asked_to_approve_a_text_that_changed_meanwhile_is_not(cast: Cast) -> None:
    agreement = make_complete(cast)
    run_jobs()
    approve_agreement(by=cast.vice_president, agreement=agreement, sha256=text_of(agreement).sha256)
    terms = text_of(agreement).terms
    change(
        cast,
        edit_terms,
        agreement,
        terms=replace(terms, governing_law="KR"),
        names=text_of(agreement).names,
    )
    run_jobs()
    assert not [letter for letter in mail.outbox if letter.subject.startswith("To approve")]
