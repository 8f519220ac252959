"""Reading DBC files: what they may hold, and what is said of the broken ones."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trialbench.dbc.make import make_database
from trialbench.dbc import Database
from trialbench.errors import DbcError

GOOD = 'BO_ 256 Engine: 8 ECU\n SG_ Speed : 0|16@1+ (0.25,0) [0|0] "rpm" X\n'


def make(tmp_path: Path, text: str | bytes) -> Database:
    return make_database(tmp_path / "some.dbc", text)


def names(database: Database) -> list[str]:
    return [f"{m.name}.{s.name}" for m in database.messages for s in m.signals]


def test_a_file_is_known_by_its_name_and_the_digest_of_its_bytes(tmp_path: Path) -> None:
    database = make(tmp_path, GOOD)
    assert database.name == "some.dbc"
    assert database.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert database.problems == ()


def test_a_signals_line_is_read_whole(tmp_path: Path) -> None:
    [message] = make(tmp_path, GOOD).messages
    [speed] = message.signals
    assert (message.name, message.id, message.extended, message.length) == ("Engine", 256, False, 8)
    assert (speed.name, speed.start, speed.length, speed.unit) == ("Speed", 0, 16, "rpm")
    assert (speed.big_endian, speed.signed, speed.is_float) == (False, False, False)
    assert (speed.factor, speed.offset) == (0.25, 0)


@pytest.mark.parametrize(
    "line",
    [
        'SG_ Speed:0|16@1+(0.25,0)[0|0]"rpm" X',
        '\tSG_\tSpeed  :  0 | 16 @ 1 +  ( 0.25 , 0 )  [ 0 | 0 ]  "rpm"  X , Y',
        'SG_ Speed : 0|16@1+ (.25,+0) [-1E9|1e+9] "rpm"',
        'SG_ Speed : 0|16@1+ (2.5E-01,0) [|] "rpm" X // a remark',
    ],
)
def test_a_line_may_be_spaced_and_numbers_written_in_many_ways(tmp_path: Path, line: str) -> None:
    database = make(tmp_path, f"BO_ 256 Engine : 0x8\n{line}\r\n")
    [speed] = database.messages[0].signals
    assert (speed.name, speed.factor, speed.unit, database.problems) == ("Speed", 0.25, "rpm", ())


def test_bit_31_makes_an_identifier_a_29_bit_one(tmp_path: Path) -> None:
    [message] = make(tmp_path, GOOD.replace("256", str(0x18FEF100 | 1 << 31))).messages
    assert (message.id, message.extended, message.j1939) == (0x18FEF100, True, False)


@pytest.mark.parametrize("identifier", [0x800, 0x0CF00400, 0x1FFFFFFF])
def test_an_identifier_too_long_for_11_bits_is_taken_for_a_29_bit_one_and_told(
    tmp_path: Path, identifier: int
) -> None:
    database = make(tmp_path, GOOD.replace("256", str(identifier)))
    [message] = database.messages
    assert (message.id, message.extended) == (identifier, True)
    [problem] = database.problems
    assert problem.startswith(
        f"line 1: message Engine: identifier {identifier:#x} has more than 11"
    )
    assert problem.endswith("lacks bit 31: taken for one of 29 bits")


def test_with_and_without_bit_31_a_29_bit_identifier_is_one(tmp_path: Path) -> None:
    text = GOOD.replace("256", "4096") + GOOD.replace("256", str(4096 | 1 << 31))
    database = make(tmp_path, text)
    assert len(database.messages) == 1
    assert (
        "message Engine left out: message Engine in line 3 has its identifier"
        in database.problems[1]
    )


@pytest.mark.parametrize(
    ("content", "unit"),
    [
        ("°C".encode(), "°C"),
        ("°C".encode("cp1252"), "°C"),
        (b"\x81C", "\N{REPLACEMENT CHARACTER}C"),
    ],
    ids=["utf-8", "cp1252", "neither"],
)
def test_the_encoding_is_found_out(tmp_path: Path, content: bytes, unit: str) -> None:
    database = make(tmp_path, GOOD.encode().replace(b"rpm", content))
    assert database.messages[0].signals[0].unit == unit


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert names(make(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())) == ["Engine.Speed"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_may_end_as_on_any_machine(tmp_path: Path, end: str) -> None:
    path = tmp_path / "car.dbc"
    path.write_bytes(f'BO_ 1 M: 8 E{end} SG_ Speed : 0|8@1+ (1,0) [0|0] "km/h" E{end}'.encode())
    (message,) = Database.load(path).messages
    assert [signal.name for signal in message.signals] == ["Speed"]


def test_comments_may_hold_lines_quotes_and_semicolons(tmp_path: Path) -> None:
    text = (
        'CM_ "first";\nCM_ BO_ 256 "begins\nBO_ 1 Fake: 8 X\n SG_ No : 0|8@1+ (1,0) [0|0] "" X\n'
        'and; goes on \\"so\\"; and\nends";\nCM_ SG_ 256 Speed "he said "hi"; twice";\n'
    )
    database = make(tmp_path, text + GOOD + text)
    assert names(database) == ["Engine.Speed"]
    assert database.problems == ()


def test_a_quotation_mark_that_nothing_closes_spoils_its_own_line_only(tmp_path: Path) -> None:
    database = make(tmp_path, f'CM_ BO_ 256 "begins and never ends;\n{GOOD}')
    assert names(database) == ["Engine.Speed"]
    assert database.problems == ("line 1: a quotation mark that nothing closes",)


def test_a_later_comment_does_not_close_an_earlier_one(tmp_path: Path) -> None:
    later = 'CM_ BO_ 256 "one\ntwo";\n'
    database = make(tmp_path, f'CM_ BO_ 256 "begins and never ends;\n{GOOD}{later}')
    assert names(database) == ["Engine.Speed"]
    assert database.problems == ("line 1: a quotation mark that nothing closes",)


def test_an_escaped_quotation_mark_opens_nothing(tmp_path: Path) -> None:
    database = make(tmp_path, f'CM_ BO_ 256 "a \\" mark";\n{GOOD}')
    assert (names(database), database.problems) == (["Engine.Speed"], ())


def test_the_list_of_new_symbols_is_no_list_of_statements(tmp_path: Path) -> None:
    symbols = "NS_ :\n\tNS_DESC_\n\tBO_\n\tSG_\n\tBA_\n\tSG_MUL_VAL_\n\nBS_:\nBU_: A B\n"
    database = make(tmp_path, symbols + GOOD)
    assert (names(database), database.problems) == (["Engine.Speed"], ())


def test_signals_of_no_message_are_not_read(tmp_path: Path) -> None:
    loose = 'BO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 X\n SG_ S : 0|8@1+ (1,0) [0|0] "" X\n'
    database = make(tmp_path, loose + GOOD)
    assert (names(database), database.problems) == (["Engine.Speed"], ())


def test_long_names_replace_the_short_ones(tmp_path: Path) -> None:
    database = make(
        tmp_path,
        GOOD
        + 'BA_ "SystemMessageLongSymbol" BO_ 256 "EngineOfTheCar";\n'
        + 'BA_ "SystemSignalLongSymbol" SG_ 256 Speed "Speed of the engine";\n',
    )
    assert names(database) == ["EngineOfTheCar.Speed of the engine"]


def test_a_long_name_that_another_signal_has_is_not_given(tmp_path: Path) -> None:
    text = GOOD.replace(" SG_", signal("C") + " SG_") + signal("A") + signal("B")
    long = "".join(
        f'BA_ "SystemSignalLongSymbol" SG_ 256 {short} "{name}";\n'
        for short, name in (("A", "Same"), ("B", "Same"), ("C", "Speed"))
    )
    database = make(tmp_path, text + long)
    assert names(database) == ["Engine.C", "Engine.Speed", "Engine.Same", "Engine.B"]


def test_value_types_make_floats(tmp_path: Path) -> None:
    signal = ' SG_ F : 32|32@1- (1,0) [0|0] "" X\n'
    [speed, f] = make(tmp_path, GOOD + signal + "SIG_VALTYPE_ 256 F : 1;").messages[0].signals
    assert (speed.is_float, f.is_float) == (False, True)


FORMATS = (
    'BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","J1939PG","ExtendedCAN_FD";\n'
)


@pytest.mark.parametrize(
    ("attributes", "j1939", "fd"),
    [
        ('BA_ "VFrameFormat" BO_ KEY 3;', True, False),
        ('BA_ "VFrameFormat" BO_ KEY 15;', False, True),
        (FORMATS + 'BA_ "VFrameFormat" BO_ KEY 2;', True, False),
        (FORMATS + 'BA_ "VFrameFormat" BO_ KEY 3;', False, True),
        (FORMATS + 'BA_ "VFrameFormat" BO_ KEY 99;', False, False),
        (FORMATS + 'BA_ "VFrameFormat" BO_ KEY "J1939PG";', True, False),
        (FORMATS + 'BA_DEF_DEF_ "VFrameFormat" "J1939PG";', True, False),
        ('BA_ "ProtocolType" "J1939";', True, False),
        ('BA_ "ProtocolType" "J1939";\nBA_ "VFrameFormat" BO_ KEY 1;', False, False),
        ('BA_ "ProtocolType" "CAN";', False, False),
    ],
)
def test_attributes_tell_j1939_and_can_fd(
    tmp_path: Path, attributes: str, j1939: bool, fd: bool
) -> None:
    key = str(0x18FEF1FE | 1 << 31)
    text = GOOD.replace("256", key) + GOOD.replace("Engine", "Short")
    wide, short = make(tmp_path, text + attributes.replace("KEY", key)).messages
    assert (wide.j1939, wide.fd) == (j1939, fd)
    assert not short.j1939


def test_a_plain_multiplexer_selects_by_the_number_after_the_m(tmp_path: Path) -> None:
    text = (
        'BO_ 1 A: 8 X\n SG_ Mux M : 0|8@1+ (1,0) [0|0] "" X\n'
        ' SG_ One m1 : 8|8@1+ (1,0) [0|0] "" X\n SG_ Always : 16|8@1+ (1,0) [0|0] "" X\n'
    )
    mux, one, always = make(tmp_path, text).messages[0].signals
    assert (mux.multiplexer, one.multiplexer, always.multiplexer) == (None, "Mux", None)
    assert one.ranges == ((1, 1),)


def test_extended_multiplexing_names_multiplexer_and_ranges(tmp_path: Path) -> None:
    text = (
        'BO_ 1 A: 8 X\n SG_ Mux M : 0|8@1+ (1,0) [0|0] "" X\n'
        ' SG_ Inner m3M : 8|8@1+ (1,0) [0|0] "" X\n SG_ Deep m7 : 16|8@1+ (1,0) [0|0] "" X\n'
        "SG_MUL_VAL_ 1 Inner Mux 3-3;\nSG_MUL_VAL_ 1 Deep Inner 7-9,\n 11-11;\n"
    )
    database = make(tmp_path, text)
    _, inner, deep = database.messages[0].signals
    assert (inner.multiplexer, inner.ranges) == ("Mux", ((3, 3),))
    assert (deep.multiplexer, deep.ranges) == ("Inner", ((7, 9), (11, 11)))
    assert database.problems == ()


def signal(name: str, marker: str = "", place: str = "0|8@1+", scaling: str = "1,0") -> str:
    return f' SG_ {name} {marker}: {place} ({scaling}) [0|0] "" X\n'


@pytest.mark.parametrize(
    ("lines", "left", "problem"),
    [
        (signal("S", place="0|0@1+"), [], "signal S left out: its length is 0 bits, not 1 to 64"),
        (signal("S", place="0|65@1+"), [], "signal S left out: its length is 65 bits, not 1 to 64"),
        (signal("S", scaling="0,1"), [], "signal S left out: its factor is 0, so that every value"),
        (signal("S", scaling="1e999,1"), [], "signal S left out: its factor or offset is larger"),
        (signal("S", scaling="1" * 5000 + ",1"), [], "its factor or offset is larger than 1e250"),
        (
            signal("S") + "SIG_VALTYPE_ 1 S : 1;\n",
            [],
            "signal S left out: its value type is 1 and its length 8 bits",
        ),
        (
            signal("S", place="60|8@1+"),
            ["S"],
            "signal S does not fit: it needs 9 bytes, the message",
        ),
        (
            signal("S", place="56|9@0+"),
            ["S"],
            "signal S does not fit: it needs 9 bytes, the message",
        ),
        (signal("S") + signal("S"), ["S"], "signal S left out: line 2 describes one of that name"),
        (signal("S", "m1 "), [], "signal S left out: no multiplexer in the message, and no SG_MUL"),
        (
            signal("A", "M ") + signal("B", "M ") + signal("S", "m1 "),
            ["A", "B"],
            "signal S left out: several multiplexers in the message",
        ),
        (
            signal("S", "m1 ") + "SG_MUL_VAL_ 1 S Gone 1-1;\n",
            [],
            "signal S left out: its multiplexer Gone is not there",
        ),
        (
            signal("A", "m1M ") + signal("B", "m1M ") + "SG_MUL_VAL_ 1 A B 1-1;\n"
            "SG_MUL_VAL_ 1 B A 1-1;\n",
            [],
            "signal A left out: its multiplexers select each other in a circle",
        ),
        (
            signal("A", "m ") + signal("S", "m1 ") + "SG_MUL_VAL_ 1 S A 1-1;\n",
            ["A", "S"],
            "signal A has no number after its m: taken for the multiplexer",
        ),
        (signal("A", "m "), [], "signal A left out: no number after its m says when it is there"),
        (" SG_ S : 0|8@2+ (1,0) X\n", [], "signal S left out, not understood: 'SG_ S : 0|8@2+"),
        (' SG_ S : 0|8@1+ (1_0,0) [0|0] "" X\n', [], "signal S left out, not understood"),
        (" SG_ : 0|8@1+\n", [], "signal left out, not understood: 'SG_ : 0|8@1+'"),
        (' SG S : 0|8@1+ (1,0) [0|0] "" X\n', [], "not understood: 'SG S : 0|8@1+"),
    ],
)
def test_a_wrong_signal_is_told_by_line_and_message_and_the_others_stay(
    tmp_path: Path, lines: str, left: list[str], problem: str
) -> None:
    database = make(tmp_path, f"BO_ 1 A: 8 X\n{lines}\n{GOOD}")
    assert names(database) == [*(f"A.{name}" for name in left), "Engine.Speed"]
    assert problem in database.problems[0]
    assert database.problems[0].startswith("line ")
    assert "message A" in database.problems[0]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("BO_ x Bad: 8 X\n", "line 1: message left out, not understood: 'BO_ x Bad: 8 X'"),
        ("BO_ 1 Bad 8 X\n" + signal("S"), "line 1: message left out, not understood"),
        ("BO_ 1 A: 8 X " + signal("S"), "line 1: message left out, not understood"),
        (
            "BO_ 536870912 Bad: 8 X\n",
            "line 1: message Bad left out: identifier 0x20000000 has more than 29 bits",
        ),
        (
            "BO_ 3758096384 Bad: 8 X\n",
            "line 1: message Bad left out: identifier 0x60000000 has more than 29 bits",
        ),
        (
            "BO_ 256 Bad: 8 X\n",
            "line 1: message Bad left out: message Engine in line 2 has its identifier 0x100",
        ),
        (signal("S"), "line 1: a signal outside of any message: 'SG_ S : 0|8@1+ (1,0) [0|0]"),
        ("SG_MUL_VAL_ 1 S;\n", "line 1: multiplexing not understood: 'SG_MUL_VAL_ 1 S;'"),
        ("SG_MUL_VAL_ 1 S M 1-2,3;\n", "line 1: multiplexing not understood"),
        ('BA_ "VFrameFormat" BO_ x 3;\n', "line 1: attribute not understood: 'BA_ \"VFrame"),
        ("SIG_VALTYPE_ 1 S : x;\n", "line 1: value type not understood: 'SIG_VALTYPE_ 1 S : x;'"),
    ],
)
def test_a_wrong_message_is_told_and_the_others_stay(
    tmp_path: Path, lines: str, problem: str
) -> None:
    database = make(tmp_path, lines + GOOD)
    assert names(database) == ["Engine.Speed"]
    assert len(database.problems) == 1
    assert database.problems[0].startswith(problem)


def test_two_messages_of_one_name_are_told_apart_by_their_identifiers(tmp_path: Path) -> None:
    database = make(tmp_path, GOOD + GOOD.replace("256", "257"))
    assert names(database) == ["Engine.Speed", "Engine_101.Speed"]
    assert database.problems == (
        "line 3: message Engine has the name of the one in line 1: called Engine_101 here",
    )


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", bytes(range(256)) * 4])
def test_what_is_no_dbc_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DbcError, match=r"^some.dbc: no DBC file.*no message \(BO_\) in it$"):
        make(tmp_path, content)


def test_a_file_without_one_usable_message_is_refused_with_the_first_cause(tmp_path: Path) -> None:
    with pytest.raises(DbcError, match=r"^some.dbc: none of its messages can be used: line 1: "):
        make(tmp_path, "BO_ x Bad: 8 X\n")


def test_a_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(DbcError, match=r"none.dbc: cannot be read: No such file"):
        Database.load(tmp_path / "none.dbc")


def test_a_thousand_problems_are_counted_rather_than_listed(tmp_path: Path) -> None:
    database = make(tmp_path, GOOD + signal("S", place="0|0@1+") * 1000)
    assert len(database.problems) == 201
    assert database.problems[-1] == "and 800 more problems"


@pytest.mark.parametrize(
    "hostile",
    [
        "BO_ 1 A: 8 X\n SG_ " + "m1" * 500_000,
        "BO_ 1 A: 8 X\n SG_ a" + " " * 1_000_000 + "b",
        'CM_ "\n' * 300_000,
        "BO_ 1 A: 8 X\n" + "SG_MUL_VAL_ 1 a b\n" * 100_000,
        "BO_ " + "9" * 1_000_000 + " A: 8 X",
        "SG_MUL_VAL_ 1 a b " + "1-1," * 300_000,
        '"' * 1_000_000,
    ],
    ids=["markers", "blanks", "quotes", "unended", "digits", "ranges", "marks"],
)
def test_a_hostile_file_is_read_to_its_end(tmp_path: Path, hostile: str) -> None:
    # Work that grows with the square of a million characters would not end.
    database = make(tmp_path, f"{GOOD}\n{hostile}\n")
    assert names(database)[0] == "Engine.Speed"


STATEMENTS = st.sampled_from(
    ["BO_ 1 A: 8 X\n", ' SG_ S : 0|8@1+ (1,0) [0|0] "" X\n', "SG_MUL_VAL_ 1 S S 1-1;\n", 'CM_ "\n']
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(STATEMENTS, st.text(max_size=20), st.sampled_from('";|@()[]:mM\n '))))
def test_any_text_after_a_message_leaves_a_database(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("dbc") / "any.dbc"
    database = make_database(path, (GOOD + "".join(parts)).encode(errors="replace"))
    assert database.messages
    assert not any("\n" in problem for problem in database.problems)
