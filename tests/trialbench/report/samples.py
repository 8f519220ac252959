"""Judgements as a trial could give them, built by hand."""

from dataclasses import replace

import numpy as np

from trialbench.artefacts import Artefact, Failure
from trialbench.damage import Damage
from trialbench.judgement import Judgement, Part
from trialbench.protocol import Protocol
from trialbench.scene import Scene
from trialbench.signal import NS, Signal, Unknown
from trialbench.verdict import CriterionResult, Reason, RecordingResult, Verdict, tally

BEGIN = 1_500_000_000 * NS
END = BEGIN + 70 * NS

TEXT = """
[protocol]
name = {en = "Wheel-slip warning from wheel speeds", zh = "基于轮速的车轮打滑预警", ko = "바퀴 속도 기반 휠 슬립 경고"}
version = "1.0"
disclosure = "margin"
[limits]
memory = "1GiB"
cpu_per_hour_of_recording = "60s"
wall_per_hour_of_recording = "10 min"
[inputs]
rear_left = {signal = "WhlRl_W_Meas", unit = "rad/s"}
front_left = {signal = "WhlFl_W_Meas", unit = "rad/s"}
[reference]
traction_control = {signal = "TracCtlPtActv_B_Actl"}
[outputs]
warning = {kind = "event"}
[[criteria]]
id = "prompt"
title = {en = "Warned within half a second before each intervention", zh = "在每次干预前半秒内发出预警", ko = "각 개입 전 0.5초 이내에 경고"}
stl = "always(rise(traction_control > 0.5) -> once[0:500ms](warning > 0.5))"
[[criteria]]
id = "standing"
title = {en = "Quiet when standing still", zh = "静止时不误报", ko = "정지 중 무경고"}
stl = "always(rear_left < 0.1 -> not (warning > 0.5))"
[[criteria]]
id = "quiet"
title = {en = "No false alarm", zh = "无误报", ko = "오경보 없음"}
metric = "false_alarms_per_hour"
of = "warning"
against = "traction_control > 0.5"
tolerance = "500ms"
at_most = 1.0
"""


def protocol(text=TEXT, **changes):
    return replace(Protocol.loads(text.encode()), **changes)


RATED = TEXT + "[require]\npass_rate = 0.9\nconfidence = 0.95\n"


def artefact(name="slip-ratio", version="2.1"):
    return Artefact(name, version, "python", "detector:run", (), {}, "a7" * 32)


def at(seconds):
    return BEGIN + round(seconds * NS)


def speeds(seed=1):
    times = np.arange(0, 70, 0.01)
    speed = 40 * np.clip(np.sin(times / 22) ** 2, 0.02, None) - 0.8
    slip = 14 * np.exp(-(((times - 50.2) / 0.5) ** 2)) + 11 * np.exp(-(((times - 60.3) / 0.4) ** 2))
    noise = np.random.default_rng(seed).normal(0, 0.15, (2, times.size))
    ns = BEGIN + np.round(times * NS).astype(np.int64)
    front = np.clip(speed + noise[0], 0, None)
    return Signal(ns, np.clip(front + slip + noise[1], 0, None), "rad/s"), Signal(
        ns, front, "rad/s"
    )


def pulses(*spans):
    edges = sorted(
        [(0.0, 0.0)] + [(first, 1.0) for first, _ in spans] + [(last, 0.0) for _, last in spans]
    )
    return Signal([at(time) for time, _ in edges], [value for _, value in edges])


def scene(
    name="mustang_s550.log",
    sha256="3c" * 32,
    *,
    warned=((49.9, 50.6), (60.1, 60.6)),
    unknown=(),
    **changes,
):
    rear, front = speeds()
    signals = {
        "rear_left": rear.unknown_in(unknown), "front_left": front.unknown_in(unknown),
        "traction_control": pulses((50.29, 51.4), (60.49, 61.2)), "warning": pulses(*warned),
    }  # fmt: skip
    made = Scene(name, sha256, name.startswith("generated-"), BEGIN, BEGIN, END, signals)
    return replace(made, **changes)


def held(scene):
    return (
        CriterionResult("prompt", Verdict.PASS, 0.5, worst_ns=at(50.29), cause="warning > 0.5", signals=("warning",)),
        CriterionResult("standing", Verdict.PASS, 4.25, "rad/s", at(12.5), cause="rear_left < 0.1", signals=("rear_left",)),
        CriterionResult(
            "quiet", Verdict.PASS, 1.0, "", None, cause="false_alarms_per_hour(warning, traction_control > 0.5)",
            signals=("traction_control", "warning"), lo=0.0, hi=0.0,
        ),
    )  # fmt: skip


def part(scene_, criteria, failure=None, errors=()):
    result = RecordingResult(
        scene_.name,
        scene_.sha256,
        scene_.generated,
        scene_.start_ns,
        scene_.end_ns,
        tuple(criteria),
        failure,
        errors,
    )
    return Part(scene_, result)


def judged(parts, text=TEXT, artefact_=None):
    made = protocol(text)
    found = tally((one.result.verdict for one in parts), made.require)
    return Judgement(
        made,
        artefact_ or artefact(),
        tuple(parts),
        found,
        {"ford.dbc": "d0" * 32, "gps.dbc": "d1" * 32},
    )


def accepted():
    shown = scene()
    return judged([part(shown, held(shown))])


def rejected():
    """Late by a little: the warning begins after the car's own intervention."""
    shown = scene(warned=((50.55, 51.0), (60.1, 60.6)))
    prompt = CriterionResult(
        "prompt", Verdict.FAIL, -0.5, worst_ns=at(50.29), violations=((at(50.29), at(50.29) + 260_000_000),),
        cause="warning > 0.5", signals=("warning",),
    )  # fmt: skip
    return judged([part(shown, (prompt, *held(shown)[1:]))])


def inconclusive():
    gap = (Unknown(at(22.4), at(25.9), "gap"),)
    shown = scene(unknown=gap)
    unclear = CriterionResult(
        "standing", Verdict.INCONCLUSIVE, None, worst_ns=None, cause="rear_left < 0.1", signals=("rear_left",),
        reason=Reason("gap", "rear_left", at(22.4), at(25.9)),
    )  # fmt: skip
    results = held(shown)
    lost = (
        Damage("byte 4711", "no frame begins here", at(22.4), at(25.9)),
        Damage("line 9", "cut off", at(69.9)),
    )
    return judged(
        [part(replace(shown, errors=lost), (results[0], unclear, results[2]), errors=lost)]
    )


def failed():
    shown = scene()
    signals = {name: signal for name, signal in shown.signals.items() if name != "warning"}
    failure = Failure(
        "crash", 'Traceback: detector.py, line 12, in run: ZeroDivisionError: "<b>" & co', at(31.42)
    )
    results = [
        CriterionResult(name, Verdict.FAIL, None) for name in ("prompt", "standing", "quiet")
    ]
    return judged([part(replace(shown, signals=signals), results, failure)])


def campaign(count=5, late=(), unclear=()):
    """Several recordings and a required pass rate."""
    parts = []
    for index in range(count):
        shown = scene(f"generated-drive-{index + 1}.log", f"{index:02x}" * 32)
        results = list(held(shown))
        if index in late:
            results[0] = rejected().parts[0].result.criteria[0]
        if index in unclear:
            results[1] = inconclusive().parts[0].result.criteria[1]
        parts.append(part(shown, results))
    return judged(parts, RATED)


def hostile():
    """Everything that a stranger may name is named to harm."""
    nasty = "<script>alert('x')</script>\"&]]>\u202e\u0007عربي🙂"
    text = TEXT.replace('"1.0"\nd', '"1.0 <b onload=x>"\nd')
    base = accepted()
    made = protocol(text)
    criteria = tuple(
        replace(item, id=f"{item.id}{nasty}", title={"en": nasty}) for item in made.criteria
    )
    made = replace(made, name={"en": nasty, "zh": nasty}, criteria=criteria)
    shown = replace(base.parts[0].scene, name=nasty)
    shown = replace(shown, signals={**shown.signals, nasty: speeds()[0].scaled(1.0, unit=nasty)})
    results = [
        replace(result, id=item.id, verdict=Verdict.INCONCLUSIVE, margin=None, cause=nasty, signals=(nasty,),
                reason=Reason(nasty, nasty, None, None))
        for result, item in zip(held(shown), criteria, strict=True)
    ]  # fmt: skip
    lost = (Damage(nasty, nasty, None, None),)
    one = part(shown, results, Failure(nasty, nasty, None), lost)
    other = part(replace(shown, sha256="00" * 32), results, None, lost)
    found = tally((item.result.verdict for item in (one, other)), None)
    return Judgement(made, artefact(nasty, nasty), (one, other), found, {nasty: "d0" * 32})


def long_names():
    """Names of the length that tools generate."""
    name = "Chassis_Powertrain_Gateway_Message_0x217_WheelSpeedFrontLeftMeasuredFilteredRaw"
    base = rejected()
    shown = base.parts[0].scene
    shown = replace(
        shown,
        name=f"{name}_{name}.mf4",
        signals={**shown.signals, name: shown.signals["rear_left"]},
    )
    results = [
        replace(item, signals=(name, *item.signals), cause=f"{name} > 0.5")
        for item in base.parts[0].result.criteria
    ]
    made = part(shown, results)
    return judged([made], artefact_=artefact(f"{name}-detector", "2026.11.22+build.4711.g8d2d3b1"))


CASES = {
    "accepted": accepted, "rejected": rejected, "inconclusive": inconclusive, "failed": failed,
    "campaign": lambda: campaign(5, late=(1,), unclear=(3,)), "hostile": hostile, "long": long_names,
}  # fmt: skip
