"""Both organisations of the announcement, their units, and the people who act, named by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PASSWORD = "chongqing-2019-06-24"  # noqa: S105 - printed at every start: it protects nothing
PARTNERSHIP = "cqupt-continental"
OPERATOR = "operator@jointlab.example"
OWN_LANGUAGE = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}


@dataclass(frozen=True)
class Words:
    """The same in three languages."""

    en: str
    zh: str
    ko: str

    def columns(self, stem: str) -> dict[str, Any]:
        """Return them as a model's columns: name_en, name_zh, name_ko."""
        return {f"{stem}_en": self.en, f"{stem}_zh": self.zh, f"{stem}_ko": self.ko}

    def own(self, language: str) -> dict[str, Any]:
        """Return them as a name whose own script is that of the language."""
        text = {"en": self.en, "zh-hans": self.zh, "ko": self.ko}[language]
        own = {"name_own": text, "language_own": OWN_LANGUAGE[language]}
        return {**self.columns("name"), **own}


@dataclass(frozen=True)
class CastOrganisation:
    """An organisation, its units by a short name, and where its people read mail."""

    name: Words
    kind: str
    domain: str
    units: dict[str, tuple[str, Words]]
    ror: str | None = None
    website: str = ""


@dataclass(frozen=True)
class Actor:
    """Somebody of one side: address, role, unit, and how they are called."""

    address: str
    role: str
    unit: str
    name: Words
    title: Words
    language: str = "zh-hans"


UNIVERSITY = CastOrganisation(
    Words(
        "Chongqing University of Posts and Telecommunications",
        "重庆邮电大学",
        "충칭우전대학교",
    ),
    "university",
    "university.example",
    {
        "optoelectronics": (
            "school",
            Words("School of Optoelectronics", "光电工程学院", "광전공학대학"),
        ),
        "software": ("school", Words("School of Software", "软件工程学院", "소프트웨어대학")),
        "automation": ("school", Words("School of Automation", "自动化学院", "자동화대학")),
        "office": (
            "office",
            Words("Industry–University–Research Office", "产学研合作处", "산학연협력처"),
        ),
    },
    ror="03dgaqz26",
    website="https://www.cqupt.edu.cn/",
)
COMPANY = CastOrganisation(
    Words(
        "Chongqing R&D Center of the Continental Group",
        "大陆集团重庆研发中心",
        "콘티넨탈 그룹 충칭 연구개발센터",
    ),
    "enterprise",
    "company.example",
    {
        "hr": ("department", Words("Human Resources Department", "人力资源部", "인사부")),
        "body": (
            "division",
            Words("Car Body and Safety Division", "车身与安全事业部", "차체·안전사업부"),
        ),
        "engineering": ("department", Words("Engineering Department", "工程部", "엔지니어링부")),
    },
)
NAME = Words(
    "CQUPT and the Continental Group in Chongqing",
    "重庆邮电大学与大陆集团重庆研发中心",
    "충칭우전대학교와 콘티넨탈 그룹 충칭 연구개발센터",
)
PURPOSE = Words(
    "Research results are tested on real vehicles, the company's needs reach the researchers, and"
    " students learn on both.",
    "科研成果在实车上接受检验，企业需求直达科研人员，学生在两者之中成长。",
    "연구 성과를 실제 차량으로 검증하고, 기업 수요 과제를 연구자에게 전하며, 학생은 그 속에서 배운다.",
)

HEAD = Words("Head of the school", "院长", "학장")
RESEARCHER = Words("Researcher", "科研人员", "연구원")
STUDENT = Words("Student", "学生", "학생")
ENGINEER = Words("Engineer", "工程师", "엔지니어")

# Each side's partnership office comes first: it invites the others.
AT_THE_UNIVERSITY = (
    Actor(
        "office",
        "office",
        "office",
        Words("Office Director", "产学研合作处处长", "산학연협력처장"),
        Words("Director of the office", "处长", "처장"),
    ),
    Actor(
        "vice-president",
        "signatory",
        "",
        Words("Vice President", "副校长", "부총장"),
        Words("Vice President", "副校长", "부총장"),
    ),
    Actor(
        "optoelectronics",
        "head",
        "optoelectronics",
        Words("Head of Optoelectronics", "光电工程学院院长", "광전공학대학장"),
        HEAD,
    ),
    Actor(
        "software",
        "head",
        "software",
        Words("Head of Software", "软件工程学院院长", "소프트웨어대학장"),
        HEAD,
    ),
    Actor(
        "automation",
        "head",
        "automation",
        Words("Head of Automation", "自动化学院院长", "자동화대학장"),
        HEAD,
    ),
    Actor(
        "researcher",
        "researcher",
        "automation",
        Words("Researcher in Automation", "自动化学院科研人员", "자동화대학 연구원"),
        RESEARCHER,
    ),
    Actor(
        "researcher2",
        "researcher",
        "optoelectronics",
        Words("Researcher in Optoelectronics", "光电工程学院科研人员", "광전공학대학 연구원"),
        RESEARCHER,
    ),
    Actor(
        "student",
        "student",
        "software",
        Words("Student of Software", "软件工程学院学生", "소프트웨어대학 학생"),
        STUDENT,
    ),
    Actor(
        "student2",
        "student",
        "automation",
        Words("Exchange Student in Automation", "自动化学院交换生", "자동화대학 교환학생"),
        STUDENT,
        language="ko",
    ),
    Actor(
        "auditor",
        "auditor",
        "",
        Words("University Auditor", "校方审计人员", "대학 감사 담당자"),
        Words("Auditor", "审计人员", "감사 담당자"),
    ),
)
AT_THE_COMPANY = (
    Actor(
        "office",
        "office",
        "engineering",
        Words("Cooperation Manager", "合作经理", "협력 담당 매니저"),
        Words("Manager of cooperation with universities", "校企合作经理", "산학협력 매니저"),
    ),
    Actor(
        "general-manager",
        "signatory",
        "",
        Words("General Manager", "总经理", "총경리(대표)"),
        Words("General Manager", "总经理", "총경리(대표)"),
    ),
    Actor(
        "body-and-safety",
        "head",
        "body",
        Words("Head of Body and Safety", "车身与安全事业部总监", "차체·안전사업부장"),
        Words("Head of the division", "总监", "사업부장"),
    ),
    Actor(
        "engineering",
        "head",
        "engineering",
        Words("Head of Engineering", "工程部总监", "엔지니어링부장"),
        Words("Head of the department", "总监", "부장"),
    ),
    Actor(
        "engineer",
        "engineer",
        "body",
        Words("Engineer in Body and Safety", "车身与安全工程师", "차체·안전 엔지니어"),
        ENGINEER,
        language="en",
    ),
    Actor(
        "engineer2",
        "engineer",
        "engineering",
        Words("Engineer in Engineering", "工程部工程师", "엔지니어링부 엔지니어"),
        ENGINEER,
    ),
    Actor(
        "hr",
        "hr",
        "hr",
        Words("Head of Human Resources", "人力资源部负责人", "인사부장"),
        Words("Head of the department", "负责人", "부장"),
    ),
    Actor(
        "auditor",
        "auditor",
        "",
        Words("Company Auditor", "企业内部审计人员", "기업 내부 감사 담당자"),
        Words("Auditor", "审计人员", "감사 담당자"),
        language="en",
    ),
)
PEOPLE = ((UNIVERSITY, AT_THE_UNIVERSITY), (COMPANY, AT_THE_COMPANY))
