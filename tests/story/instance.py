"""One instance in which something stands on every page: made once, and looked at in each language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jointlab.agreements.force.services.taking_back import propose_to_take_back
from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.services.comments import answer_comment, comment
from jointlab.agreements.negotiation.services.editing import (
    add_clause,
    edit_clause,
    edit_terms,
    move_clause,
    put_commitment,
    put_duty,
)
from jointlab.agreements.text import Clause, Commitment, Duty
from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.services.parts import add_room, appoint
from jointlab.newsroom.models import Story
from jointlab.parties.services.invitations import invite_person
from tests.agreements.in_force import make_in_force, terminate
from tests.agreements.make import change, make_complete, make_draft, text_of
from tests.agreements.sign import make_signed, make_signing
from tests.cast import Cast
from tests.laboratory.make import make_laboratory, make_ready, make_unveiled
from tests.newsroom.make import make_story


@dataclass(frozen=True)
class Instance:
    """What the pages are about.

    own         a draft that the university has not sent
    draft       an agreement that is edited, with names and texts that try its pages
    whole       a draft that lacks nothing: it can be approved; both sides wrote it
    ending      one that the enterprise terminated, and would go on with if the university agrees
    signing     one that waits for the vice president's signature
    document    a signed document
    begun, ready, unveiled     laboratories at three stations of their life
    """

    cast: Cast
    story: Story
    own: Agreement
    draft: Agreement
    whole: Agreement
    ending: Agreement
    signing: Agreement
    document: bytes
    begun: Laboratory
    ready: Laboratory
    unveiled: Laboratory

    @classmethod
    def make(cls) -> Instance:
        """Make everything by the services."""
        cast = Cast.tell()
        expect_somebody(cast)
        document = bytes(make_signed(cast).paper.pdf)
        cast.partnership.refresh_from_db()
        begun = make_laboratory(cast, "begun")
        ready = make_ready(cast, "ready")
        furnish(cast, ready)
        return cls(
            cast=cast,
            story=make_story(cast, "en", "zh-hans", "ko", published=True),
            own=make_draft(cast),
            draft=make_trying(cast),
            whole=make_changed(cast),
            ending=make_ending(cast),
            signing=make_signing(cast),
            document=document,
            begun=begun,
            ready=ready,
            unveiled=make_unveiled(cast, "unveiled"),
        )


def expect_somebody(cast: Cast) -> None:
    """Invite somebody who has not come yet."""
    invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email="expected@example.org",
        roles=["researcher"],
        title_en="Researcher",
        language="en",
    )


def furnish(cast: Cast, laboratory: Laboratory) -> None:
    """Give it a committee and a room, beside what it takes."""
    add_room(
        by=cast.university_office,
        laboratory=laboratory,
        organisation=cast.university,
        address="Building 3, room 214",
        name_en="Test bench",
        name_zh="试验台",
        name_ko="시험대",
    )
    for office, person, charge in (
        ("university_office", "vice_president", "chair"),
        ("enterprise_office", "engineer", "member"),
    ):
        appoint(
            by=cast.people[office],
            laboratory=laboratory,
            person=cast.people[person].pk,
            charge=charge,
        )


def make_changed(cast: Cast) -> Agreement:
    """Return a draft that lacks nothing, of which the enterprise has changed a clause and a term."""
    agreement = make_complete(cast)
    text = text_of(agreement)
    terms = replace(text.terms, confidentiality_years=7)
    change(cast, edit_terms, agreement, by="enterprise_office", terms=terms, names=text.names)
    clause = text.clause("purpose")
    body = {code: f"{said} 30." for code, said in clause.body.items()}
    clause = replace(clause, body=body)
    change(cast, edit_clause, agreement, by="enterprise_office", clause=clause)
    return agreement


def make_ending(cast: Cast) -> Agreement:
    """Return an agreement whose notice of the end waits for the university's word."""
    agreement = terminate(cast, make_in_force(cast, kind="project"))
    notice = agreement.end_notices.get()
    propose_to_take_back(by=cast.general_manager, notice=notice, reason="نعم " + "w" * 300)
    return agreement


def make_trying(cast: Cast) -> Agreement:
    """Return a draft with something on each of its pages, and names that try them."""
    agreement = make_complete(cast)
    side, text = cast.university.pk, text_of(agreement)
    names = {"en": "اتفاقية 🤝 " + "W" * 120, "zh-hans": "战略合作协议", "ko": "협약"}
    change(cast, edit_terms, agreement, terms=text.terms, names=names)
    clause = Clause("odd", {"en": "سرية " + "x" * 150}, {"en": "y" * 400, "ko": ""})
    change(cast, add_clause, agreement, clause=clause)
    change(cast, move_clause, agreement, clause="purpose", up=False)
    money = Commitment("money", side, {"ko": "연구비"}, "999999999999999.9999", "KRW")
    change(cast, put_commitment, agreement, commitment=money)
    duty = Duty("owed", side, {"en": "z" * 400}, text.terms.start, "quarter")
    change(cast, put_duty, agreement, duty=duty)
    comment(by=cast.dean, agreement=agreement, text="v" * 300, clause="purpose", own_side=True)
    said = comment(by=cast.general_manager, agreement=agreement, text="نعم 👍")
    answer_comment(by=cast.dean, comment=said, text="w" * 300)
    return agreement
