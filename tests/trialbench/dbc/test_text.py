"""A DBC in any encoding decodes as its twin in UTF-8 does."""

import codecs
from pathlib import Path

import cantools
import numpy as np
import pytest

from tests.trialbench.dbc.make import Sent, make_frames
from trialbench.dbc import Database, decode
from trialbench.errors import DbcError, RecordingError
from trialbench.readers import read

TEXT = """VERSION ""

NS_ :

BS_:

BU_: A

BO_ 256 Motion: 8 A
 SG_ {name} : 0|16@1+ (0.1,-5) [0|0] "{unit}" A
 SG_ Plain : 16|8@1+ (1,0) [0|0] "V" A

CM_ BO_ 256 "{comment}";
CM_ SG_ 256 Plain "{end}";
BA_DEF_ SG_ "SystemSignalLongSymbol" STRING ;
BA_DEF_DEF_ "SystemSignalLongSymbol" "";
BA_ "SystemSignalLongSymbol" SG_ 256 Plain "A_long_name_that_stands_behind_the_comments";
VAL_ 256 Plain 0 "{end}" 1 "on" ;
"""
LANGUAGES = {
    "gb18030": ("车速", "℃", "动力系统的功率与扭矩", "关闭"),
    "cp949": ("차속", "℃", "구동 시스템의 출력과 토크", "닫힘"),
    "cp932": ("車速", "℃", "エンジンの性能と表示", "可能"),  # 能 and 表 end in a backslash
    "cp950": ("車速", "℃", "馬達的功率與扭力", "不允許"),  # 功 and 許 too
    "cp1252": ("Größe", "°C", "Geschwindigkeit über Grund", "geöffnet"),
}
NAMES = {
    "gb18030": "GB18030", "cp949": "CP949", "cp932": "Shift-JIS", "cp950": "Big5", "cp1252": "CP1252",
    "utf-16-le": "UTF-16",
}  # fmt: skip
LONG = "A_long_name_that_stands_behind_the_comments"
FRAMES = make_frames([Sent(256, bytes([232, 3, 12, 0, 0, 0, 0, 0])), Sent(256, bytes(8))])


def dbc_text(language: str) -> str:
    return TEXT.format(
        **dict(zip(("name", "unit", "comment", "end"), LANGUAGES[language], strict=True))
    )


def saved(tmp_path: Path, content: bytes, name: str = "car.dbc") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_in_an_encoding_of_its_country_is_that_in_utf_8(
    tmp_path: Path, language: str
) -> None:
    text, name = dbc_text(language), LANGUAGES[language][0]
    twin = Database.load(saved(tmp_path, text.encode(), "twin.dbc"))
    for codec, content in (
        (language, text.encode(language)),
        ("utf-16-le", codecs.BOM_UTF16_LE + text.encode("utf-16-le")),
        ("utf-16-le", text.encode("utf-16-le")),
    ):
        database = Database.load(saved(tmp_path, content))
        assert database.messages == twin.messages
        assert database.problems == twin.problems == ()
        assert database.notes == (f"text read as {NAMES[codec]}",)
    assert twin.notes == ()
    signals = decode(FRAMES, {None: [database]})
    assert set(signals) == {name, LONG}
    assert signals[name].values.tolist() == [95.0, -5.0]
    assert signals[name].unit == LANGUAGES[language][1]


@pytest.mark.parametrize("language", ["cp932", "cp950"])
def test_characters_that_end_in_a_backslash_hide_no_quotation_mark(
    tmp_path: Path, language: str
) -> None:
    content = dbc_text(language).replace(LANGUAGES[language][0], "Speed").encode(language)
    assert b'\\";' in content
    theirs = cantools.database.load_string(content.decode(language), "dbc").get_message_by_name(
        "Motion"
    )
    [message] = Database.load(saved(tmp_path, content)).messages
    for ours, other in zip(message.signals, theirs.signals, strict=True):
        assert (ours.start, ours.length, ours.unit) == (other.start, other.length, other.unit or "")


def test_bytes_that_do_not_tell_are_refused_until_the_caller_says(tmp_path: Path) -> None:
    path = saved(tmp_path, TEXT.format(name="客车", unit="V", comment="", end="").encode("gb18030"))
    with pytest.raises(
        DbcError, match=r"^car.dbc: not to be told from its bytes: .*--encoding cp949"
    ):
        Database.load(path)
    database = Database.load(path, encoding="gbk")
    assert database.messages[0].signals[0].name == "客车"
    assert database.notes == ("text read as GBK",)
    with pytest.raises(DbcError, match="no encoding 'gbkk' is known"):
        Database.load(path, encoding="gbkk")


@pytest.mark.parametrize("bad", [b"Sp\xffed", b"\xff\x8d", b"Spee\x8d"])
def test_a_name_of_bytes_that_are_no_text_is_left_out_with_the_remedy(
    tmp_path: Path, bad: bytes
) -> None:
    content = (
        TEXT.format(name="Speed", unit="V", comment="", end="").encode().replace(b"Speed", bad)
    )
    database = Database.load(saved(tmp_path, content))
    if bad != b"Sp\xffed":  # a letter of the west
        assert [signal.name for signal in database.messages[0].signals] == [LONG]
        [problem] = database.problems
        assert "say --encoding" in problem
        assert "\N{REPLACEMENT CHARACTER}" not in problem


def test_a_recording_tells_how_its_dbc_was_read(tmp_path: Path) -> None:
    log = saved(tmp_path, b"(0.000000) can0 100#E803000000000000\n", "drive.log")
    path = saved(tmp_path, dbc_text("gb18030").encode("gb18030"))
    recording = read(log, path)
    assert recording.notes == ("car.dbc: text read as GB18030",)
    assert np.array_equal(recording.signals["车速"].values, [95.0])
    again = read(log, path, encoding="cp949")  # parsed anew: the caller's word is part of the file
    assert "车速" not in again.signals
    with pytest.raises(RecordingError, match="no encoding 'x' is known"):
        read(log, path, encoding="x")
