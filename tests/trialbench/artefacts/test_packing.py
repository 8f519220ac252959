"""One artefact, packed by every system: it loads as the plain one, or is refused with the remedy."""

import os
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.trialbench.artefacts.bench import START, STEP, ramp, sandboxed
from tests.trialbench.artefacts.test_loading import FILES, MANIFEST, folder_of, refused, zip_of
from trialbench.artefacts import Artefact, Limits, load, run

NAMES = {
    "gb18030": ("车速阈值.txt", "标定数据"),
    "cp949": ("한계값.txt", "매개변수"),
    "cp932": ("しきい値.txt", "設定ソース表"),  # ソ and 表 end in a backslash
    "cp950": ("臨界值.txt", "功率參數"),  # 功 too
    "cp437": ("größe.txt", "Schlüssel"),
}


class RawName(zipfile.ZipInfo):
    """An entry whose name is written as these bytes, without the flag that says UTF-8."""

    def __init__(self, name: bytes) -> None:
        super().__init__(name.decode("cp437"))
        self.raw = name

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's
        return self.raw, 0


def packed(
    path: Path, files: Mapping[bytes, bytes] | Mapping[str, bytes], extra: bytes = b""
) -> Path:
    """A zip whose names are these very bytes; or text, flagged as UTF-8."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = RawName(name) if isinstance(name, bytes) else zipfile.ZipInfo(name)
            info.extra = extra
            archive.writestr(info, content)
    return path


def plain(tmp_path: Path, *more: str) -> tuple[dict[str, bytes], Artefact]:
    files = {
        name: content.encode() for name, content in {**FILES, **dict.fromkeys(more, "1")}.items()
    }
    folder = folder_of(
        tmp_path / "plain", {name: content.decode() for name, content in files.items()}
    )
    return files, load(folder)


@pytest.mark.parametrize("codec", NAMES)
def test_names_in_the_encoding_of_a_country_are_the_names(tmp_path: Path, codec: str) -> None:
    file, folder = NAMES[codec]
    files, made = plain(tmp_path, file, f"{folder}/{file}")
    path = packed(tmp_path / "a.zip", {name.encode(codec): files[name] for name in files})
    assert load(path) == made
    raw = tmp_path / "raw"
    if codec != "cp437":  # which no file system has had names in for long
        for name, content in files.items():
            target = os.fsencode(raw) + b"/" + name.encode(codec)
            os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
            Path(os.fsdecode(target)).write_bytes(content)
        assert load(raw) == made


def test_names_in_utf_8_need_no_flag(tmp_path: Path) -> None:
    files, made = plain(tmp_path, "阈值.txt")
    assert load(packed(tmp_path / "a.zip", {name.encode(): files[name] for name in files})) == made


def test_a_name_beside_the_name_goes_first_if_it_belongs_to_it(tmp_path: Path) -> None:
    files, made = plain(tmp_path, "客车")
    raw = {name.encode("gb18030"): files[name] for name in files}
    name, true = "客车".encode("gb18030"), "客车".encode()
    for crc, fits in ((zlib.crc32(name), True), (0, False)):
        field = struct.pack("<BL", 1, crc) + true
        path = packed(tmp_path / f"{crc}.zip", raw, struct.pack("<HH", 0x7075, len(field)) + field)
        if fits:
            assert load(path) == made
        else:
            refused(
                path, "names do not tell what they are .they may be GB18030 or CP949.*: pack it"
            )


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    _, made = plain(tmp_path, "한계값.txt", "größe/é.txt")
    other = {unicodedata.normalize("NFD", name): content for name, content in made.files.items()}
    assert other.keys() != made.files.keys()
    assert load(packed(tmp_path / "a.zip", other)) == made
    assert (
        load(folder_of(tmp_path / "b", {name: text.decode() for name, text in other.items()}))
        == made
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda name: f"./{name}",
        lambda name: f"slip/{name}",
        lambda name: f"slip\\{name}".replace("/", "\\"),
        lambda name: f".\\slip\\{name}".replace("/", "\\"),
    ],
)
@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"slip/": "", "./": "", "slip\\data\\": ""},
        {"__MACOSX/slip/._artefact.toml": "x", ".DS_Store": "x", "slip/._detector.py": "x"},
        {"Thumbs.db": "x", "slip/desktop.ini": "x"},
    ],
)
def test_packers_write_paths_in_many_ways(tmp_path: Path, change, beside: dict[str, str]) -> None:
    _, made = plain(tmp_path)
    path = zip_of(
        tmp_path / "a.zip", {change(name): content for name, content in FILES.items()} | beside
    )
    assert load(path) == made


@pytest.mark.parametrize("name", ["README", "README.md", "LICENSE", "licence.txt", "CHANGELOG.md"])
def test_a_document_may_lie_beside_the_folder(tmp_path: Path, name: str) -> None:
    _, made = plain(tmp_path)
    (tmp_path / "plain").rename(folder_of(tmp_path / "given", {name: "x"}) / "slip")
    assert load(tmp_path / "given") == made
    assert (
        load(zip_of(tmp_path / "a.zip", {f"slip/{n}": c for n, c in FILES.items()} | {name: "x"}))
        == made
    )


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"A.txt": "", "a.txt": ""}, "'A.txt' and 'a.txt' differ by case alone: rename one"),
        ({"Data/x": ""}, "'Data' and 'data' differ by case alone"),
        ({"é": "", "e\u0301": ""}, "holds 'é' twice"),
        ({"a/x": "", "a\\x": ""}, "holds 'a/x' twice"),
        ({"./detector.py": ""}, "holds 'detector.py' twice"),
        ({"x\ufffd": ""}, "is no relative path"),
    ],
)
def test_names_that_are_one_name_elsewhere_are_refused(
    tmp_path: Path, more: dict[str, str], line: str
) -> None:
    refused(zip_of(tmp_path / "a.zip", {**FILES, **more}), line)


def test_a_name_that_lies_about_its_encoding_is_refused(tmp_path: Path) -> None:
    content = zip_of(tmp_path / "a.zip", {**FILES, "é": ""}).read_bytes()
    (tmp_path / "b.zip").write_bytes(content.replace("é".encode(), b"\xff\xff"))
    refused(tmp_path / "b.zip", "said to be UTF-8 and is not: pack it anew")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_mark_in_the_manifest_is_no_part_of_it(tmp_path: Path, codec: str) -> None:
    folder = folder_of(tmp_path / "slip")
    (folder / "artefact.toml").write_bytes(MANIFEST.encode(codec))
    assert load(folder).name == "Slip"


@pytest.mark.parametrize(
    "name", ["types.py", "json/__init__.py", "numpy.py", "signal.cpython-311.so"]
)
def test_a_module_that_pythons_own_would_hide_is_refused_by_name(tmp_path: Path, name: str) -> None:
    refused(
        folder_of(tmp_path, {**FILES, name: ""}),
        f"'{name}' is named like a module of Python itself",
    )
    entry = name.partition(".")[0].partition("/")[0]
    if "/" in name:
        files = {
            **FILES,
            "artefact.toml": MANIFEST.replace("detector", f"{entry}.own"),
            f"{entry}/own.py": "",
        }
        refused(folder_of(tmp_path / "more", files), "is named like a module of Python itself")


def test_a_package_of_tests_is_no_place_for_the_entry(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("detector", "test.own")
    files = {**FILES, "artefact.toml": manifest, "test/__init__.py": "", "test/own.py": ""}
    refused(folder_of(tmp_path, files), "'test/__init__.py' is named like a module of Python")


def test_source_in_utf16_is_refused_with_the_remedy(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "slip")
    (folder / "helper.py").write_bytes("ONE = 1.0".encode("utf-16"))
    refused(folder, r"'helper.py' is not UTF-8 \(perhaps UTF-16\): save the file as UTF-8")


def test_files_and_folders_of_such_a_name_are_no_modules(tmp_path: Path) -> None:
    more = {
        "json/weights.json": "x",
        "types.txt": "x",
        "own/json.py": "x",
        "test.py": "x",
        "io.v1/x.py": "x",
    }
    assert more.keys() <= load(folder_of(tmp_path, {**FILES, **more})).files.keys()


ECHO = """
import {name}, dataclasses, tokenize, numpy.random
from helper import ONE

@dataclasses.dataclass
class Answer:
    y: float = ONE

def run(steps):
    assert not {name}.__file__.startswith("/artefact"), {name}.__file__
    for step in steps:
        yield dataclasses.asdict(Answer())
"""


@sandboxed
@pytest.mark.parametrize("name", ["platform", "types", "token", "numpy", "test"])
def test_an_entry_named_like_a_module_of_python_is_found_by_its_place(
    tmp_path: Path, name: str
) -> None:
    source = ECHO.format(name=name)
    files = {
        "artefact.toml": MANIFEST.replace("detector", name).replace('"scipy"', ""), f"{name}.py": source, "helper.py": "ONE = 1.0",
    }  # fmt: skip
    made = load(folder_of(tmp_path, files))
    tried = run(
        made,
        {"x": ramp(3)},
        ["y"],
        start_ns=START,
        end_ns=START + 2 * STEP,
        step_ns=STEP,
        limits=Limits(),
    )
    assert tried.failure is None, tried.log
    assert tried.outputs["y"].values.tolist() == [1.0, 1.0, 1.0]
