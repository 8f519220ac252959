"""A draft is its own side's until it is sent: nobody else learns that there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client

from jointlab.agreements.access import (
    agreements_visible_to,
    comments_visible_to,
    may_see,
    versions_visible_to,
)
from jointlab.agreements.models import Agreement, Standing, State
from jointlab.agreements.negotiation.services.approving import (
    approve_agreement,
    withdraw_agreement,
)
from jointlab.agreements.negotiation.services.comments import comment
from jointlab.agreements.negotiation.services.drafting import draft_agreement
from jointlab.agreements.negotiation.services.editing import edit_clause, edit_terms
from jointlab.agreements.negotiation.services.sending import send_agreement
from jointlab.agreements.text import Clause
from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible
from jointlab.common.rooms import Subject
from jointlab.history.audit import examine
from jointlab.history.models import Entry
from tests.agreements.editor import Editor, said
from tests.agreements.in_force import make_in_force
from tests.agreements.make import NAMES, change, make_agreement, make_complete, make_draft, text_of
from tests.agreements.reader import text
from tests.cast import EVERYBODY, OWN, Cast
from tests.jobs import run_jobs
from tests.parties.told import count, last

pytestmark = pytest.mark.django_db

HUSH = {**NAMES, "en": "Hush, a licence"}
OUR_SIDE = ("university_office", "vice_president", "dean", "auditor")


def reword(cast: Cast, draft: Agreement, words: str, by: str = "university_office") -> Any:
    clause = Clause("purpose", {"en": "Purpose"}, {"en": words})
    return change(cast, edit_clause, draft, by=by, clause=clause)


def send(cast: Cast, draft: Agreement) -> Agreement:
    draft.refresh_from_db()
    return send_agreement(by=cast.university_office, agreement=draft, base=draft.latest)


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.people[name])
    return client


def test_only_those_who_negotiate_for_the_side_that_began_it_and_its_auditors_see_it(
    cast: Cast,
) -> None:
    draft = make_draft(cast)
    assert draft.standing is Standing.OWN
    for name in EVERYBODY:
        sees = name in OUR_SIDE
        assert (draft in agreements_visible_to(cast.people[name])) is sees, name
        assert may_see(cast.people[name], draft) is sees, name
        page = client_of(cast, name).get(f"/en/agreements/{draft.code}/")
        assert page.status_code == (200 if sees else 404), name


def test_the_other_side_neither_edits_nor_comments_on_nor_approves_nor_sends_nor_withdraws_it(
    cast: Cast,
) -> None:
    draft = make_draft(cast)
    by = cast.enterprise_office
    words = text_of(draft)
    for act in (
        lambda: edit_terms(
            by=by, agreement=draft, base=1, terms=words.terms, names={**NAMES, "en": "Ours"}
        ),
        lambda: comment(by=by, agreement=draft, text="Oh?"),
        lambda: approve_agreement(by=by, agreement=draft, sha256=words.sha256),
        lambda: send_agreement(by=by, agreement=draft, base=1),
        lambda: withdraw_agreement(by=by, agreement=draft, reason="No."),
    ):
        with pytest.raises(NotVisible):
            act()
    draft.refresh_from_db()
    assert (draft.state, draft.latest, draft.is_sent) == (State.DRAFT, 1, False)


def test_no_chain_that_others_read_tells_of_it_nor_grows(cast: Cast) -> None:
    chains = (cast.partnership, cast.university, cast.enterprise)
    before = [count(chain) for chain in chains]
    draft = make_draft(cast, names=HUSH)
    reword(cast, draft, "Hush.")
    comment(by=cast.dean, agreement=draft, text="Hush: four years.")
    withdraw_agreement(by=cast.university_office, agreement=draft, reason="Hush: no budget.")
    assert [count(chain) for chain in chains] == before
    told = Entry.objects.filter(chain=draft.pk).order_by("number")
    assert [entry.event for entry in told] == [
        "agreements.drafted",
        "agreements.text_changed",
        "agreements.commented",
        "agreements.withdrawn",
    ]
    assert not examine(Subject(draft.pk)).fault


def test_no_page_that_the_other_side_opens_changes(cast: Cast) -> None:
    client = client_of(cast, "enterprise_office")
    pages = ("/en/", "/en/agreements/", f"/en/partnerships/{OWN}/")
    pages += tuple(f"/en/partnerships/{OWN}/{part}/" for part in ("agreements", "history"))

    def shown() -> list[str]:
        return [text(said(client.get(page))) for page in pages]

    before, letters = shown(), len(mail.outbox)
    draft = make_draft(cast, names=HUSH)
    reword(cast, draft, "Hush.")
    run_jobs()
    assert shown() == before
    assert len(mail.outbox) == letters


def test_numbers_are_given_when_it_is_sent_so_that_none_tells_of_a_draft(cast: Cast) -> None:
    draft = make_draft(cast)
    assert draft.number is None
    assert OWN not in draft.code
    theirs = make_agreement(cast, by="enterprise_office")
    assert theirs.code == f"{OWN}-1"
    sent = send(cast, draft)
    assert (sent.number, sent.code) == (2, f"{OWN}-2")


def test_once_sent_both_sides_see_it_and_its_negotiators_there_are_told(cast: Cast) -> None:
    draft = make_draft(cast)
    mail.outbox.clear()
    sent = send(cast, draft)
    run_jobs()
    assert sent.standing is Standing.DRAFT
    for name in (*OUR_SIDE, "enterprise_office", "general_manager", "enterprise_auditor"):
        assert sent in agreements_visible_to(cast.people[name]), name
    told = {letter.to[0] for letter in mail.outbox}
    people = (cast.enterprise_office, cast.general_manager, cast.division_head)
    assert told == {person.email for person in people}
    assert f"/agreements/{sent.code}/" in str(mail.outbox[0].body)
    entry = last(cast.partnership)
    assert entry.event == "agreements.sent"
    assert text_of(sent).sha256 in entry.record


def test_what_was_written_before_stays_with_the_side_that_wrote_it(cast: Cast) -> None:
    draft = make_draft(cast)
    reword(cast, draft, "Our lowest offer is eleven.")
    note = comment(by=cast.dean, agreement=draft, text="Hush: ten would do.")
    reword(cast, draft, "Twenty.")
    sent = send(cast, draft)
    change(cast, edit_clause, sent, clause=Clause("purpose", {"en": "Purpose"}, {"en": "12."}))
    assert note.own_side
    assert not comments_visible_to(cast.enterprise_office, sent).exists()
    numbers = [row.number for row in versions_visible_to(cast.enterprise_office, sent)]
    assert sorted(numbers) == [3, 4]
    assert versions_visible_to(cast.dean, sent).count() == 4

    ours, theirs = Editor(cast, sent), Editor(cast, sent, "enterprise_office")
    assert "Before it was sent" in ours.read("versions")
    assert "Before it was sent" not in theirs.read("versions")
    assert "eleven" in ours.read("version", 2)
    assert theirs.get("version", 2).status_code == 404
    assert "eleven" in ours.read("compare", old=2, new=3)
    assert "eleven" not in theirs.read("compare", old=2, new=3)
    saved = theirs.send("edit-clause", "purpose", version=2, body_en="Fifteen.")
    assert "Somebody else changed this meanwhile" in said(saved)


def test_what_was_open_when_it_was_sent_is_still_saved(cast: Cast) -> None:
    draft = make_draft(cast)
    editor = Editor(cast, draft)
    typed = {**editor.filled("edit-clause", "purpose"), "body_en": "As I typed it."}
    sent = send(cast, draft)
    assert editor.code != sent.code
    assert editor.send("edit-clause", "purpose", **typed).status_code == 302
    assert text_of(sent).clause("purpose").body["en"] == "As I typed it."


def test_what_is_sent_is_what_was_read(cast: Cast) -> None:
    draft = make_draft(cast)
    reword(cast, draft, "Later.")
    with pytest.raises(Changed):
        send_agreement(by=cast.university_office, agreement=draft, base=1)
    draft.refresh_from_db()
    assert not draft.is_sent


def test_an_office_sends_once_and_nobody_else_does(cast: Cast) -> None:
    draft = make_draft(cast)
    for name in ("vice_president", "dean", "auditor"):
        with pytest.raises(NotAllowed):
            send_agreement(by=cast.people[name], agreement=draft, base=1)
    sent = send(cast, draft)
    with pytest.raises(NotNow, match="already"):
        send(cast, sent)


def test_a_draft_that_was_withdrawn_is_not_sent(cast: Cast) -> None:
    draft = make_draft(cast)
    withdraw_agreement(by=cast.university_office, agreement=draft, reason="Another way.")
    with pytest.raises(NotNow):
        send(cast, draft)
    assert draft not in agreements_visible_to(cast.enterprise_office)


def test_nobody_approves_what_is_not_sent(cast: Cast) -> None:
    draft = make_draft(cast)
    with pytest.raises(NotNow, match="Send it"):
        approve_agreement(by=cast.university_office, agreement=draft, sha256=text_of(draft).sha256)
    assert Editor(cast, draft).get("approve").status_code == 409


def test_the_database_holds_that_what_is_approved_was_sent(cast: Cast) -> None:
    draft = make_draft(cast)
    with pytest.raises(IntegrityError):
        Agreement.objects.filter(pk=draft.pk).update(state=State.APPROVED)


def test_an_amendment_and_a_renewal_are_drafts_of_their_side_too(cast: Cast) -> None:
    followed = make_in_force(cast)
    before = count(cast.partnership)
    for relation in ("amendment", "renewal"):
        draft = draft_agreement(
            by=cast.enterprise_office,
            partnership=cast.partnership,
            kind=followed.kind,
            start=followed.starts_on,
            end=followed.starts_on + timedelta(days=6 * 365),
            names=HUSH,
            follows=followed,
            relation=relation,
        )
        assert draft in agreements_visible_to(cast.general_manager)
        assert draft not in agreements_visible_to(cast.vice_president)
        page = client_of(cast, "university_office").get(f"/en/agreements/{followed.code}/")
        assert "Hush" not in said(page)
    assert count(cast.partnership) == before


def test_the_page_says_whose_it_is_and_sends_it(cast: Cast) -> None:
    draft = make_complete(cast, sent=False)
    editor = Editor(cast, draft)
    page = editor.read("agreement")
    assert "Draft, only us" in page
    assert "Send to the other side" in page
    assert "Read and approve" not in page
    assert "reads version" in editor.read("send")
    assert editor.save("send").status_code == 302
    draft.refresh_from_db()
    editor.code = draft.code
    page = editor.read("agreement")
    assert "Draft, only us" not in page
    assert "Read and approve" in page


def test_a_comment_on_it_says_that_only_ones_side_reads_it(cast: Cast) -> None:
    draft = make_draft(cast)
    editor = Editor(cast, draft)
    editor.save("comments", text="Hm.", clause="-", own_side="")
    assert "Only Northlake University sees this" in editor.read("comments")
