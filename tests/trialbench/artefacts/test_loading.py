"""Loading an artefact: a folder and a zip alike, and what is refused."""

import contextlib
import os
import stat
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialbench.artefacts import load, loading
from trialbench.errors import ArtefactError

MANIFEST = """
[artefact]
name = "Slip"
version = "1.2"
kind = "python"
entry = "detector:run"
requires = ["scipy"]
"""
FILES = {"artefact.toml": MANIFEST, "detector.py": "def run(steps): yield", "data/k.txt": "3"}


def folder_of(path: Path, files: dict[str, str] = FILES) -> Path:
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return path


def zip_of(path: Path, files: dict[str, str] = FILES, top: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(top + name, content)
    return path


def refused(path: Path, line: str) -> None:
    with pytest.raises(ArtefactError, match=line) as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_a_folder_and_its_zip_are_the_same_artefact(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "slip")
    folder_of(folder, {"__pycache__/detector.pyc": "x", ".DS_Store": "x"})
    extras = {**FILES, "__MACOSX/._detector.py": "x", "__pycache__/y.pyc": "x"}
    made = load(folder)
    assert made == load(zip_of(tmp_path / "a.zip", extras))
    assert made == load(zip_of(tmp_path / "b.zip", dict(reversed(FILES.items())), top="slip/"))
    assert (made.name, made.version, made.kind, made.entry) == (
        "Slip",
        "1.2",
        "python",
        "detector:run",
    )
    assert made.requires == ("scipy",)
    assert made.files == {name: content.encode() for name, content in sorted(FILES.items())}


def test_its_hash_tells_contents_and_names(tmp_path: Path) -> None:
    hashes = {
        load(folder_of(tmp_path / "a")).sha256,
        load(folder_of(tmp_path / "b", {**FILES, "data/k.txt": "4"})).sha256,
        load(folder_of(tmp_path / "c", {**FILES, "more.txt": ""})).sha256,
    }
    assert len(hashes) == 3
    assert load(folder_of(tmp_path / "d")).sha256 in hashes


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[artefact]", "[artifact]", r"artefact.toml: has no table \[artefact\]"),
        ("[artefact]", "x = 1\n[artefact]", r"unknown key 'x'; \[artefact\] takes name, version"),
        ('name = "Slip"', 'nam = "Slip"', "unknown key 'artefact.nam'"),
        ('name = "Slip"', "", r"\[artefact\] has no 'name'"),
        ('name = "Slip"', "name = 3", "name must be a line of text, not 3"),
        ('"1.2"', '" "', "version must be a line of text"),
        ('"python"', '"exe"', "kind must be one of python, onnx, fmu, not 'exe'"),
        ('"detector:run"', '"detector"', 'entry must be "module:function"'),
        ('"detector:run"', '"../x:run"', 'entry must be "module:function"'),
        ('["scipy"]', '["torch"]', "requires 'torch', but what is offered is numpy and scipy"),
        ('["scipy"]', '"scipy"', "requires must be a list of names"),
        ("[artefact]", "[artefact", "not TOML"),
        ('"detector:run"', '"detect:run"', "entry 'detect:run', but there is no detect.py"),
        ('"detector:run"', '"a.b:run"', "entry 'a.b:run', but there is no a/b.py"),
    ],
)
def test_a_wrong_manifest_is_told(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert old in MANIFEST
    files = {**FILES, "artefact.toml": MANIFEST.replace(old, new)}
    refused(folder_of(tmp_path / "slip", files), f"^slip: artefact.toml: .*{line}|^slip: .*{line}")


def test_other_kinds_name_a_file(tmp_path: Path) -> None:
    fmu = (
        MANIFEST.replace("python", "fmu")
        .replace("detector:run", "car.fmu")
        .replace('requires = ["scipy"]', "")
    )
    assert load(folder_of(tmp_path, {"artefact.toml": fmu})).entry == "car.fmu"


def test_what_is_no_artefact_is_told(tmp_path: Path) -> None:
    refused(folder_of(tmp_path / "empty", {"x.py": ""}), "has no artefact.toml at its top")
    inside = {f"a/{name}": content for name, content in FILES.items()}
    refused(
        zip_of(tmp_path / "two.zip", inside | {"b/x": ""}),
        "'b/x' lies beside the folder 'a': put it inside, or leave it out",
    )
    refused(
        zip_of(tmp_path / "both.zip", inside | {"b/artefact.toml": ""}),
        "holds several artefacts, in 'a' and 'b': give one",
    )
    refused(
        zip_of(tmp_path / "deep.zip", inside, top="x/"), "has no .*: give the folder 'x/a' of it"
    )
    refused(zip_of(tmp_path / "none.zip", {}), "has no artefact.toml")
    refused(tmp_path / "nowhere", "No such file")
    (tmp_path / "text.zip").write_bytes(b"no zip")
    refused(tmp_path / "text.zip", "neither a folder nor a zip")
    (tmp_path / "empty" / "artefact.toml").write_bytes(b"\xff")
    refused(tmp_path / "empty", "artefact.toml: line 1 is not UTF-8: save the file as UTF-8")


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "..\\x",
        "/etc/x",
        "\\etc\\x",
        "a/../../x",
        "a//x",
        "a/./x",
        "x\x01",
        "C:\\x",
        "C:x",
        "x" * 300,
        "a/" * 600,
        "车" * 100,
    ],
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    refused(zip_of(tmp_path / "a.zip", {**FILES, name: "x"}), "no relative path|too long a path")


def test_links_are_refused_wherever_they_lead(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "a")
    (folder / "passwd").symlink_to("/etc/passwd")
    refused(folder, "'passwd' is a symbolic link")
    (folder / "passwd").unlink()
    (folder / "more").symlink_to(tmp_path, target_is_directory=True)
    refused(folder, "'more' is a symbolic link")
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(zip_of(tmp_path / "a.zip"), "a") as archive:
        archive.writestr(link, "/etc/passwd")
    refused(tmp_path / "a.zip", "'link' is a symbolic link")


def test_pipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(folder_of(tmp_path / "a") / "pipe")
    refused(tmp_path / "a", "'pipe' is neither a file nor a folder")


def test_what_is_too_large_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_BYTES", 1 << 20)
    bomb = zip_of(tmp_path / "bomb.zip", {**FILES, "zeros": "0" * (50 << 20)})
    assert bomb.stat().st_size < 1 << 20
    tracemalloc.start()
    refused(bomb, "larger than 1 MiB")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 << 20
    refused(folder_of(tmp_path / "one", {**FILES, "big": "0" * (2 << 20)}), "larger than 1 MiB")
    parts = {**FILES, **{f"part{i}": "0" * (1 << 19) for i in range(3)}}
    refused(folder_of(tmp_path / "many", parts), "larger than 1 MiB")


def test_what_is_as_large_as_it_may_be_is_taken_and_one_byte_more_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_BYTES", 1 << 20)
    fixed = sum(len(content) for content in FILES.values())
    for more, taken in ((0, True), (1, False)):
        files = {**FILES, "big": "0" * ((1 << 20) - fixed + more)}
        for packed in (
            folder_of(tmp_path / f"{more}", files),
            zip_of(tmp_path / f"{more}.zip", files),
        ):
            if taken:
                assert len(load(packed).files["big"]) == (1 << 20) - fixed
            else:
                refused(packed, "larger than 1 MiB")


def test_a_file_that_fills_all_there_may_be_is_refused_for_what_is_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_BYTES", 1 << 20)
    whole = folder_of(tmp_path / "whole", {**FILES, "big": "0" * (1 << 20)})
    refused(whole, "^whole: is larger than 1 MiB: leave out")
    beyond = folder_of(tmp_path / "beyond", {**FILES, "big": "0" * ((1 << 20) + 1)})
    refused(beyond, "^beyond: 'big' is larger than 1 MiB")


def with_files(count: int) -> dict[str, str]:
    return {**FILES, **{f"n{i}": "" for i in range(count - len(FILES))}}


def test_a_thousand_files_are_taken_and_one_more_is_not(tmp_path: Path) -> None:
    for packed in (
        folder_of(tmp_path / "most", with_files(1000)),
        zip_of(tmp_path / "most.zip", with_files(1000)),
    ):
        assert len(load(packed).files) == 1000
    for packed in (
        folder_of(tmp_path / "many", with_files(1001)),
        zip_of(tmp_path / "many.zip", with_files(1001)),
    ):
        refused(packed, "has more than 1000 files")


def test_a_full_folder_does_not_hide_what_lies_below_it(tmp_path: Path) -> None:
    top = with_files(1001)  # of which one lies in the folder data
    refused(folder_of(tmp_path / "a", top), "has more than 1000 files")
    del top["n0"]
    assert "data/k.txt" in load(folder_of(tmp_path / "b", top)).files


def test_a_name_twice_or_as_file_and_folder_is_refused(tmp_path: Path) -> None:
    twice = zip_of(tmp_path / "a.zip")
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("detector.py", "other")
    refused(twice, "holds 'detector.py' twice")
    refused(zip_of(tmp_path / "b.zip", {**FILES, "data": "x"}), "'data' is a file and a folder")


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1
    path.write_bytes(content)
    refused(path, "cannot be unpacked")


@given(at=st.integers(0, 600), bits=st.integers(1, 255), cut=st.integers(0, 600))
def test_a_damaged_zip_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, at: int, bits: int, cut: int
) -> None:
    path = zip_of(tmp_path_factory.mktemp("zip") / "a.zip")
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= bits
    path.write_bytes(content[: len(content) - cut] if cut % 2 else content)
    with contextlib.suppress(ArtefactError):
        load(path)
