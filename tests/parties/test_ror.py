from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from jointlab.parties import ror
from jointlab.parties.ror import Entry, Fault
from tests.data import DATA, with_data

# As the registry reduces it, and as it publishes it.
REDUCED: dict[str, Any] = {
    "id": "https://ror.org/03cve4549",
    "name": "Tsinghua University",
    "names": [
        ["THU", None, ["acronym"]],
        ["Tsinghua University", "en", ["label"]],
        ["清华大学", "zh", ["label"]],
        ["칭화대학교", "ko", ["alias"]],
    ],
    "types": ["education", "funder"],
    "status": "active",
    "country": "CN",
    "links": ["https://www.tsinghua.edu.cn"],
}
PUBLISHED: dict[str, Any] = {
    "id": "https://ror.org/03cve4549",
    "names": [
        {"value": "THU", "types": ["acronym"], "lang": None},
        {"value": "Tsinghua University", "types": ["ror_display", "label"], "lang": "en"},
        {"value": "清华大学", "types": ["label"], "lang": "zh"},
        {"value": "칭화대학교", "types": ["alias"], "lang": "ko"},
    ],
    "types": ["education", "funder"],
    "status": "active",
    "locations": [{"geonames_details": {"country_code": "CN", "name": "Beijing"}}],
    "links": [{"type": "website", "value": "https://www.tsinghua.edu.cn"}],
}
TSINGHUA = ror.entry_of(REDUCED)


def written(path: Path, *lines: Any) -> Path:
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    )
    return path


@pytest.mark.parametrize("record", [REDUCED, PUBLISHED], ids=["reduced", "published"])
def test_both_shapes_of_a_record_say_the_same(record: dict[str, Any]) -> None:
    assert ror.entry_of(record).values() == {
        "name_own": "清华大学",
        "language_own": "zh-Hans",
        "name_en": "Tsinghua University",
        "name_zh": "清华大学",
        "name_ko": "칭화대학교",
        "kind": "university",
        "ror": "03cve4549",
        "country": "CN",
        "website": "https://www.tsinghua.edu.cn",
    }


def test_without_a_name_in_the_language_of_the_place_the_main_one_is_its_own() -> None:
    values = ror.entry_of(
        {
            **REDUCED,
            "country": "KR",
            "names": [["Motor Group", None, ["label"]]],
            "name": "Motor Group",
        }
    ).values()
    assert (values["name_own"], values["language_own"]) == ("Motor Group", "und")
    assert values["name_en"] == "Motor Group"


def test_a_name_in_another_script_is_not_taken_for_english() -> None:
    record = {**REDUCED, "names": [["清华大学", "zh", ["label"]]], "name": "清华大学"}
    assert ror.entry_of(record).values()["name_en"] == ""


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (["funder", "education"], "university"),
        (["company"], "enterprise"),
        (["government", "funder"], "authority"),
        (["facility"], "institute"),
        ([], "institute"),
    ],
)
def test_the_types_say_what_it_is(types: list[str], kind: str) -> None:
    assert ror.entry_of({**REDUCED, "types": types}).values()["kind"] == kind


def test_a_broken_line_is_named_and_the_rest_kept(tmp_path: Path) -> None:
    file = written(
        tmp_path / "ror.jsonl",
        REDUCED,
        '{"id": "https://ror.org/03cve4549", ',
        {**REDUCED, "id": "https://ror.org/03cve4548"},
        "[]",
        {"id": "https://ror.org/03cve4549"},
        "",
        PUBLISHED,
    )
    read = list(ror.read(file))
    assert [entry.ror for entry in read if isinstance(entry, Entry)] == ["03cve4549"] * 2
    assert [fault.line for fault in read if isinstance(fault, Fault)] == [2, 3, 4, 5]
    assert "no ROR id" in next(f.problem for f in read if isinstance(f, Fault) and f.line == 3)


def test_a_line_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "ror.jsonl"
    file.write_bytes(json.dumps(REDUCED).encode() + b"\n" + b'{"id": "\xff"}\n')
    read = list(ror.read(file))
    assert [type(item) for item in read] == [Entry, Fault]


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "ror.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(REDUCED).encode()))
    assert list(ror.read(file)) == [TSINGHUA]


def test_search_finds_every_word_in_any_script_or_the_id(tmp_path: Path) -> None:
    inactive = {**REDUCED, "id": "https://ror.org/03dgaqz26", "status": "withdrawn"}
    file = written(tmp_path / "ror.jsonl", REDUCED, inactive)
    for words in ("清华", "university TSING", "칭화", "03cve4549", "https://ror.org/03cve4549"):
        assert ror.find(file, words) == [TSINGHUA]
    assert ror.find(file, "tsinghua academy") == []
    assert ror.find(file, "  ") == []
    assert ror.find(None, "清华") == []
    assert ror.get(file, "03dgaqz26") is None


def test_a_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    import os

    file = written(tmp_path / "ror.jsonl", REDUCED)
    assert ror.get(file, "03cve4549") == TSINGHUA
    written(file, "")
    os.utime(file, ns=(1, 1))
    assert ror.get(file, "03cve4549") is None


@with_data
def test_every_record_of_the_registry_is_read() -> None:
    read = list(ror.read(DATA / "organisations-ror" / "ror_subset.jsonl.gz"))
    assert len(read) == 5700
    assert not [item for item in read if isinstance(item, Fault)]
    chongqing = next(item for item in read if isinstance(item, Entry) and item.ror == "03dgaqz26")
    assert chongqing.values()["name_own"] == "重庆邮电大学"
