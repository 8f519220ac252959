"""Bringing lists in: whole or not at all, and safe to do again."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from jointlab.common.errors import NotAllowed, Refusal
from jointlab.history.chain import INSTANCE
from jointlab.history.models import Entry
from jointlab.taxonomy import lists
from jointlab.taxonomy.models import Field, Skill
from jointlab.taxonomy.services.imports import import_fields, import_skills
from jointlab.taxonomy.services.names import edit_field, edit_skill
from tests.cast import Cast
from tests.data import DATA, with_data

SKILL = "http://data.europa.eu/esco/skill/"


def entries() -> list[Entry]:
    found = Entry.objects.filter(chain=INSTANCE, event__startswith="taxonomy.")
    return list(found.order_by("number"))


def ford(folder: Path, *lines: str) -> lists.Source:
    file = folder / "ford.csv"
    file.write_text("\n".join(["code,label,parent", *lines]) + "\n")
    return lists.ford(file)


def nsfc(folder: Path, *nodes: object) -> lists.Source:
    file = folder / "nsfc.jl"
    file.write_text("\n".join(json.dumps(node, ensure_ascii=False) for node in nodes))
    return lists.nsfc(file)


def esco(
    folder: Path, skills: list[dict[str, str]], relations: list[tuple[str, str]]
) -> lists.Source:
    def table(columns: list[str], rows: list[dict[str, str]]) -> str:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
        return "\ufeff" + text.getvalue()

    columns = [
        "conceptType",
        "conceptUri",
        "preferredLabel",
        "description",
        "skillType",
        "reuseLevel",
    ]
    groups = [
        {"conceptType": "SkillGroup", "conceptUri": SKILL + "g", "preferredLabel": "programming"}
    ]
    with zipfile.ZipFile(
        folder / "esco-classification-en-csv.zip", "w", zipfile.ZIP_DEFLATED
    ) as archive:
        archive.writestr("skillGroups_en.csv", table(columns, groups))
        archive.writestr("skills_en.csv", table(columns, skills))
    pairs = [
        {"conceptUri": SKILL + below, "broaderUri": SKILL + above} for below, above in relations
    ]
    with zipfile.ZipFile(folder / "esco-relations-csv.zip", "w") as archive:
        archive.writestr(
            "broaderRelationsSkillPillar.csv", table(["conceptUri", "broaderUri"], pairs)
        )
    return lists.esco(folder)


def a_skill(code: str, name: str, **more: str) -> dict[str, str]:
    usual = {"skillType": "knowledge", "reuseLevel": "cross-sector"}
    return {"conceptUri": SKILL + code, "preferredLabel": name, **usual, **more}


def test_the_core_lists_have_every_name_in_three_languages(cast: Cast) -> None:
    import_fields(by=cast.operator, source=lists.core_fields())
    import_skills(by=cast.operator, source=lists.core_skills())
    rows = [*Field.objects.filter(scheme="core"), *Skill.objects.filter(scheme="core")]
    assert len(rows) > 50
    assert all(row.name_en and row.name_zh and row.name_ko for row in rows)
    described = Skill.objects.filter(scheme="core").exclude(kind="group")
    assert all(len(skill.descriptions) == 3 for skill in described)
    assert all(skill.broader.count() == 1 for skill in described)
    electronics = Field.objects.get(code="automotive-electronics")
    assert electronics.name_zh == "汽车电子"
    assert electronics.children.filter(code="functional-safety").exists()


def test_an_import_writes_one_entry_into_the_instances_chain(cast: Cast, tmp_path: Path) -> None:
    source = ford(tmp_path, "1,Natural sciences,", "1.1,Mathematics,1")
    outcome = import_fields(by=cast.operator, source=source)
    assert (outcome.added, outcome.changed, outcome.unchanged) == (2, 0, 0)
    (entry,) = entries()
    assert entry.event == "taxonomy.fields_imported"
    assert entry.actor == cast.operator.pk
    assert entry.facts["list"] == "ford"
    assert entry.facts["added"] == 2
    assert len(entry.facts["sha256"]) == 64


def test_importing_again_changes_nothing_and_says_nothing(cast: Cast, tmp_path: Path) -> None:
    source = ford(tmp_path, "1,Natural sciences,", "1.1,Mathematics,1")
    import_fields(by=cast.operator, source=source)
    before = list(Field.objects.order_by("pk").values())
    outcome = import_fields(by=cast.operator, source=source)
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, 2)
    assert list(Field.objects.order_by("pk").values()) == before
    assert len(entries()) == 1


def test_a_new_edition_changes_what_differs_and_keeps_every_id(cast: Cast, tmp_path: Path) -> None:
    import_fields(by=cast.operator, source=ford(tmp_path, "1,Sciences,", "2,Arts,", "1.1,Maths,1"))
    ids = dict(Field.objects.values_list("code", "pk"))
    newer = ford(tmp_path, "1,Sciences,", "2,Arts,", "1.1,Mathematics,2", "2.1,Music,2")
    outcome = import_fields(by=cast.operator, source=newer)
    assert (outcome.added, outcome.changed, outcome.unchanged) == (1, 1, 2)
    mathematics = Field.objects.get(code="1.1")
    assert (mathematics.pk, mathematics.name_en) == (ids["1.1"], "Mathematics")
    assert (mathematics.parent_id, mathematics.version) == (ids["2"], 2)


def test_names_that_the_operator_edited_are_kept(cast: Cast, tmp_path: Path) -> None:
    source = ford(tmp_path, "1,Sciences,")
    import_fields(by=cast.operator, source=source)
    field = Field.objects.get(code="1")
    edit_field(
        by=cast.operator, field=field, version=1, name_en="Natural sciences", name_zh="自然科学"
    )
    outcome = import_fields(by=cast.operator, source=source)
    assert (outcome.changed, outcome.kept) == (0, 1)
    field.refresh_from_db()
    assert field.names == {"en": "Natural sciences", "zh-hans": "自然科学"}


def test_a_list_with_bad_lines_is_refused_whole_and_names_them(cast: Cast, tmp_path: Path) -> None:
    lines = ["1,Sciences,", ",Nameless,", "2,,", "1,Again,", f"3,{'x' * 201},", "4,Nul\0,"]
    with pytest.raises(Refusal) as refused:
        import_fields(by=cast.operator, source=ford(tmp_path, *lines))
    told = str(refused.value).splitlines()
    assert told[0] == "ford.csv was not imported: 5 lines cannot be used."
    assert [line.split(":")[0] for line in told[1:]] == [
        f"ford.csv, line {number}" for number in (3, 4, 5, 6, 7)
    ]
    assert not Field.objects.exists()
    assert not entries()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["1,Sciences,9"], "9 above it is not in the list"),
        (["1,One,2", "2,Two,1"], "its parents form a loop"),
        (["1,One,1"], "its parents form a loop"),
    ],
)
def test_a_tree_that_hangs_on_nothing_is_refused(
    cast: Cast, tmp_path: Path, lines: list[str], why: str
) -> None:
    with pytest.raises(Refusal, match=why):
        import_fields(by=cast.operator, source=ford(tmp_path, *lines))
    assert not Field.objects.exists()


@pytest.mark.parametrize(
    "node", [[], 3, {"_id": "A01"}, {"_id": 1, "name": "x", "name_en": "x", "parents": []}]
)
def test_a_line_that_is_no_node_is_named(cast: Cast, tmp_path: Path, node: object) -> None:
    good = {"_id": "A01", "name": "数学", "name_en": "mathematics", "parents": []}
    with pytest.raises(Refusal, match=r"nsfc\.jl, line 2: no code with its names and parents"):
        import_fields(by=cast.operator, source=nsfc(tmp_path, good, node))


def test_more_bad_lines_than_one_reads_are_counted(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        import_fields(by=cast.operator, source=ford(tmp_path, *[f"{n},," for n in range(1000)]))
    told = str(refused.value).splitlines()
    assert told[0].startswith("ford.csv was not imported: 1000 lines")
    assert len(told) == 22


def test_files_that_are_no_lists_are_refused_in_one_line(cast: Cast, tmp_path: Path) -> None:
    def refusal(source: lists.Source) -> str:
        with pytest.raises(Refusal) as refused:
            import_fields(by=cast.operator, source=source)
        return str(refused.value)

    file = tmp_path / "list.csv"
    file.write_text("name,code\n")
    assert refusal(lists.ford(file)) == "list.csv lacks the columns label, parent."
    file.write_bytes(b"code,label,parent\n1,\xff\xfe,\n")
    assert refusal(lists.ford(file)).startswith("list.csv cannot be read: ")
    with pytest.raises(Refusal, match=r"nothing\.csv cannot be read: No such file"):
        lists.ford(tmp_path / "nothing.csv")
    (tmp_path / "esco-classification-csv.zip").write_bytes(b"no archive")
    (tmp_path / "esco-relations-csv.zip").write_bytes(b"no archive")
    with pytest.raises(Refusal, match="File is not a zip file"):
        import_skills(by=cast.operator, source=lists.esco(tmp_path))
    with pytest.raises(Refusal, match="must hold one"):
        lists.esco(tmp_path / "nowhere")


def test_an_archive_that_is_damaged_is_refused_wherever_it_was_hit(
    cast: Cast, tmp_path: Path
) -> None:
    skills = [a_skill(str(n), f"skill {n}", description=f"{n} " * 50) for n in range(50)]
    esco(tmp_path, skills, [("1", "g")])
    archive = tmp_path / "esco-classification-en-csv.zip"
    whole = archive.read_bytes()
    for hit in range(0, len(whole), 97):
        archive.write_bytes(whole[:hit] + bytes([whole[hit] ^ 0x55]) + whole[hit + 1 :])
        # Not every byte of an archive matters: what is not refused is the whole list.
        with suppress(Refusal):
            import_skills(by=cast.operator, source=lists.esco(tmp_path))
            assert Skill.objects.count() == 51
            assert set(Skill.objects.values_list("name_en", flat=True)) > {"skill 7"}
        Skill.objects.all().delete()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refusal, match="cannot be read"):
        import_skills(by=cast.operator, source=lists.esco(tmp_path))


def test_only_the_operator_imports_and_edits(cast: Cast, tmp_path: Path) -> None:
    source = ford(tmp_path, "1,Sciences,")
    with pytest.raises(NotAllowed):
        import_fields(by=cast.university_office, source=source)
    import_fields(by=cast.operator, source=source)
    with pytest.raises(NotAllowed):
        edit_field(by=cast.engineer, field=Field.objects.get(), version=1, name_en="Mine")
    with pytest.raises(NotAllowed):
        import_skills(by=cast.engineer, source=lists.core_skills())


def test_esco_skills_know_every_broader_one_that_is_in_the_list(cast: Cast, tmp_path: Path) -> None:
    skills = [a_skill("c", "C"), a_skill("h", "Haskell", reuseLevel="", skillType="")]
    relations = [("c", "g"), ("h", "g"), ("h", "c"), ("c", "gone")]
    outcome = import_skills(by=cast.operator, source=esco(tmp_path, skills, relations))
    assert (outcome.added, outcome.links, outcome.left_out) == (3, 3, 1)
    haskell = Skill.objects.get(name_en="Haskell")
    assert {skill.name_en for skill in haskell.broader.all()} == {"C", "programming"}
    assert (haskell.kind, haskell.reuse_level, haskell.name_zh) == ("skill", "", "")
    assert Skill.objects.get(name_en="programming").kind == "group"
    again = import_skills(by=cast.operator, source=esco(tmp_path, skills, relations[:2]))
    assert (again.added, again.changed, again.links) == (0, 0, 1)
    assert [skill.name_en for skill in haskell.broader.all()] == ["programming"]
    assert len(entries()) == 2


def test_an_edited_skill_is_versioned_and_told(cast: Cast, tmp_path: Path) -> None:
    import_skills(by=cast.operator, source=esco(tmp_path, [a_skill("c", "C")], []))
    skill = Skill.objects.get(name_en="C")
    edited = edit_skill(by=cast.operator, skill=skill, version=1, name_zh="C 语言")
    assert (edited.version, edited.edited) == (2, True)
    entry = entries()[-1]
    assert entry.event == "taxonomy.skill_edited"
    assert entry.facts["changed"] == ["name_zh"]
    assert entry.facts["before"]["name"] == {"en": "C"}
    assert entry.facts["after"]["name"] == {"en": "C", "zh-hans": "C 语言"}
    with pytest.raises(Refusal, match="needs a name in English"):
        edit_skill(by=cast.operator, skill=skill, version=2, name_en="")


@with_data
def test_the_shared_lists_of_fields_come_in_whole(cast: Cast) -> None:
    for source in lists.fields_in(DATA / "fields"):
        import_fields(by=cast.operator, source=source)
    assert Field.objects.filter(scheme="nsfc").count() == 2916
    assert Field.objects.filter(scheme="ford").count() == 48
    automation = Field.objects.get(scheme="nsfc", code="F03")
    assert (automation.name_zh, automation.name_en) == ("自动化", "automation")
    assert Field.objects.get(scheme="nsfc", code="F0301").parent == automation


@with_data
def test_the_shared_list_of_skills_comes_in_whole(cast: Cast) -> None:
    outcome = import_skills(by=cast.operator, source=lists.esco(DATA / "skills-esco"))
    assert outcome.added == 13_896 + 640
    assert Skill.objects.exclude(kind="group").count() == 13_896
    haskell = Skill.objects.get(name_en="Haskell")
    assert "computer programming" in {skill.name_en for skill in haskell.broader.all()}


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_turns() -> None:
    operator = Cast.tell().operator

    def work() -> int:
        try:
            return import_skills(by=operator, source=lists.core_skills()).added
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        added = [job.result() for job in [pool.submit(work) for _ in range(4)]]
    assert sorted(added)[:3] == [0, 0, 0]
    assert Skill.objects.count() == max(added) > 0
    assert len(entries()) == 1
