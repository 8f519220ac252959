"""Ending by notice: its day, its PIN, the other side's desk, the banner, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from jointlab.agreements.force.queries.waiting import waiting
from jointlab.agreements.force.services.ending import note_end
from jointlab.agreements.force.services.taking_back import (
    decline_to_take_back,
    propose_to_take_back,
    take_back_notice,
)
from jointlab.agreements.models import Agreement, EndNotice, Standing
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.text.termination import notice_days
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.obligations.services.obligations import meet_obligation
from jointlab.parties.models import Partnership, Phase
from jointlab.parties.policy import own_memberships
from jointlab.signing.services.certificates import NoCertificate, WrongPin
from tests.agreements.in_force import (
    day,
    dues_of,
    duty,
    let_end,
    make_in_force,
    obligation_of,
    sign_by_rows,
    terminate,
    told,
)
from tests.agreements.make import make_agreement, text_of
from tests.agreements.reader import Reader, text
from tests.cast import OWN, Cast
from tests.days import on
from tests.jobs import run_jobs
from tests.signing.make import PIN

pytestmark = pytest.mark.django_db
NAME = "Strategic cooperation agreement"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def partnership(cast: Cast) -> Partnership:
    return Partnership.objects.get(pk=cast.partnership.pk)


def ended(cast: Cast, agreement: Agreement, **more: Any) -> EndNotice:
    """Have the vice president terminate it; return the notice."""
    terminate(cast, agreement, "vice_president", **more)
    return EndNotice.objects.filter(agreement=agreement).latest("at")


def propose(cast: Cast, notice: EndNotice, by: str = "vice_president") -> EndNotice:
    return propose_to_take_back(by=cast.people[by], notice=notice, reason="We found money.")


def agree(cast: Cast, notice: EndNotice, by: str = "general_manager", **more: Any) -> EndNotice:
    given = {"ends_on": fresh(notice).agreement.ends_on} | more
    return take_back_notice(by=cast.people[by], notice=notice, **given)


def letters() -> dict[str, list[str]]:
    run_jobs()
    found: dict[str, list[str]] = {}
    for letter in mail.outbox:
        found.setdefault(letter.subject.split(":")[0], []).extend(letter.to)
    mail.outbox.clear()
    return {subject: sorted(to) for subject, to in found.items()}


def waits(cast: Cast, name: str) -> list[tuple[str, str]]:
    return [(thing.what, thing.act) for thing in waiting(own_memberships(cast.people[name]))]


# the notice that is agreed


@pytest.mark.parametrize(
    ("kind", "days"),
    [("strategic", 90), ("confidentiality", 30), ("project", 60), ("placement", 60)],
)
def test_a_draft_begins_with_the_notice_that_its_clauses_say(
    cast: Cast, kind: str, days: int
) -> None:
    found = text_of(make_agreement(cast, kind=kind))
    assert found.terms.termination_notice_days == days
    older = replace(found, terms=replace(found.terms, termination_notice_days=None))
    assert notice_days(older) == days
    assert "termination_notice_days" not in older.as_json()["terms"]  # its hash stays its own


def test_the_last_day_is_no_earlier_than_the_notice_agreed(cast: Cast) -> None:
    agreement = make_in_force(cast, terms={"termination_notice_days": 45})
    with pytest.raises(Refusal, match="A notice of 45 days is agreed"):
        terminate(cast, agreement, on=day(44))
    assert terminate(cast, agreement, on=day(45)).ends_on == day(45)


def test_what_ends_before_a_notice_is_over_cannot_be_terminated(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(40), terms={"termination_notice_days": 45})
    with pytest.raises(NotNow, match="cannot end it before that"):
        terminate(cast, agreement, on=day(39))
    reader = Reader(cast, "vice_president")
    assert "/terminate/" not in reader.get("agreement", agreement.code)
    assert "cannot end it before that" in reader.get("terminate", agreement.code)


# the PIN


def test_it_takes_the_pin_of_the_signatorys_certificate(cast: Cast) -> None:
    agreement = make_in_force(cast)
    with pytest.raises(WrongPin, match="4 tries are left"):
        terminate(cast, agreement, pin="not-the-pin")
    assert fresh(agreement).ending == ""
    assert not EndNotice.objects.exists()
    terminate(cast, agreement)
    assert fresh(agreement).ending == "terminated"


def test_no_try_is_spent_on_a_notice_that_is_refused_anyway(cast: Cast) -> None:
    agreement = make_in_force(cast)
    with pytest.raises(Refusal, match="today or later"):
        terminate(cast, agreement, on=day(-1), pin="not-the-pin")
    assert cast.general_manager.certificates.get().tries == 0


def test_without_a_certificate_nobody_terminates(cast: Cast) -> None:
    agreement = make_in_force(cast)
    terminate(cast, agreement, on=day(40))
    cast.general_manager.certificates.update(tries=5)
    with pytest.raises(NoCertificate, match="locked"):
        terminate(cast, agreement, on=day(20))
    page = Reader(cast, "vice_president").get("terminate", agreement.code)
    assert "You have no valid certificate" in page
    assert "/certificates/issue/?next=" in page


# a decision names its day


def test_a_termination_is_refused_if_the_last_day_has_moved(cast: Cast) -> None:
    agreement = make_in_force(cast)
    with pytest.raises(NotNow, match="has moved since you read this page"):
        terminate(cast, agreement, ends_on=day(1))
    assert not EndNotice.objects.exists()


def test_letting_it_end_is_refused_if_the_last_day_has_moved(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(300), terms={"renewal": "automatic"})
    reader = Reader(cast, "university_office")
    page = reader.get("let-end", agreement.code)
    assert f'name="day" value="{day(300).isoformat()}"' in page
    Agreement.objects.filter(pk=agreement.pk).update(ends_on=day(600))

    refused = reader.post("let-end", agreement.code, day=day(300).isoformat())

    assert "has moved since you read this page" in refused.content.decode()
    assert f'name="day" value="{day(600).isoformat()}"' in refused.content.decode()
    assert fresh(agreement).notice_given_at is None
    assert reader.post("let-end", agreement.code).status_code == 200  # it names no day at all
    assert reader.post("let-end", agreement.code, day=day(600).isoformat()).status_code == 302


# the other side


def test_the_other_side_finds_the_notice_on_its_desk_until_it_has_noted_it(cast: Cast) -> None:
    notice = ended(cast, make_in_force(cast))
    for name in ("enterprise_office", "general_manager"):
        [(what, act)] = waits(cast, name)
        assert what.startswith(f"The other side gave notice: {NAME} ends on ")
        assert act == "Read and take note"
    assert waits(cast, "university_office") == waits(cast, "vice_president") == []

    note_end(by=cast.enterprise_office, notice=notice)

    assert waits(cast, "general_manager") == []
    [entry] = told(notice.agreement, "agreements.end_noted")
    assert entry.actor == cast.enterprise_office.pk
    with pytest.raises(NotNow, match="already"):
        note_end(by=cast.general_manager, notice=notice)


def test_a_notice_is_noted_by_the_other_side_alone(cast: Cast) -> None:
    notice = ended(cast, make_in_force(cast))
    for name in ("university_office", "division_head", "engineer"):
        with pytest.raises(NotAllowed):
            note_end(by=cast.people[name], notice=notice)
    with pytest.raises(NotVisible):
        note_end(by=cast.other_office, notice=notice)


def test_that_it_is_let_end_waits_for_the_other_side_as_well(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(300), terms={"renewal": "automatic"})
    let_end(cast, agreement)
    [(what, _act)] = waits(cast, "enterprise_office")
    assert "gave notice" in what


@pytest.mark.parametrize(
    ("language", "said"), [("en", "nds on "), ("zh-hans", "将于"), ("ko", "에 종료")]
)
def test_a_banner_says_so_on_the_agreement_and_the_partnership(
    cast: Cast, language: str, said: str
) -> None:
    agreement = make_in_force(cast)
    ended(cast, agreement)
    client = Reader(cast, "engineer").client
    for page in (f"agreements/{agreement.code}/", f"partnerships/{OWN}/"):
        answer = client.get(f"/{language}/{page}").content.decode()
        notices = answer[answer.index("notice") :]
        assert said in notices
        assert f"/{language}/agreements/{agreement.code}/ending/" in answer


def test_there_is_no_banner_before_it_nor_after_the_day_nor_for_a_student(cast: Cast) -> None:
    agreement = make_in_force(cast, kind="project")
    make_in_force(cast)
    dean = Reader(cast, "dean").client
    page = f"/en/partnerships/{OWN}/"
    assert "Read the notice" not in dean.get(page).content.decode()
    ended(cast, agreement, on=day(5))
    assert f"{NAME} ends on " in dean.get(page).content.decode()
    student = Reader(cast, "student").client
    assert "Read the notice" not in student.get(page).content.decode()
    with on(day(6)):
        assert "Read the notice" not in Reader(cast, "dean").client.get(page).content.decode()


# taking it back


def test_with_the_other_sides_word_all_is_as_it_was(cast: Cast) -> None:
    duties = [
        duty(cast.university, day(20)),
        duty(cast.enterprise, day(60), key="car", what="A car"),
        duty(cast.enterprise, day(10), "quarter", key="minutes", what="Minutes"),
    ]
    agreement = make_in_force(cast, duties=duties)
    before = [(due.due_on, due.dropped) for due in dues_of(agreement)]
    last = agreement.ends_on
    letters()
    notice = ended(cast, agreement)
    assert partnership(cast).in_force_until == day(30)
    assert any(due.dropped for due in dues_of(agreement))

    propose(cast, notice)
    assert letters()["Your word is asked"] == sorted(
        [
            "enterprise-office@example.org",
            "general-manager@example.org",
            "university-office@example.org",
        ]
    )
    assert waits(cast, "general_manager") == [
        (
            f"The other side would take back its notice: {NAME} would go on.",
            "Agree, or keep the notice",
        )
    ]
    agree(cast, notice)

    agreement = fresh(agreement)
    assert (agreement.ends_on, agreement.ending) == (last, "")
    assert agreement.standing is Standing.IN_FORCE
    assert [(due.due_on, due.dropped) for due in dues_of(agreement)] == before
    assert obligation_of(agreement, "minutes").owed_until == last
    assert partnership(cast).in_force_until == last
    with on(day(31)):
        assert partnership(cast).phase is Phase.IN_FORCE
    [entry] = told(agreement, "agreements.end_taken_back")
    assert (entry.actor, entry.facts["until"]) == (cast.general_manager.pk, last.isoformat())
    assert "vice-president@example.org" in letters()["It goes on"]
    assert waits(cast, "general_manager") == []
    assert "Ends on" not in Reader(cast, "dean").get("agreement", agreement.code)


def test_what_was_met_before_its_time_stays_met(cast: Cast) -> None:
    agreement = make_in_force(cast, duties=[duty(cast.university, day(60))])
    meet_obligation(by=cast.university_office, due=dues_of(agreement)[0], evidence="Sent.")
    notice = ended(cast, agreement)
    propose(cast, notice)
    agree(cast, notice)
    [due] = dues_of(agreement)
    assert (due.met_at is not None, due.dropped) == (True, False)


def test_an_amendment_that_fell_stands_again(cast: Cast) -> None:
    agreement = make_in_force(cast, start=day(-60), end=day(700))
    draft = make_agreement(
        cast, follows=agreement, relation="amendment", start=day(40), end=day(800)
    )
    amendment = sign_by_rows(cast, draft, duties=[duty(cast.university, day(50))])
    agreement = fresh(agreement)
    assert (agreement.ends_on, agreement.ending) == (day(39), "superseded")
    notice = ended(cast, agreement)
    assert fresh(amendment).standing is Standing.TERMINATED

    propose(cast, notice)
    agree(cast, notice)

    assert (fresh(agreement).ends_on, fresh(agreement).ending) == (day(39), "superseded")
    assert (fresh(amendment).ends_on, fresh(amendment).standing) == (day(800), Standing.AWAITED)
    assert [due.dropped for due in dues_of(amendment)] == [False]
    assert partnership(cast).in_force_until == day(800)


def test_what_has_no_fixed_end_has_none_again(cast: Cast) -> None:
    agreement = make_in_force(cast, end=None, terms={"end": None})
    notice = ended(cast, agreement)
    propose(cast, notice)
    assert "goes on without a fixed end as before" in text(
        Reader(cast, "general_manager").get("take-back", agreement.code, notice.pk)
    )
    agree(cast, notice)
    assert fresh(agreement).ends_on is None
    assert partnership(cast).in_force_until is None


def test_what_was_let_end_goes_on_by_itself_again(cast: Cast) -> None:
    agreement = make_in_force(cast, end=day(300), terms={"renewal": "automatic"})
    let_end(cast, agreement)
    notice = EndNotice.objects.get()
    propose(cast, notice, "university_office")
    agree(cast, notice, "enterprise_office")
    assert fresh(agreement).notice_given_at is None
    assert latest_version(fresh(agreement)).text.terms.renewal == "automatic"


def test_without_the_other_sides_word_the_notice_stands(cast: Cast) -> None:
    notice = ended(cast, make_in_force(cast))
    with pytest.raises(NotNow, match="Nobody proposes"):
        agree(cast, notice)
    propose(cast, notice)
    with pytest.raises(NotNow, match="proposed already"):
        propose(cast, notice)
    letters()
    decline_to_take_back(by=cast.general_manager, notice=notice, reason="Too late.")
    assert fresh(notice).asked_back_at is None
    assert fresh(notice.agreement).ending == "terminated"
    [entry] = told(notice.agreement, "agreements.end_not_taken_back")
    assert entry.facts["reason"] == "Too late."
    assert "vice-president@example.org" in letters()["The notice remains"]
    propose(cast, notice)  # and asks again


def test_each_act_is_the_right_sides_and_the_right_persons(cast: Cast) -> None:
    notice = ended(cast, make_in_force(cast))
    for name in ("general_manager", "university_office", "dean", "engineer"):
        with pytest.raises(NotAllowed):
            propose(cast, notice, name)
    with pytest.raises(NotVisible):
        propose(cast, notice, "other_office")
    propose(cast, notice)
    for name in ("vice_president", "enterprise_office", "division_head"):
        with pytest.raises(NotAllowed):
            agree(cast, notice, name)
        with pytest.raises(NotAllowed):
            decline_to_take_back(by=cast.people[name], notice=notice, reason="No.")
    with pytest.raises(Refusal, match="Say why"):
        decline_to_take_back(by=cast.general_manager, notice=notice, reason=" ")


@pytest.mark.parametrize(("when", "still"), [(30, True), (31, False)])
def test_it_is_taken_back_until_its_day_and_no_later(cast: Cast, when: int, still: bool) -> None:
    notice = ended(cast, make_in_force(cast))
    propose(cast, notice)
    with on(day(when)):
        if still:
            agree(cast, notice)
            return
        assert waits(cast, "general_manager") == []
        with pytest.raises(NotNow, match="its day has passed"):
            agree(cast, notice)


def test_the_word_names_the_day_and_is_refused_if_it_moved(cast: Cast) -> None:
    agreement = make_in_force(cast)
    notice = ended(cast, agreement)
    propose(cast, notice)
    reader = Reader(cast, "general_manager")
    page = reader.get("take-back", agreement.code, notice.pk)
    assert f'name="day" value="{day(30).isoformat()}"' in page
    terminate(cast, agreement, on=day(20))  # the other signatory ends it sooner
    answer = reader.post("take-back", agreement.code, notice.pk, day=day(30).isoformat())
    assert "has moved since you read this page" in answer.content.decode()
    with pytest.raises(NotNow, match="moved the last day since"):
        agree(cast, notice, ends_on=day(20))


def test_a_renewal_that_was_signed_meanwhile_stands_in_its_way(cast: Cast) -> None:
    agreement = make_in_force(cast)
    notice = ended(cast, agreement)
    draft = make_agreement(cast, follows=fresh(agreement), relation="renewal", end=day(900))
    sign_by_rows(cast, draft)
    with pytest.raises(NotNow, match="A renewal is signed"):
        propose(cast, notice)


# the pages


def test_the_whole_way_on_the_pages(cast: Cast) -> None:
    agreement = make_in_force(cast)
    here, there = Reader(cast, "vice_president"), Reader(cast, "general_manager")
    assert "No notice has been given." in here.get("ending", agreement.code)
    terminate(cast, agreement, "vice_president", on=day(200))
    given = {"on": day(30).isoformat(), "reason": "Given up.", "pin_code": PIN}
    moved = here.post("terminate", agreement.code, **given, day=date.max.isoformat())
    assert "has moved" in moved.content.decode()
    assert PIN not in moved.content.decode()
    answer = here.post("terminate", agreement.code, **given, day=day(200).isoformat())
    assert answer["Location"] == here.url("ending", agreement.code)

    notice = EndNotice.objects.latest("at")
    page = there.get("ending", agreement.code)
    assert "Given up." in page
    assert "/ask-back/" not in page
    assert there.post("note-end", agreement.code, notice.pk).status_code == 302
    page = here.get("ending", agreement.code)
    assert "/note/" not in page
    assert "/ask-back/" in page
    here.post("ask-back", agreement.code, notice.pk, reason="We found money.")
    page = there.get("ending", agreement.code)
    assert "We found money." in page
    for way in ("/take-back/", "/keep/"):
        assert way in page
    there.post("keep-ending", agreement.code, notice.pk, reason="Too late.")
    here.post("ask-back", agreement.code, notice.pk, reason="We found more.")
    there.post("take-back", agreement.code, notice.pk, day=day(30).isoformat())
    assert fresh(agreement).ends_on == day(200)  # the earlier notice stands again
    assert fresh(agreement).ending == "terminated"
