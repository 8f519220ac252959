"""The strategic cooperation agreement of the story: steps 1 and 2.

Drafted by the university, changed once by the company, approved by both, signed by the vice
president and the general manager under two witnesses, in force; one obligation met and one open.
It is an illustration, and says so on each of its pages.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from jointlab.agreements.models import Agreement, Kind
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.comments import comment, settle_comment
from jointlab.agreements.negotiation.services.drafting import draft_agreement
from jointlab.agreements.negotiation.services.editing import (
    choose_signers,
    edit_terms,
    put_commitment,
    put_duty,
)
from jointlab.agreements.negotiation.services.sending import send_agreement
from jointlab.agreements.signature.services.papers import make_paper
from jointlab.agreements.signature.services.signatures import sign_here
from jointlab.agreements.text import Commitment, Duty, Text
from jointlab.common import days
from jointlab.demo.actors import at_the_company, at_the_university, partnership
from jointlab.demo.cast import Words
from jointlab.obligations.models import Due
from jointlab.obligations.services.obligations import meet_obligation
from jointlab.parties.models import Organisation, Person
from jointlab.signing.services.certificates import issue_certificate

PIN = "chongqing-624"
NAME = Words(
    "Strategic cooperation agreement between CQUPT and the Continental Group in Chongqing",
    "重庆邮电大学与大陆集团重庆研发中心战略合作协议",
    "충칭우전대학교·콘티넨탈 그룹 충칭 연구개발센터 전략적 협력 협약",
)
NOTICE = Words(
    "Demonstration by JointLab: an illustration, not the agreement of the parties",
    "JointLab 演示：仅为示意，并非双方的真实协议",
    "JointLab 시연: 예시일 뿐 당사자의 실제 협약이 아님",
)
DIRECTIONS = (
    Words("the history of cooperation", "合作历程", "협력 연혁"),
    Words(
        "the joint laboratory of science and technology innovation",
        "科技创新联合实验室",
        "과학기술 혁신 공동연구실",
    ),
    Words(
        "the technology exchange centre and its talent incubation camp",
        "技术交流中心及其人才孵化营",
        "기술교류센터와 인재 인큐베이션 캠프",
    ),
)
ROOMS = Words(
    "Rooms for the joint laboratory on the campus, with electricity and network",
    "在校园内提供联合实验室用房及水电、网络条件",
    "캠퍼스 내 공동연구실 공간과 전력·네트워크",
)
RECORDINGS = Words(
    "Recordings of real vehicles, and the time of engineers who judge results on them",
    "实车记录，以及用于评判成果的工程师工时",
    "실차 주행 데이터와 이를 토대로 성과를 평가하는 엔지니어의 시간",
)
DIRECTOR = Words(
    "Name the director of the joint laboratory on the University's side",
    "指定联合实验室的校方主任",
    "대학 측 공동연구실장을 지명한다",
)
FIRST_NEEDS = Words(
    "Post the first three needs, each with an acceptance protocol",
    "发布首批三项企业需求，每项附验收规范",
    "첫 기업 수요 세 건을 각각 인수 시험 기준과 함께 게시한다",
)
REMARK = (
    "五年的保密期更符合我方惯例，我已在条款中修改。 Five years of confidentiality are our practice:"
    " I have changed the term."
)
EVIDENCE = (
    "The head of the School of Optoelectronics was named director by letter to both offices."
    " 已任命光电工程学院院长为联合实验室校方主任，并已函告双方合作办公室。"
)


def is_told() -> bool:
    """Whether the agreement was drafted."""
    return Agreement.objects.filter(partnership=partnership()).exists()


def tell() -> None:
    """Negotiate, approve, sign; then meet the first obligation."""
    agreement = _draft()
    _negotiate(agreement)
    _approve(agreement)
    _sign(agreement)
    due = Due.objects.get(subject=agreement.pk, obligation__key="director")
    meet_obligation(by=at_the_university("office"), due=due, evidence=EVIDENCE)


def _draft() -> Agreement:
    """Let the university's office draft it, say who owes what and who signs, and send it."""
    by, start = at_the_university("office"), days.today()
    agreement = draft_agreement(
        by=by,
        partnership=partnership(),
        kind=Kind.STRATEGIC,
        start=start,
        end=date(start.year + 3, start.month, min(start.day, 28)),
        names=_by_language(NAME),
        notice=_by_language(NOTICE),
    )
    terms = replace(
        _text(agreement).terms,
        renewal="by agreement",
        directions=tuple(map(_by_language, DIRECTIONS)),
        ip_model="lambert-2",
        confidentiality_years=3,
        governing_law="CN",
        prevailing="zh-hans",
    )
    edit_terms(
        by=by,
        agreement=agreement,
        base=_latest_number(agreement),
        terms=terms,
        names=_by_language(NAME),
    )
    _add_commitments_and_duties(agreement, by, start)
    choose_signers(
        by=by,
        agreement=agreement,
        base=_latest_number(agreement),
        signatories=[at_the_university("vice-president").pk, at_the_company("general-manager").pk],
        witnesses=[at_the_university("automation").pk, at_the_company("body-and-safety").pk],
    )
    return send_agreement(by=by, agreement=agreement, base=_latest_number(agreement))


def _add_commitments_and_duties(agreement: Agreement, by: Person, start: date) -> None:
    university, company = _organisations()
    for name, side, what in (("rooms", university, ROOMS), ("recordings", company, RECORDINGS)):
        put_commitment(
            by=by,
            agreement=agreement,
            base=_latest_number(agreement),
            commitment=Commitment(name, side.pk, _by_language(what)),
        )
    for name, side, what, after in (
        ("director", university, DIRECTOR, 30),
        ("first-needs", company, FIRST_NEEDS, 75),
    ):
        put_duty(
            by=by,
            agreement=agreement,
            base=_latest_number(agreement),
            duty=Duty(name, side.pk, _by_language(what), start + timedelta(days=after)),
        )


def _negotiate(agreement: Agreement) -> None:
    """Let the company's office change one term and say why, and settle what it said."""
    by = at_the_company("office")
    text = _text(agreement)
    edit_terms(
        by=by,
        agreement=agreement,
        base=_latest_number(agreement),
        terms=replace(text.terms, confidentiality_years=5),
        names=text.names,
    )
    remark = comment(by=by, agreement=agreement, clause="confidentiality", text=REMARK)
    settle_comment(by=by, comment=remark)


def _approve(agreement: Agreement) -> None:
    agreement.refresh_from_db()
    sha256 = _text(agreement).sha256
    for by in (at_the_university("office"), at_the_company("office")):
        approve_agreement(by=by, agreement=agreement, sha256=sha256)
    make_paper(agreement_id=str(agreement.pk))  # the worker, when it comes, finds it made


def _sign(agreement: Agreement) -> None:
    """Let all four sign in their order, each with a certificate and a PIN of their own."""
    for signature in agreement.signatures.select_related("person"):
        issue_certificate(by=signature.person, pin=PIN)
        agreement.refresh_from_db()
        sign_here(
            by=signature.person,
            agreement=agreement,
            pin=PIN,
            sha256=agreement.paper.sha256,
        )
        agreement = Agreement.objects.get(pk=agreement.pk)


def _latest_number(agreement: Agreement) -> int:
    agreement.refresh_from_db()
    return agreement.latest


def _text(agreement: Agreement) -> Text:
    return agreement.versions.get(number=_latest_number(agreement)).text


def _organisations() -> list[Organisation]:
    """Return the university, then the company."""
    return list(partnership().organisations.order_by("sides__position"))


def _by_language(words: Words) -> dict[str, str]:
    return {"en": words.en, "zh-hans": words.zh, "ko": words.ko}
