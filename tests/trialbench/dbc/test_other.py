"""KCD, SYM and ARXML: the same values as the DBC file of the same network gives."""

import io
from pathlib import Path
from typing import Any

import canmatrix.formats
import cantools.database
import numpy as np
import pytest
from hypothesis import given, settings

from tests.data import DATA, with_data
from tests.trialbench.dbc.make import Sent, make_database, make_frames
from tests.trialbench.dbc.test_against_cantools import cases
from trialbench.dbc import Database, Decoded, decode
from trialbench.errors import DbcError
from trialbench.frames import Frames
from trialbench.readers import read

CAR = """VERSION ""

BU_: Ecu X

BO_ 291 Engine: 8 Ecu
 SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|16000] "rpm" X
 SG_ OilTemp : 23|8@0- (1,-40) [-40|215] "degC" X
 SG_ Torque : 32|32@1- (0.5,1) [0|0] "N m" X

BO_ 2566844672 Wide: 8 Ecu
 SG_ Level : 39|12@0+ (0.1,0) [0|400] "l" X
 SG_ Gear : 0|4@1+ (1,0) [0|15] "" X

BO_ 292 Pages: 4 Ecu
 SG_ Page M : 0|8@1+ (1,0) [0|255] "" X
 SG_ Left m0 : 8|16@1+ (1,0) [0|0] "" X
 SG_ Right m1 : 8|16@1- (2,1) [0|0] "" X
 SG_ Far m17 : 15|8@0+ (1,0) [0|0] "" X
 SG_ Always : 24|8@1+ (1,0) [0|0] "" X

SIG_VALTYPE_ 291 Torque : 1;
VAL_ 2566844672 Gear 15 "Park" 1 "First" 0 "Neutral" ;
"""


def peer(text: str) -> Any:
    return cantools.database.load_string(text, "dbc", strict=False)


def frames() -> Frames:
    random = np.random.default_rng(1)
    sent = [Sent(291, random.bytes(8)) for _ in range(40)]
    sent += [Sent(2566844672 & 0x1FFFFFFF, random.bytes(8), extended=True) for _ in range(40)]
    sent += [Sent(292, bytes([page]) + random.bytes(3)) for page in (0, 1, 17, 1, 0, 17) * 9]
    return make_frames(sent)


def assert_same(found: Decoded, expected: Decoded) -> None:
    assert set(found) == set(expected)
    for name, signal in expected.items():
        assert np.array_equal(found[name].times_ns, signal.times_ns), name
        assert np.array_equal(found[name].values, signal.values, equal_nan=True), name
        assert found[name].unit == signal.unit


@pytest.mark.parametrize("form", ["kcd", "sym"])
def test_a_network_gives_the_same_values_from_each_format(tmp_path: Path, form: str) -> None:
    car = make_database(tmp_path / "car.dbc", CAR)
    other = make_database(tmp_path / "car.x", getattr(peer(CAR), f"as_{form}_string")())
    assert (other.problems, len(other.messages)) == ((), 3)
    assert other.notes == (f"{form.upper()} read through cantools {cantools.__version__}",)
    sent = frames()
    assert_same(decode(sent, {None: [other]}), decode(sent, {None: [car]}))


@settings(max_examples=40, deadline=None)
@given(case=cases())
def test_generated_networks_give_the_same_values_from_kcd(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[str, Frames]
) -> None:
    text, sent = case
    if "SG_MUL_VAL_" in text:
        return  # KCD has no multiplexing by ranges
    path = tmp_path_factory.mktemp("dbc")
    car = make_database(path / "car.dbc", text)
    other = make_database(path / "car.kcd", peer(text).as_kcd_string())
    sent = Frames(
        *(getattr(sent, name)[sent.lengths > 8] for name in Frames.__slots__)
    )  # no ISO-TP
    assert_same(decode(sent, {None: [other]}), decode(sent, {None: [car]}))


@with_data
def test_a_drive_gives_the_same_values_from_kcd(tmp_path: Path) -> None:
    path = DATA / "opendbc" / "ford_lincoln_base_pt.dbc"
    kcd = cantools.database.load_file(path, strict=False).as_kcd_string()
    (tmp_path / "ford.kcd").write_text(kcd)
    log = DATA / "mustang-s550" / "mustang_s550.log"
    expected, found = read(log, dbc=path), read(log, dbc=tmp_path / "ford.kcd")
    assert found.decoded is not None
    assert expected.decoded is not None
    assert_same(found.decoded, expected.decoded)
    assert found.notes[0] == f"ford.kcd: KCD read through cantools {cantools.__version__}"


def arxml(text: str = CAR) -> str:
    """The network as canmatrix exports it."""
    matrix = canmatrix.formats.load_flat(io.BytesIO(text.encode()), "dbc")
    out = io.BytesIO()
    canmatrix.formats.dump({"": matrix}, out, "arxml")
    return out.getvalue().decode()


SIMPLE = CAR[: CAR.index("BO_ 292")].replace(' SG_ Torque : 32|32@1- (0.5,1) [0|0] "N m" X\n', "")


def test_an_arxml_cluster_gives_the_same_values(tmp_path: Path) -> None:
    car = make_database(tmp_path / "car.dbc", SIMPLE)
    other = make_database(tmp_path / "car.arxml", arxml(SIMPLE))
    sent = frames()
    assert_same(decode(sent, {None: [other]}), decode(sent, {None: [car]}))
    assert other.problems == ()
    assert other.notes[1:] == (
        "base type uint16 names no encoding: taken for NONE",
        "base type sint8 names no encoding: taken for 2C",
        "base type uint8 names no encoding: taken for NONE",
    )


def test_clusters_that_are_no_cans_are_named(tmp_path: Path) -> None:
    more = "".join(
        f"<{kind}-CLUSTER><SHORT-NAME>{kind.title()}1</SHORT-NAME></{kind}-CLUSTER>"
        for kind in ("ETHERNET", "LIN", "FLEXRAY")
    )
    text = arxml(SIMPLE).replace("<CAN-CLUSTER>", f"{more}<CAN-CLUSTER>", 1)
    database = make_database(tmp_path / "car.arxml", text)
    assert len(database.messages) == 2
    assert database.problems == (
        "ETHERNET cluster Ethernet1 is not read: CAN clusters are",
        "LIN cluster Lin1 is not read: CAN clusters are",
        "FLEXRAY cluster Flexray1 is not read: CAN clusters are",
    )


def test_a_scale_that_is_not_applied_is_told(tmp_path: Path) -> None:
    scale = "<SHORT-NAME>Level</SHORT-NAME>\n              <COMPU"
    text = arxml(SIMPLE)
    assert scale in text
    text = text.replace(scale, scale.replace("<COMPU", "<CATEGORY>RAT_FUNC</CATEGORY><COMPU"))
    [problem] = make_database(tmp_path / "car.arxml", text).problems
    assert problem.startswith("scale Level is not applied: RAT_FUNC is not read")


TWO_BUSES = """<NetworkDefinition xmlns="http://kayak.2codeornot2code.org/1.0">
<Document name="n"/>
<Bus name="Motor"><Message id="0x10" length="1" name="Fast"><Signal name="A" offset="0" length="8"/></Message>
<Message id="0x11" length="1" name="Shared"><Signal name="C" offset="0" length="8"/></Message></Bus>
<Bus name="Body"><Message id="0x10" length="1" name="Slow"><Signal name="B" offset="4" length="4"/></Message>
<Message id="0x11" length="1" name="Shared"><Signal name="C" offset="0" length="8"/></Message></Bus>
</NetworkDefinition>"""


def test_the_buses_of_a_file_are_taken_together_or_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "car.kcd"
    both = make_database(path, TWO_BUSES)
    assert [message.name for message in both.messages] == ["Fast", "Shared"]
    assert both.problems == (
        "message Slow of bus Body left out: message Fast of bus Motor has its identifier 0x10",
    )
    assert both.notes[1].startswith("the messages of all its buses (Motor, Body) are taken; #Motor")
    body = Database.load(f"{path}#Body")
    assert [message.name for message in body.messages] == ["Slow", "Shared"]
    assert (body.name, body.sha256, body.problems) == ("car.kcd#Body", both.sha256, ())
    with pytest.raises(DbcError, match=r"car\.kcd: there is no bus Roof: Motor, Body"):
        Database.load(f"{path}#Roof")
    log = tmp_path / "a.log"
    log.write_text("(1.0) can0 010#21\n(2.0) can1 010#43\n")
    recording = read(log, dbc={0: f"{path}#Motor", 1: f"{path}#Body"})
    assert recording.signals["A"].values.tolist() == [0x21]
    assert recording.signals["B"].values.tolist() == [4]


def test_a_sym_file_may_list_a_signal_for_each_value_that_selects_it(tmp_path: Path) -> None:
    text = """FormatVersion=6.0 // Do not edit this line!
Title="Car"
{ENUMS}
Enum=Gears(0="Neutral", 1="First")
{SIGNALS}
Sig=Level unsigned 8 /u:% /f:0.5 /o:1 /min:1 /max:128.5
Sig=Gear unsigned 4 /e:Gears
Sig=Real float
Sig=Count unsigned 8
{SENDRECEIVE}
[Pages]
ID=123h // a remark
Type=Standard
Len=6
Mux=First 0,8 0
Sig=Level 8
Sig=Gear 16
[Pages]
Len=6
Mux=Second 0,8 0Ah
Sig=Level 8
Sig=Real 16
[Wide]
ID=18FEF100h
Type=Extended
Len=8
Sig=Count 0
"""
    database = make_database(tmp_path / "car.sym", text)
    sent = [Sent(0x123, bytes([0, 20, 1])), Sent(0x123, bytes([10, 22, 0, 0, 0x80, 0x3F]))]
    sent += [Sent(0x123, bytes([9, 24, 0, 0, 0, 0])), Sent(0x18FEF100, b"\x07")]
    found = decode(make_frames(sent), {None: [database]})
    assert database.problems == ()
    assert found["Level"].values.tolist() == [11, 12]
    assert found["Level"].unit == "%"
    assert found["Gear"].values.tolist() == [1]
    assert found["Real"].values.tolist() == [1.0]
    assert found["Count"].values.tolist() == [7]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            '<?xml version="1.0"?><fx:FIBEX xmlns:fx="x"/>',
            "XML of FIBEX is no database that is read",
        ),
        ("<NetworkDefinition", "cannot read this KCD file"),
        ("<NetworkDefinition/>", "cannot read this KCD file"),
        ("<AUTOSAR", "no sound XML"),
        ("<AUTOSAR/>", "cannot read this ARXML file"),
        ("FormatVersion=5.0 // x\n", "SYM 5.0 is not read, 6.0 is"),
        ("FormatVersion=6.0 // x\nTitle=nonsense {{{", "cannot read this SYM file"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><AUTOSAR>&b;</AUTOSAR>', "document type or entities"),
        ('<!DOCTYPE a SYSTEM "/etc/passwd"><NetworkDefinition/>', "document type or entities"),
        ("<AUTOSAR>" + "<a>" * 20000 + "</a>" * 20000 + "</AUTOSAR>", "nested too deeply"),
        (TWO_BUSES[: TWO_BUSES.index("<Bus")] + "</NetworkDefinition>", "none of its messages"),
    ],
)
def test_what_is_no_database_is_refused_in_a_line(tmp_path: Path, text: str, why: str) -> None:
    for data in (text.encode(), text.encode("utf-16")):
        with pytest.raises(DbcError, match=why) as error:
            make_database(tmp_path / "car.dbc", data)
        assert "\n" not in str(error.value)
        assert str(error.value).startswith("car.dbc: ")


def test_an_encoding_that_xml_declares_is_taken(tmp_path: Path) -> None:
    text = TWO_BUSES.replace(
        'offset="4" length="4"/>', 'offset="4" length="4"><Value unit="°C"/></Signal>'
    )
    content = f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}'.encode("latin-1")
    (tmp_path / "car.kcd").write_bytes(content)
    [slow, _] = Database.load(f"{tmp_path / 'car.kcd'}#Body").messages
    assert slow.signals[0].unit == "°C"
