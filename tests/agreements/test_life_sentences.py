"""The history tells of agreements in force in whole sentences, in each language."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.html import strip_tags

import jointlab.agreements
from jointlab.agreements import events
from jointlab.agreements.force.services.clock import pass_day
from jointlab.agreements.force.services.ending import note_end
from jointlab.agreements.force.services.publications import (
    clear_publication,
    give_publication_notice,
    object_to_publication,
    withdraw_publication,
)
from jointlab.agreements.force.services.taking_back import (
    decline_to_take_back,
    propose_to_take_back,
    take_back_notice,
)
from jointlab.agreements.models import Agreement
from jointlab.common.events import events_of
from jointlab.history.models import Entry
from jointlab.history.services import record
from jointlab.history.telling import sentence_of
from tests.agreements.in_force import day, let_end, make_in_force, sign_by_rows, terminate
from tests.agreements.make import make_agreement
from tests.cast import Cast
from tests.days import on

SERVICES = Path(jointlab.agreements.__path__[0]) / "force" / "services"
MODULES = ("life", "ending", "taking_back", "clock", "publications")
RECORDED = {
    getattr(events, name)
    for module in MODULES
    for name in re.findall(r"events\.([A-Z_]+)", (SERVICES / f"{module}.py").read_text())
}
# Of obligations, too, from before they were a room of their own.
OF_LIFE = {event.name for event in RECORDED} | {
    event.name for event in events_of(events) if ".obligation_" in event.name
}


def story(cast: Cast) -> None:
    """Let everything happen once that these sentences tell."""
    automatic = make_in_force(cast, end=day(400), terms={"renewal": "automatic"})
    let_end(cast, automatic, "general_manager")
    make_in_force(cast, kind="project", end=day(91), terms={"renewal": "automatic"})
    agreement = make_in_force(cast, kind="project", end=None, terms={"end": None})
    record_as_before(cast, agreement)
    given = {"agreement": agreement, "title": "Doors", "abstract": "How.", "venue": "A journal"}
    first, second, _third = (give_publication_notice(by=cast.researcher, **given) for _ in range(3))
    first = object_to_publication(by=cast.division_head, publication=first, reason="A patent.")
    clear_publication(by=cast.division_head, publication=first)
    withdraw_publication(by=cast.researcher, publication=second)
    draft = make_agreement(
        cast, kind="project", follows=agreement, relation="amendment", start=day(600), end=day(700)
    )
    sign_by_rows(cast, draft)
    terminate(cast, agreement, "vice_president", on=day(500), reason="Given up.")
    take_back(cast, agreement)
    with on(day(40)):
        pass_day()
    with on(day(400) + timedelta(days=1)):
        pass_day()


def take_back(cast: Cast, agreement: Agreement) -> None:
    """Let the notice be noted, kept, and taken back at last."""
    notice = agreement.end_notices.get()
    note_end(by=cast.enterprise_office, notice=notice)
    for answer in (
        lambda: decline_to_take_back(by=cast.general_manager, notice=notice, reason="Too late."),
        lambda: take_back_notice(by=cast.general_manager, notice=notice, ends_on=notice.last_day),
    ):
        propose_to_take_back(by=cast.vice_president, notice=notice, reason="We found money.")
        answer()


def record_as_before(cast: Cast, agreement: Agreement) -> None:
    """Write what was written of obligations before they were a room of their own."""
    chain, by = agreement.partnership_id, cast.university_office
    facts = {"agreement": agreement, "what": {"en": "Report", "zh-hans": "报告", "ko": "보고서"}}
    for owner in (cast.researcher, None):
        record(events.OBLIGATION_ASSIGNED, chain=chain, by=by, owner=owner, **facts)
    due = facts | {"due": day(9)}
    record(events.OBLIGATION_MET, chain=chain, by=by, files=[], **due)
    by, reason = cast.enterprise_office, "A page is missing."
    record(events.OBLIGATION_RETURNED, chain=chain, by=by, reason=reason, **due)


def told(language: str) -> dict[str, list[str]]:
    """Return what is told of each event, as plain text on one line."""
    said: dict[str, list[str]] = {}
    with translation.override(language):
        for entry in Entry.objects.filter(event__in=OF_LIFE).order_by("number"):
            line = " ".join(strip_tags(sentence_of(entry.event, entry.facts)).split())
            said.setdefault(entry.event, []).append(line)
    return said


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko"])
def test_everything_that_happens_is_told_whole(cast: Cast, language: str) -> None:
    story(cast)
    said = told(language)
    assert set(said) == set(OF_LIFE)
    for event, lines in said.items():
        assert not any("—" in line or "%(" in line or event in line for line in lines), lines
    if language != "en":
        english = told("en")
        assert all(said[event] != english[event] for event in said)


def test_a_sentence_reads_as_one_would_say_it(cast: Cast) -> None:
    story(cast)
    english = {event: lines[0] for event, lines in told("en").items()}
    name = "Strategic cooperation agreement"
    assert english["agreements.terminated"].startswith(
        f"Vice president terminated {name}; its last day is"
    )
    assert english["agreements.obligation_assigned"] == (
        f"University office named Researcher as the person responsible for “Report”, owed by {name}."
    )
    assert english["agreements.expired"].startswith(f"{name} expired; its last day was")
