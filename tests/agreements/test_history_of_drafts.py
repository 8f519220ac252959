"""What a history tells of a text before it is signed: all of it to some, nothing to the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from jointlab.agreements import access as agreements
from jointlab.agreements import events
from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.services.approving import (
    approve_agreement,
    reopen_agreement,
    withdraw_agreement,
    withdraw_approval,
)
from jointlab.agreements.negotiation.services.comments import (
    answer_comment,
    comment,
    set_comment_aside,
    settle_comment,
)
from jointlab.agreements.negotiation.services.editing import edit_clause
from jointlab.agreements.signature.services.asking import remind_signer
from jointlab.agreements.signature.services.deputies import name_deputy
from jointlab.agreements.signature.services.papers import make_paper
from jointlab.agreements.signature.services.signatures import decline
from jointlab.common.events import events_of
from jointlab.common.rooms import Subject
from jointlab.history import queries
from jointlab.history.access import chain_visible_to
from jointlab.history.audit import examine
from jointlab.history.queries import Filters
from jointlab.history.services import record
from jointlab.parties import access as parties
from jointlab.parties.services.memberships import add_member
from jointlab.parties.services.partnerships import open_partnership
from tests.agreements.in_force import make_in_force
from tests.agreements.make import change, make_agreement, text_of
from tests.agreements.sign import make_signing
from tests.cast import OWN, Cast
from tests.history.events import TRIED
from tests.once import made_once

NAME = "Hush, a licence"
HISTORY = f"/en/partnerships/{OWN}/history/"
READERS = ("university_office", "vice_president", "dean", "auditor", "general_manager")
OTHERS = ("researcher", "engineer", "hr")
ALL = {event.name for event in events_of(events)}
NARROWER = {event.name for event in events_of(events) if event.narrower}
TOLD = {
    "agreements.signature_made", "agreements.in_force", "agreements.terminated",
    "agreements.amendment_fell", "agreements.end_notified", "agreements.end_noted",
    "agreements.end_asked_back", "agreements.end_taken_back", "agreements.end_not_taken_back", "agreements.went_on", "agreements.expired",
    "agreements.obligation_assigned", "agreements.obligation_met", "agreements.obligation_returned",
    "agreements.publication_notified", "agreements.publication_cleared",
    "agreements.publication_objected", "agreements.publication_withdrawn",
    "agreements.publication_free",
    "agreements.certificate_issued", "agreements.certificate_revoked",
}  # fmt: skip
NUMBERS = list[int]


def negotiate(cast: Cast) -> Agreement:
    """Let everything happen to a text that can happen to it unsigned; then something else."""
    names = {"en": NAME, "zh-hans": NAME, "ko": NAME}
    agreement = make_signing(cast, names=names)
    first, *_others, last = agreement.signatures.all()
    agreement.signatures.filter(pk=first.pk).update(asked_at=timezone.now() - timedelta(days=2))
    remind_signer(by=cast.enterprise_office, signature=first)
    name_deputy(by=cast.enterprise_office, signature=last, person=cast.engineer.pk)
    make_paper(agreement_id=str(agreement.pk))
    agreement.refresh_from_db()
    decline(by=cast.vice_president, agreement=agreement, reason="Hush: too dear.")
    sha256 = text_of(agreement).sha256
    approve_agreement(by=cast.university_office, agreement=agreement, sha256=sha256)
    withdraw_approval(by=cast.university_office, agreement=agreement)
    for office in (cast.university_office, cast.enterprise_office):
        approve_agreement(by=office, agreement=agreement, sha256=sha256)
    make_paper(agreement_id=str(agreement.pk))
    reopen_agreement(by=cast.university_office, agreement=agreement, reason="Hush: a typo.")
    agreement.refresh_from_db()
    said = comment(by=cast.division_head, agreement=agreement, text="Hush: not five years.")
    settle_comment(by=cast.enterprise_office, comment=said)
    asked = comment(by=cast.dean, agreement=agreement, text="Hush: who pays?")
    answer_comment(by=cast.division_head, comment=asked, text="Hush: you do.")
    set_comment_aside(by=cast.dean, comment=asked, reason="Hush: they do.")
    clause = text_of(agreement).clauses[0]
    clause = replace(clause, heading={**clause.heading, "en": "Hush"})
    for confirmed in (False, True):
        change(cast, edit_clause, agreement, clause=clause, confirmed=confirmed)
    comment(by=cast.dean, agreement=agreement, text="Hush: four would do.", own_side=True)
    withdraw_agreement(by=cast.university_office, agreement=agreement, reason="Hush: no budget.")
    record(TRIED, chain=cast.partnership.pk, by=cast.hr)
    return agreement


def numbers(cast: Cast, name: str, **asked: Any) -> NUMBERS:
    reading = chain_visible_to(cast.people[name], cast.partnership.pk)
    return [line.number for line in queries.page(reading, size=10_000, **asked).lines]


def hidden(cast: Cast) -> NUMBERS:
    """Return the numbers that tell of the draft."""
    reading = chain_visible_to(cast.auditor, cast.partnership.pk)
    lines = queries.page(reading, size=10_000).lines
    return [line.number for line in lines if line.event in NARROWER]


def get(cast: Cast, name: str, page: str, **asked: str) -> Any:
    client = Client()
    client.force_login(cast.people[name])
    return client.get(page, asked)


def content(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_of_every_event_somebody_has_said_who_reads_it() -> None:
    assert ALL == NARROWER | TOLD
    assert not NARROWER & TOLD


@pytest.mark.django_db
def test_what_is_hidden_is_what_the_indexes_skip() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'history_entry' AND indexdef ~ 'open'"
        )
        found = [set(re.findall(r"agreements\.[a-z_]+", row[0])) for row in cursor.fetchall()]
    assert found == [NARROWER] * 3


@pytest.fixture(scope="module")
def draft(django_db_setup: None, django_db_blocker: Any) -> Iterator[Agreement]:
    """The draft of all that follows."""
    yield from made_once(django_db_blocker, lambda: negotiate(Cast.tell()))


@pytest.mark.usefixtures("draft", "db")
class TestOfADraft:
    def test_everything_that_happens_to_it_is_in_the_chain_which_verifies(self, cast: Cast) -> None:
        reading = chain_visible_to(cast.auditor, cast.partnership.pk)
        # That it was drafted is told in the draft's own chain; entries from before that stay here.
        assert set(queries.events_in(reading)) >= NARROWER - {"agreements.drafted"}
        assert not examine(Subject(cast.partnership.pk, OWN)).fault

    @pytest.mark.parametrize("name", READERS)
    def test_those_who_read_drafts_are_told_all_of_it(self, cast: Cast, name: str) -> None:
        page = content(get(cast, name, HISTORY))
        assert NAME in page
        assert "Hush: no budget." in page
        assert 'value="agreements.withdrawn"' in page
        assert get(cast, name, f"{HISTORY}{hidden(cast)[0]}/").status_code == 200
        assert NAME in content(get(cast, name, f"/en/partnerships/{OWN}/"))

    @pytest.mark.parametrize("name", OTHERS)
    def test_the_others_are_told_nothing(self, cast: Cast, name: str) -> None:
        for page in (HISTORY, f"/en/partnerships/{OWN}/"):
            assert "Hush" not in content(get(cast, name, page))
        assert set(numbers(cast, name)) == set(numbers(cast, "auditor")) - set(hidden(cast))

    def test_their_filters_offer_neither_its_events_nor_who_did_nothing_else(
        self, cast: Cast
    ) -> None:
        for name, offered in (("auditor", True), ("researcher", False)):
            page = content(get(cast, name, HISTORY))
            for value in ("agreements", "agreements.sent", cast.division_head.pk):
                assert (f'value="{value}"' in page) is offered, value
            assert f'value="{cast.hr.pk}"' in page

    def test_a_filter_that_is_typed_shows_nothing_of_it(self, cast: Cast) -> None:
        for asked in ({"kind": "agreements.sent"}, {"person": str(cast.division_head.pk)}):
            page = content(get(cast, "researcher", HISTORY, **asked))
            assert "Select a valid choice." in page
            assert 'id="entry-' not in page
        reading = chain_visible_to(cast.researcher, cast.partnership.pk)
        for filters in (Filters(event="agreements.sent"), Filters(room="agreements")):
            assert not queries.page(reading, filters).lines
        assert queries.person_in(reading, cast.division_head.pk) == []

    def test_its_entries_do_not_exist_and_nothing_leads_to_them(self, cast: Cast) -> None:
        last, *_others = numbers(cast, "researcher")
        for number in hidden(cast):
            assert get(cast, "researcher", f"{HISTORY}{number}/").status_code == 404
        assert last - 1 in hidden(cast)
        way = f'href="{HISTORY}{last - 1}/"'
        assert way not in content(get(cast, "researcher", f"{HISTORY}{last}/"))
        assert way in content(get(cast, "auditor", f"{HISTORY}{last}/"))

    def test_a_day_that_begins_with_it_shows_what_else_happened(self, cast: Cast) -> None:
        filters = Filters(since=timezone.localdate(), until=timezone.localdate())
        assert numbers(cast, "researcher", filters=filters) == numbers(cast, "researcher")

    def test_what_a_side_says_to_itself_is_read_by_its_negotiators(self, cast: Cast) -> None:
        page = f"/en/organisations/{cast.university.pk}/"
        for name, told in (("dean", True), ("auditor", True), ("researcher", False)):
            for each in (page, f"{page}history/"):
                assert ("commented on a text" in content(get(cast, name, each))) is told


@pytest.mark.django_db
def test_what_a_side_says_to_itself_is_read_within_its_partnership_alone(cast: Cast) -> None:
    """The office of the same university, in another partnership, does not learn of the text."""
    third = open_partnership(
        by=cast.operator,
        code="third",
        organisations=[cast.university, cast.other_enterprise],
        name_en="Third",
    )
    add_member(
        by=cast.operator,
        partnership=third,
        organisation=cast.university,
        person=cast.outsider,
        roles=["office"],
        title_en="Office",
    )
    said = comment(by=cast.dean, agreement=make_agreement(cast), text="Hush.", own_side=True)
    settle_comment(by=cast.dean, comment=said)
    page = f"/en/organisations/{cast.university.pk}/"
    reading = chain_visible_to(cast.outsider, cast.university.pk)
    last = queries.page(chain_visible_to(cast.dean, cast.university.pk)).lines[0].number
    for each in (page, f"{page}history/", f"{page}history/?event=agreements.commented"):
        text = content(get(cast, "outsider", each))
        assert "commented on a text" not in text
        assert 'value="agreements.commented"' not in text
        assert cast.dean.name not in text
        assert f"history/{last}/" not in text
    assert get(cast, "outsider", f"{page}history/{last}/").status_code == 404
    for filters in (Filters(), Filters(person=cast.dean.pk), Filters(room="agreements")):
        lines = queries.page(reading, filters).lines
        assert not [line for line in lines if line.event.startswith("agreements")]
    assert get(cast, "auditor", f"{page}history/{last}/").status_code == 200


@pytest.mark.django_db
def test_pages_are_full_and_lead_on_when_drafting_lies_between(cast: Cast) -> None:
    chain = cast.partnership.pk
    for _number in range(7):
        make_agreement(cast)
        record(TRIED, chain=chain, by=cast.hr)
        make_agreement(cast)
    reading = chain_visible_to(cast.researcher, chain)
    everything = numbers(cast, "researcher")
    assert set(hidden(cast)).isdisjoint(everything)
    assert any(newer - older > 2 for newer, older in pairwise(everything))

    pages = list(older_pages(reading))
    assert [line.number for page in pages for line in page.lines] == everything
    assert all(len(page.lines) == 3 for page in pages[:-1])
    assert pages[-1].older is None
    back = pages[-1]
    for page in reversed(pages[:-1]):
        assert back.newer is not None
        back = queries.page(reading, after=back.newer, size=3)
        assert [line.number for line in back.lines] == [line.number for line in page.lines]
    assert back.newer is None


def older_pages(reading: Any) -> Iterator[queries.Page]:
    page = queries.page(reading, size=3)
    yield page
    while page.older is not None:
        page = queries.page(reading, before=page.older, size=3)
        yield page


@pytest.mark.django_db
def test_that_an_agreement_binds_is_told_to_everybody_whom_it_binds(cast: Cast) -> None:
    agreement = make_in_force(cast, names={"en": NAME, "zh-hans": NAME, "ko": NAME})
    page = content(get(cast, "researcher", HISTORY))
    assert re.search(rf"With the last signature.*{NAME}.* binds from", page, re.DOTALL)
    assert 'value="agreements.in_force"' in page
    assert 'value="agreements.sent"' not in page
    assert agreement in agreements.agreements_visible_to(cast.researcher)


@pytest.mark.django_db
def test_who_reads_drafts_elsewhere_reads_none_here(cast: Cast) -> None:
    make_agreement(cast)
    for name in ("other_office", "outsider", "operator"):
        assert set(chain_visible_to(cast.people[name], cast.partnership.pk).hidden) >= NARROWER


@pytest.mark.parametrize("table", ["during", "afterwards"])
@pytest.mark.parametrize("whole", ["export history", "sign checkpoint"])
def test_whoever_exports_or_signs_the_whole_history_reads_the_whole(table: str, whole: str) -> None:
    assert getattr(parties.POLICY, table)[whole] <= getattr(agreements.POLICY, table)["read drafts"]
