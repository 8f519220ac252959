"""An agreement of three languages, to be set on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from jointlab.agreements.signature.document import Paper, typeset
from jointlab.agreements.text import Clause, Commitment, Duty, Party, Signer, Terms, Text

UNIVERSITY, COMPANY = UUID(int=1), UUID(int=2)
MADE_ON = date(2026, 11, 22)

HEADINGS = (
    ("Purpose", "目的", "목적"),
    ("Joint laboratory", "联合实验室", "공동연구실"),
    ("Technology exchange centre", "技术交流中心", "기술교류센터"),
    ("Talent incubation camp", "人才孵化营", "인재 인큐베이션 캠프"),
    ("Background and results", "背景知识产权与成果", "배경 지식재산과 연구 성과"),
    ("Publication", "发表", "발표"),
    ("Confidentiality", "保密", "비밀 유지"),
    ("Term and renewal", "期限与续期", "기간과 갱신"),
)
BODY = {
    "en": "The Parties test the results of research on recordings of real vehicles, and write down"
    " what they found; the agreement runs from {start} to {end}.\n\nEach Party:\n\n"
    "- names a contact within 30 days of the signing;\n"
    "- gives {publication_notice_days} of notice before it publishes;\n"
    "- keeps what it learns of the other confidential.\n\n"
    "“Results” means what comes out of a project, in whatever form it is written down.",
    "zh-hans": "双方以实车记录检验科研成果，并如实记录试验结论；本协议自{start}起至{end}止有效。\n\n"
    "任何一方均应：\n\n- 在签约后 30 日内指定联系人；\n- 在发表前 {publication_notice_days}通知对方；\n"
    "- 对所获悉的对方信息予以保密。\n\n“成果”系指项目产生的一切成果，无论其以何种形式记载"
    "（包括但不限于《技术报告》、软件及 CAN 总线数据）。",
    "ko": "양 당사자는 실제 차량의 주행 기록으로 연구 성과를 실증하고 그 결과를 사실대로 기록한다."
    " 본 협약은 {start}부터 {end}까지 효력을 가진다.\n\n각 당사자는 다음을 이행한다.\n\n"
    "- 체결 후 30일 이내에 담당자를 지정한다.\n- 발표 {publication_notice_days} 전에 상대방에게"
    " 통지한다.\n- 알게 된 상대방의 정보를 비밀로 유지한다.\n\n“성과”란 과제에서 나온 모든"
    " 결과를 말하며, 기록된 형식은 묻지 아니한다.",
}


def in_three(en: str, zh: str, ko: str) -> dict[str, str]:
    """Say a thing in the three languages."""
    return {"en": en, "zh-hans": zh, "ko": ko}


def signer(
    number: int, organisation: UUID, names: dict[str, str], *, witness: bool = False
) -> Signer:
    title = in_three("Vice President", "副校长", "부총장")
    if organisation == COMPANY:
        title = in_three("General Manager", "总经理", "총경리")
    return Signer(UUID(int=number), organisation, names, title, witness)


def agreement(*, clauses: int = 15, **changed: Any) -> Text:
    """Return a text with all its parts; what is named otherwise replaces a part."""
    text = Text(
        kind="strategic",
        names=in_three(
            "Strategic cooperation agreement on a joint laboratory of automotive electronics",
            "关于共建汽车电子联合实验室的战略合作协议",
            "자동차 전장 공동연구실 설립에 관한 전략적 협력 협약",
        ),
        parties=(
            Party(
                UNIVERSITY,
                in_three(
                    "Southern Mountain University of Technology", "南山理工大学", "난산이공대학교"
                ),
                in_three("the University", "校方", "대학"),
            ),
            Party(
                COMPANY,
                in_three(
                    "Riverbank Automotive Systems Co., Ltd.",
                    "江岸汽车系统有限公司",
                    "장안자동차시스템 유한공사",
                ),
                in_three("the Company", "企业方", "기업"),
            ),
        ),
        terms=Terms(
            start=date(2026, 12, 1),
            end=date(2029, 11, 30),
            renewal="by agreement",
            directions=(
                in_three("the history of cooperation", "合作历程", "협력 연혁"),
                in_three(
                    "the joint laboratory of science and technology innovation",
                    "科技创新联合实验室",
                    "과학기술 혁신 공동연구실",
                ),
                in_three("the technology exchange centre", "技术交流中心", "기술교류센터"),
            ),
            ip_model="lambert-1",
            governing_law="CN",
            prevailing="zh-hans",
        ),
        clauses=tuple(
            Clause(f"c{number}", in_three(*HEADINGS[number % len(HEADINGS)]), BODY)
            for number in range(clauses)
        ),
        commitments=(
            Commitment(
                "m1",
                COMPANY,
                in_three("a yearly contribution to projects", "每年的项目经费", "연간 과제 지원금"),
                "250000.00",
                "EUR",
            ),
            Commitment(
                "m2",
                UNIVERSITY,
                in_three("rooms and a test bench", "场地和试验台架", "공간과 시험대"),
            ),
        ),
        duties=(
            Duty(
                "d1",
                UNIVERSITY,
                in_three("annual report", "年度报告", "연차 보고서"),
                date(2027, 11, 30),
                "year",
            ),
            Duty(
                "d2",
                COMPANY,
                in_three("hand over recordings", "移交实车记录", "주행 기록 인도"),
                date(2027, 2, 1),
            ),
        ),
        signers=(
            signer(11, UNIVERSITY, {"en": "Lin Wenhua", "own": "林文华"}),
            signer(13, UNIVERSITY, {"en": "Kim Seo-yeon", "own": "김서연"}, witness=True),
            signer(12, COMPANY, {"en": "Chen Guoqiang", "own": "陈国强"}),
            signer(14, COMPANY, {"own": "Anna Müller-Łukasiewicz"}, witness=True),
        ),
        notice=in_three(
            "Demonstration: not the parties’ agreement.",
            "演示：并非双方的协议。",
            "시연: 당사자의 협약이 아님.",
        ),
    )
    return replace(text, **changed)


def printed(text: Text) -> Paper:
    """Set a text as the tests do."""
    return typeset(text, code="A-2026-0001", version=3, made_on=MADE_ON)
