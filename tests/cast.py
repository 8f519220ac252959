"""The fixed people: one per role on each side, those of another partnership, and strangers.

Told once through the services, committed; a test's own changes are rolled back. Everybody's
password is PASSWORD.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from jointlab.parties.models import Membership, Organisation, Partnership, Person, Unit
from jointlab.parties.services.memberships import add_member, end_membership
from jointlab.parties.services.organisations import add_organisation
from jointlab.parties.services.partnerships import open_partnership
from jointlab.parties.services.units import add_unit

PASSWORD = "wheel-slip-at-50.3-s"
OWN, OTHER = "northlake-asterion", "southgate-borealis"
AUTOMATION, BODY = "School of automation", "Body and safety division"

# name → (side, role, title in English, Chinese, Korean)
MEMBERS = {
    "university_office": (
        "university",
        "office",
        "Office director",
        "产学研处处长",
        "산학협력처장",
    ),
    "vice_president": ("university", "signatory", "Vice president", "副校长", "부총장"),
    "dean": ("university", "head", "Dean of automation", "自动化学院院长", "자동화학원장"),
    "researcher": ("university", "researcher", "Researcher", "研究员", "연구원"),
    "student": ("university", "student", "Student", "学生", "학생"),
    "auditor": ("university", "auditor", "Auditor", "审计员", "감사"),
    "enterprise_office": ("enterprise", "office", "Cooperation manager", "合作经理", "협력 관리자"),
    "general_manager": ("enterprise", "signatory", "General manager", "总经理", "총경리"),
    "division_head": ("enterprise", "head", "Head of body and safety", "事业部总监", "사업부장"),
    "engineer": ("enterprise", "engineer", "Engineer", "工程师", "엔지니어"),
    "hr": ("enterprise", "hr", "Talent manager", "人才经理", "인재 관리자"),
    "enterprise_auditor": ("enterprise", "auditor", "Internal auditor", "内部审计员", "내부 감사"),
    "former": ("enterprise", "engineer", "Engineer until lately", "前工程师", "전 엔지니어"),
}
FOREIGN = {
    "other_office": ("other_university", "office", "Office director", "处长", "처장"),
    "other_manager": (
        "other_enterprise",
        "office",
        "Cooperation manager",
        "合作经理",
        "협력 관리자",
    ),
    "other_engineer": ("other_enterprise", "engineer", "Engineer", "工程师", "엔지니어"),
}
EVERYBODY = (*MEMBERS, *FOREIGN, "outsider", "operator")
# Those with rights in the own partnership.
INSIDERS = tuple(name for name in MEMBERS if name != "former")


@dataclass(frozen=True)
class Cast:
    """Each of EVERYBODY is an attribute, beside the organisations and the partnerships."""

    people: dict[str, Person]
    organisations: dict[str, Organisation]
    partnership: Partnership
    other_partnership: Partnership
    automation: Unit
    body_and_safety: Unit

    def __getattr__(self, name: str) -> Any:
        """Find a person or an organisation by name."""
        for table in (self.people, self.organisations):
            if name in table:
                return table[name]
        raise AttributeError(name)

    def membership(self, name: str) -> Membership:
        """Return the membership of one of MEMBERS or FOREIGN."""
        return Membership.objects.get(person=self.people[name])

    @classmethod
    def tell(cls) -> Cast:
        """Return the cast, fresh from the database; tell it first where the tables are empty."""
        people = _people()
        if not people:
            with transaction.atomic():
                _tell()
            people = _people()
        named = [english for _, english, *_rest in ORGANISATIONS.values()]
        organisations = {row.name_en: row for row in Organisation.objects.filter(name_en__in=named)}
        partnerships = {row.code: row for row in Partnership.objects.filter(code__in=(OWN, OTHER))}
        units = {row.name_en: row for row in Unit.objects.filter(name_en__in=(AUTOMATION, BODY))}
        return cls(
            people=people,
            organisations={
                name: organisations[english] for name, (_, english, *_rest) in ORGANISATIONS.items()
            },
            partnership=partnerships[OWN],
            other_partnership=partnerships[OTHER],
            automation=units[AUTOMATION],
            body_and_safety=units[BODY],
        )


ORGANISATIONS = {
    "university": ("university", "Northlake University", "北湖大学", "노스레이크대학교", "zh-Hans"),
    "enterprise": ("enterprise", "Asterion Automotive", "阿斯特汽车", "아스테리온 자동차", "en"),
    "other_university": (
        "university",
        "Southgate University",
        "南门大学",
        "사우스게이트대학교",
        "ko",
    ),
    "other_enterprise": (
        "enterprise",
        "Borealis Mobility",
        "北极光出行",
        "보레알리스 모빌리티",
        "en",
    ),
}
OWN_NAME = {"en": 1, "zh-Hans": 2, "ko": 3}


def _address(name: str) -> str:
    return f"{name.replace('_', '-')}@example.org"


def _people() -> dict[str, Person]:
    """Return the people by name, in one query, for every test asks; nobody before they are told."""
    addresses = {_address(name): name for name in EVERYBODY}
    return {addresses[row.email or ""]: row for row in Person.objects.filter(email__in=addresses)}


def _person(name: str, **more: Any) -> Person:
    english = name.replace("_", " ").capitalize()
    person = Person(
        email=_address(name), name_own=english, name_en=english, language_own="en", **more
    )
    person.set_password(PASSWORD)
    person.save()
    return person


def _tell() -> None:
    operator = _person("operator", is_operator=True)
    _person("outsider")
    organisations = {
        name: add_organisation(
            by=operator,
            kind=row[0],
            name_en=row[1],
            name_zh=row[2],
            name_ko=row[3],
            name_own=row[OWN_NAME[row[4]]],
            language_own=row[4],
        )
        for name, row in ORGANISATIONS.items()
    }
    automation = add_unit(
        by=operator,
        organisation=organisations["university"],
        kind="school",
        name_en=AUTOMATION,
        name_zh="自动化学院",
        name_ko="자동화학원",
    )
    body = add_unit(
        by=operator,
        organisation=organisations["enterprise"],
        kind="division",
        name_en=BODY,
        name_zh="车身与安全事业部",
        name_ko="차체·안전사업부",
    )
    own = open_partnership(
        by=operator,
        code=OWN,
        organisations=[organisations["university"], organisations["enterprise"]],
        name_en="Northlake and Asterion",
        name_zh="北湖与阿斯特",
        name_ko="노스레이크와 아스테리온",
    )
    other = open_partnership(
        by=operator,
        code=OTHER,
        organisations=[organisations["other_university"], organisations["other_enterprise"]],
        name_en="Southgate and Borealis",
        name_zh="南门与北极光",
        name_ko="사우스게이트와 보레알리스",
    )
    units = {"university": automation, "enterprise": body}
    for partnership, members in ((own, MEMBERS), (other, FOREIGN)):
        offices: dict[str, Person] = {}
        for name, (side, role, *titles) in members.items():
            person = _person(name)
            membership = add_member(
                by=offices.get(side, operator),
                partnership=partnership,
                organisation=organisations[side],
                person=person,
                roles=[role],
                unit=units.get(side) if role in ("head", "engineer", "researcher") else None,
                **dict(zip(("title_en", "title_zh", "title_ko"), titles, strict=True)),
            )
            if role == "office":
                offices[side] = person
            if name == "former":
                end_membership(by=offices[side], membership=membership)
