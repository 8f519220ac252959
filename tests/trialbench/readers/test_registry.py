"""`read`: which format a file is of, its identity, and the DBC files that decode it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.trialbench.readers.messages import drive, seen, write
from trialbench.errors import RecordingError
from trialbench.readers import FORMATS, read

DBC = """VERSION ""
NS_ :
BS_:
BU_: A
BO_ 256 Motion: 8 A
 SG_ Speed : 8|8@1+ (0.5,0) [0|100] "m/s" A
"""


@pytest.mark.parametrize("suffix", [".log", ".asc", ".blf", ".trc", ".csv", ".mf4"])
@pytest.mark.parametrize("named", ["drive", "drive.dat", "drive.BLF", "drive.parquet"])
def test_the_content_tells_the_format_whatever_the_name(
    tmp_path: Path, suffix: str, named: str
) -> None:
    path = write(tmp_path / f"drive{suffix}", drive(20))
    before = read(path)
    renamed = path.rename(tmp_path / named)
    after = read(renamed)
    assert before.frames is not None
    assert after.frames is not None
    assert seen(before.frames) == seen(after.frames)
    assert after.name == named


def test_an_unknown_file_is_refused_with_the_names_of_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "drive.xyz"
    path.write_text("hello\n")
    with pytest.raises(RecordingError, match="neither its content nor its name") as refusal:
        read(path)
    assert all(known.name in str(refusal.value) for known in FORMATS)


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No such file"):
        read(tmp_path / "none.log")


def test_a_recording_knows_its_name_its_hash_and_its_extent(tmp_path: Path) -> None:
    path = write(tmp_path / "generated-drive.log", drive(100))
    recording = read(path)
    assert recording.name == "generated-drive.log"
    assert recording.generated
    assert recording.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert recording.end_ns - recording.start_ns == 99_000_000
    assert recording.signals == {}
    assert recording.undecoded_frames == 100


@pytest.mark.parametrize("form", ["path", "text", "list", "every bus", "its bus"])
def test_a_dbc_is_given_as_a_path_a_list_or_by_bus(tmp_path: Path, form: str) -> None:
    dbc = tmp_path / "car.dbc"
    dbc.write_text(DBC)
    given = {"path": dbc, "text": str(dbc), "list": [dbc], "every bus": {None: dbc}, "its bus": {1: [dbc]}}  # fmt: skip
    path = write(tmp_path / "drive.log", drive(80, channels=2))
    if form == "its bus":
        shifted = (
            path.read_text().replace("can0", "canX").replace("can1", "can0").replace("canX", "can1")
        )
        path.write_text(shifted)
    recording = read(path, given[form])  # type: ignore[arg-type]
    assert recording.signals["Speed"].unit == "m/s"
    assert len(recording.signals["Speed"]) == 20
    assert recording.undecoded_frames == 60
    name = "1:car.dbc" if form == "its bus" else "car.dbc"
    assert recording.dbc_sha256 == {name: hashlib.sha256(dbc.read_bytes()).hexdigest()}


def test_a_dbc_for_another_bus_decodes_nothing(tmp_path: Path) -> None:
    dbc = tmp_path / "car.dbc"
    dbc.write_text(DBC)
    recording = read(write(tmp_path / "drive.log", drive(80)), {3: dbc})
    assert "Speed" not in recording.signals
    assert recording.undecoded_frames == 80


@pytest.mark.parametrize("suffix", [".log", ".asc", ".trc", ".csv"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_text_that_an_editor_saved_otherwise_is_the_same_recording(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    path = write(tmp_path / f"drive{suffix}", drive(20))
    before = read(path)
    path.write_bytes(path.read_text("utf-8").encode(codec))
    after = read(path)
    assert before.frames is not None
    assert after.frames is not None
    assert seen(before.frames) == seen(after.frames)
    assert (after.errors, after.notes) == (
        before.errors,
        before.notes if codec == "utf-8-sig" else ("text read as UTF-16", *before.notes),
    )


@pytest.mark.parametrize(
    ("comment", "codec", "note"),
    [
        ("左前车门状态", "gb18030", "text read as GB18030"),
        ("좌측 도어 상태", "cp949", "text read as CP949"),
        ("客车", "gb18030", "text read as UTF-8, though it may be GB18030 or CP949"),
    ],
)
def test_comments_of_a_log_in_any_encoding_cost_no_frame(
    tmp_path: Path, comment: str, codec: str, note: str
) -> None:
    path = write(tmp_path / "drive.log", drive(20))
    path.write_bytes(f"# {comment}\n".encode(codec) + path.read_bytes())
    recording = read(path)
    assert recording.frames is not None
    assert len(recording.frames) == 20
    assert recording.notes[0].startswith(note)
    assert "--encoding" in recording.notes[0] or codec in ("gb18030", "cp949")


def test_a_refusal_says_how_the_text_was_read(tmp_path: Path) -> None:
    path = tmp_path / "drive.xyz"
    path.write_bytes("发动机转速".encode("gb18030"))
    with pytest.raises(RecordingError, match=r"known format: .*\(text read as GB18030\)"):
        read(path)
    with pytest.raises(RecordingError, match=r"drive.xyz: no encoding 'gbkk' is known: say one as"):
        read(path, encoding="gbkk")
