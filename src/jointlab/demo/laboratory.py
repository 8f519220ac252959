"""The joint laboratory of the story: step 3, possible only now that the agreement is in force."""

from __future__ import annotations

from jointlab.demo.actors import at_the_company, at_the_university, partnership
from jointlab.demo.cast import Words
from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.services.laboratories import (
    choose_fields,
    edit_laboratory,
    found_laboratory,
)
from jointlab.laboratory.services.parts import add_direction, add_room, appoint
from jointlab.laboratory.services.unveiling import confirm_unveiling
from jointlab.taxonomy.models import Field

CODE = "cqupt-continental-lab"
NAME = Words("Joint Laboratory", "联合实验室", "공동연구실")
ABOUT = Words(
    "Research of the university is tested here on recordings of real vehicles, and what holds is"
    " taken over by the company. Students learn on the same needs.",
    "高校的科研成果在此接受实车记录的检验，经得起检验的由企业采用；学生在同样的需求中学习。",
    "대학의 연구 성과를 실차 주행 데이터로 시험하고, 통과한 성과는 기업이 채택한다. 학생도 같은 과제로 배운다.",
)
DIRECTIONS = (
    Words(
        "Automotive electronics, tested on real vehicles",
        "在真实车辆上检验的汽车电子技术",
        "실차로 검증하는 자동차 전장",
    ),
    Words(
        "Network communication in and around the vehicle",
        "车内与车外的网络通信",
        "차량 내외부 네트워크 통신",
    ),
    Words(
        "Artificial intelligence for the industry",
        "面向产业的人工智能",
        "산업을 위한 인공지능",
    ),
)
FIELDS = ("automotive-electronics", "network-communication", "artificial-intelligence")
BENCH = Words("Room for test benches", "台架试验室", "시험 벤치실")
VEHICLES = Words("Vehicle workshop", "整车试验间", "실차 시험장")


def is_told() -> bool:
    """Whether the laboratory was founded."""
    return Laboratory.objects.filter(code=CODE).exists()


def tell() -> None:
    """Found it, say what it is for and who leads it; then both sides unveil it."""
    university = at_the_university("office")
    laboratory = found_laboratory(
        by=university, partnership=partnership(), code=CODE, **NAME.columns("name")
    )
    laboratory = edit_laboratory(
        by=university,
        laboratory=laboratory,
        version=laboratory.version,
        **ABOUT.columns("about"),
    )
    fields = Field.objects.filter(scheme="core", code__in=FIELDS)
    laboratory = choose_fields(
        by=university,
        laboratory=laboratory,
        version=laboratory.version,
        field_ids=[field.pk for field in fields],
    )
    for direction in DIRECTIONS:
        add_direction(by=university, laboratory=laboratory, **direction.columns("name"))
    _appoint_leaders(laboratory)
    _add_rooms(laboratory)
    for signatory in (at_the_university("vice-president"), at_the_company("general-manager")):
        laboratory = Laboratory.objects.get(pk=laboratory.pk)
        confirm_unveiling(by=signatory, laboratory=laboratory, version=laboratory.version)


def _appoint_leaders(laboratory: Laboratory) -> None:
    university, company = at_the_university, at_the_company
    for by, person, charge in (
        (university("office"), university("optoelectronics"), "director"),
        (university("office"), university("vice-president"), "chair"),
        (university("office"), university("software"), "member"),
        (company("office"), company("engineering"), "director"),
        (company("office"), company("body-and-safety"), "member"),
    ):
        appoint(by=by, laboratory=laboratory, person=person.pk, charge=charge)


def _add_rooms(laboratory: Laboratory) -> None:
    by = at_the_university("office")
    sides = partnership().organisations.order_by("sides__position")
    for organisation, room, address in zip(
        sides, (BENCH, VEHICLES), ("1号楼 101 · Building 1, room 101", "A区 · Hall A"), strict=True
    ):
        add_room(
            by=by,
            laboratory=laboratory,
            organisation=organisation,
            address=address,
            **room.columns("name"),
        )
