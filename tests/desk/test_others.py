"""What one waits for: who has it and since when, on the desk of whoever may know; reminding them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from jointlab.agreements.awaited import awaited_by as agreements_awaited
from jointlab.agreements.force.services.publications import give_publication_notice
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.waiting import waiting_for as agreements_waiting
from jointlab.common.errors import NotNow
from jointlab.common.rooms import Awaited, Room, Waiting
from jointlab.desk import queries
from jointlab.desk.models import Reminder
from jointlab.desk.services import remind
from jointlab.laboratory.queries.waiting import awaited_by as laboratories_awaited
from jointlab.laboratory.queries.waiting import waiting_for as laboratories_waiting
from jointlab.parties.awaited import awaited_by as parties_awaited
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.invitations import invite_person
from tests.agreements.in_force import day, make_in_force
from tests.agreements.make import make_complete, text_of
from tests.agreements.sign import make_signing
from tests.cast import EVERYBODY, Cast
from tests.days import on
from tests.jobs import run_jobs
from tests.laboratory.make import confirm, make_ready

KEY = "one.thing"


def awaited(what: str = "An answer", **more: Any) -> Awaited:
    given = {"who": "Asterion", "url": "/thing/", "since": timezone.now() - timedelta(days=3)}
    return Awaited(**given | {"what": what} | more)


@pytest.fixture
def room(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterable[None]:
    """One room, in which the university office waits for the enterprise office."""

    def ask(own: Any) -> Iterable[Awaited]:
        if own[0].person_id == cast.university_office.pk:
            yield awaited(key=KEY, holders=lambda: [cast.enterprise_office, cast.general_manager])

    def have(own: Any) -> Iterable[Waiting]:
        if own and own[0].person_id == cast.enterprise_office.pk:
            what = {"en": "Answer it", "ko": "답변하세요"}[translation.get_language()]
            yield Waiting(timezone.now(), what, "Answer", "/answer/", key=KEY)

    rooms = [Room("one", "", waiting=have, awaited=ask)]
    monkeypatch.setattr(queries, "all_rooms", lambda: rooms)
    return


def page(cast: Cast, name: str, **headers: str) -> str:
    client = Client(headers=headers)
    client.force_login(cast.people[name])
    answer = client.get(reverse("desk:others"))
    assert answer.status_code == 200
    return answer.content.decode()


def whose(cast: Cast, ask: Callable[[Any], Iterable[Awaited]]) -> dict[str, str]:
    """Return who waits for whom, by name."""
    return {
        name: " | ".join(one.who for one in found)
        for name in EVERYBODY
        if (own := own_memberships(cast.people[name])) and (found := list(ask(own)))
    }


# the page


def test_it_says_what_who_has_it_and_since_when_and_offers_to_remind(
    cast: Cast, room: None
) -> None:
    said = page(cast, "university_office")
    for part in ("An answer", "Asterion", "Who has it", f'value="{KEY}"', ">Remind<"):
        assert part in said
    assert "You wait for nobody." in page(cast, "enterprise_office")
    assert "You wait for nobody." in page(cast, "outsider")


def test_the_desk_asks_for_the_part_alone(cast: Cast, room: None) -> None:
    part = page(cast, "university_office", hx_request="true")
    assert "An answer" in part
    assert "<html" not in part


# reminding


def test_those_who_have_it_are_written_to_in_their_language_and_only_they(
    cast: Cast, room: None, client: Client
) -> None:
    cast.enterprise_office.language = "ko"
    cast.enterprise_office.save()
    client.force_login(cast.university_office)
    assert client.post(reverse("desk:remind"), {"key": KEY}).status_code == 302
    run_jobs()
    [letter] = mail.outbox  # it does not wait for the general manager
    assert letter.to == ["enterprise-office@example.org"]
    assert "답변하세요" in letter.subject
    assert "University office" in letter.body
    assert letter.body.count("http://localhost/answer/") == 1
    assert "Reminded today" in page(cast, "university_office")


def test_once_a_day_whoever_asks_and_again_the_next(cast: Cast, room: None) -> None:
    remind(by=cast.university_office, key=KEY)
    with pytest.raises(NotNow, match="Tomorrow"):
        remind(by=cast.university_office, key=KEY)
    tomorrow = day(1)
    with on(tomorrow):
        assert remind(by=cast.university_office, key=KEY).on == tomorrow
    assert Reminder.objects.count() == 2


@pytest.mark.parametrize(("name", "key"), [("enterprise_office", KEY), ("university_office", "x")])
def test_what_one_does_not_wait_for_reminds_nobody(
    cast: Cast, room: None, name: str, key: str
) -> None:
    with pytest.raises(NotNow, match="waits for nobody"):
        remind(by=cast.people[name], key=key)
    assert not Reminder.objects.exists()


def test_what_is_done_meanwhile_is_not_reminded_of(
    cast: Cast, room: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind(by=cast.university_office, key=KEY)
    monkeypatch.setattr(queries, "all_rooms", list)
    run_jobs()
    assert mail.outbox == []


# what the rooms say


def test_whoever_has_approved_waits_for_the_other_sides_approval(cast: Cast) -> None:
    agreement = make_complete(cast)
    assert whose(cast, agreements_awaited) == {}
    sha256 = text_of(agreement).sha256
    approve_agreement(by=cast.vice_president, agreement=agreement, sha256=sha256)
    assert whose(cast, agreements_awaited) == dict.fromkeys(
        ("university_office", "vice_president", "dean", "auditor"), "Asterion Automotive"
    )
    [mine] = agreements_awaited(own_memberships(cast.university_office))
    [theirs] = agreements_waiting(own_memberships(cast.general_manager))
    assert mine.key == theirs.key
    assert {person.email for person in mine.holders()} == {
        "enterprise-office@example.org",
        "general-manager@example.org",
    }


def test_a_signature_is_awaited_from_whoever_was_asked(cast: Cast) -> None:
    make_signing(cast)
    waiting = whose(cast, agreements_awaited)
    assert set(waiting.values()) == {"Vice president"}
    assert "vice_president" not in waiting
    assert {"university_office", "enterprise_office", "general_manager"} <= set(waiting)
    assert not {"engineer", "student", "other_office"} & set(waiting)
    [mine] = agreements_awaited(own_memberships(cast.enterprise_office))
    assert list(mine.holders()) == [cast.vice_president]
    assert mine.key in [one.key for one in agreements_waiting(own_memberships(cast.vice_president))]


def test_the_answer_to_a_notice_is_awaited_by_the_side_that_gave_it(cast: Cast) -> None:
    agreement = make_in_force(cast, start=day(-30))
    about = {"title": "Doors", "abstract": "How doors open.", "venue": "A journal"}
    give_publication_notice(by=cast.researcher, agreement=agreement, **about)
    assert whose(cast, agreements_awaited) == dict.fromkeys(
        ("university_office", "dean", "researcher"), "Asterion Automotive"
    )
    [mine] = agreements_awaited(own_memberships(cast.researcher))
    assert mine.due is not None
    assert cast.enterprise_office in mine.holders()
    assert mine.key in [
        one.key for one in agreements_waiting(own_memberships(cast.enterprise_office))
    ]


def test_the_other_sides_word_is_awaited_before_an_unveiling(cast: Cast) -> None:
    laboratory = make_ready(cast)
    assert whose(cast, laboratories_awaited) == {}
    confirm(cast, "vice_president", laboratory)
    waiting = whose(cast, laboratories_awaited)
    assert waiting == dict.fromkeys(("university_office", "vice_president"), "Asterion Automotive")
    [mine] = laboratories_awaited(own_memberships(cast.university_office))
    [theirs] = laboratories_waiting(own_memberships(cast.general_manager))
    assert mine.key == theirs.key
    assert cast.general_manager in mine.holders()


def test_an_office_waits_for_whom_it_has_invited(cast: Cast) -> None:
    invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email="new@example.org",
        language="en",
        roles=["researcher"],
        title_en="Researcher",
    )
    assert whose(cast, parties_awaited) == {"university_office": "new@example.org"}
