"""Agreements in force and laboratories at each station of their life, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from jointlab.agreements.models import Agreement
from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.services.laboratories import edit_laboratory, found_laboratory
from jointlab.laboratory.services.parts import add_direction, appoint
from jointlab.laboratory.services.unveiling import confirm_unveiling
from jointlab.parties.models import Partnership
from jointlab.parties.services.partnerships import bring_into_force
from tests.cast import Cast

CODE = "joint-lab"
NAMES = {
    "name_en": "Laboratory of vehicle electronics",
    "name_zh": "汽车电子联合实验室",
    "name_ko": "자동차 전장 공동연구실",
}
ABOUT = {
    "about_en": "Research is tested on real recordings.",
    "about_zh": "科研成果在实车记录上接受检验。",
    "about_ko": "연구 성과를 실제 주행 기록으로 시험한다.",
}
DIRECTIONS = (
    ("History of cooperation", "合作历程", "협력 연혁"),
    ("Science and technology innovation", "科技创新", "과학기술 혁신"),
)


def make_agreement(partnership: Partnership, **values: Any) -> Agreement:
    """Make a signed strategic agreement, past the services: how it was signed is not the point."""
    number = partnership.agreements.count() + 1
    today = timezone.localdate()
    given = {
        "kind": "strategic",
        "state": "signed",
        "signed_at": timezone.now(),
        "begun_by": partnership.organisations.order_by("sides__position")[0],
        "sent_at": timezone.now(),
        "sent_version": 1,
        "starts_on": today,
        "ends_on": None,
        "name_en": "Strategic cooperation agreement",
    }
    return Agreement.objects.create(
        partnership=partnership,
        number=number,
        code=f"{partnership.code}-{number}",
        **given | values,
    )


def in_force(cast: Cast, until: date | None = None) -> Agreement:
    """Let a strategic agreement carry the cast's own partnership from today on."""
    today = timezone.localdate()
    bring_into_force(by=cast.vice_president, partnership=cast.partnership, since=today, until=until)
    cast.partnership.refresh_from_db()
    return make_agreement(cast.partnership, ends_on=until)


def make_laboratory(cast: Cast, code: str = CODE) -> Laboratory:
    """Found a laboratory of the own partnership, with an agreement in force where there is none."""
    if not cast.partnership.agreements.exists():
        in_force(cast)
    return found_laboratory(
        by=cast.university_office, partnership=cast.partnership, code=code, **NAMES
    )


def make_ready(cast: Cast, code: str = CODE) -> Laboratory:
    """Found a laboratory that lacks nothing."""
    laboratory = make_laboratory(cast, code)
    edit_laboratory(by=cast.enterprise_office, laboratory=laboratory, version=1, **ABOUT)
    for names in DIRECTIONS:
        columns = dict(zip(("name_en", "name_zh", "name_ko"), names, strict=True))
        add_direction(by=cast.university_office, laboratory=laboratory, **columns)
    for office, person in (("university_office", "dean"), ("enterprise_office", "division_head")):
        appoint(
            by=cast.people[office],
            laboratory=laboratory,
            person=cast.people[person].pk,
            charge="director",
        )
    return fresh(laboratory)


def make_unveiled(cast: Cast, code: str = CODE) -> Laboratory:
    """Found a laboratory, and unveil it by the word of both sides."""
    laboratory = make_ready(cast, code)
    for name in ("vice_president", "general_manager"):
        confirm(cast, name, laboratory)
    return fresh(laboratory)


def make_foreign(cast: Cast, *, unveiled: bool = False) -> Laboratory:
    """Make a laboratory of the other partnership, past the services: it has no signatory;
    the one that there is, if any."""
    if there := Laboratory.objects.filter(partnership=cast.other_partnership).first():
        return there
    agreement = make_agreement(cast.other_partnership)
    laboratory = Laboratory.objects.create(
        partnership=cast.other_partnership,
        agreement=agreement,
        code="foreign-lab",
        name_en="Laboratory of others",
        name_zh="他人的实验室",
        name_ko="다른 공동연구실",
    )
    if unveiled:
        for side in cast.other_partnership.sides.all():
            laboratory.confirmations.create(
                organisation=side.organisation, by=cast.other_office, version=1
            )
        laboratory.unveiled_on = timezone.localdate()
        laboratory.save()
    return laboratory


def confirm(cast: Cast, name: str, laboratory: Laboratory) -> Laboratory:
    """Give the word of that person's side for the laboratory as it is now."""
    return confirm_unveiling(
        by=cast.people[name], laboratory=laboratory, version=fresh(laboratory).version
    )


def fresh(laboratory: Laboratory) -> Laboratory:
    """Return the laboratory as the database has it."""
    return Laboratory.objects.get(pk=laboratory.pk)


def tomorrow() -> date:
    """Return the day after today."""
    return timezone.localdate() + timedelta(days=1)


def yesterday() -> date:
    """Return the day before today."""
    return timezone.localdate() - timedelta(days=1)


def end(cast: Cast) -> None:
    """Let the own partnership's last day be yesterday, past the services."""
    Partnership.objects.filter(pk=cast.partnership.pk).update(
        in_force_since=yesterday(), in_force_until=yesterday()
    )
