"""What came out of a trial, and why, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialbench.report.markup import Markup, code, el, joined, name
from trialbench.report.voice import Voice, number, percent, period, quantity, seconds
from trialbench.verdict import Reason, Ruling, Verdict

if TYPE_CHECKING:
    from trialbench.artefacts import Failure
    from trialbench.damage import Damage
    from trialbench.judgement import Judgement, Part
    from trialbench.protocol import Criterion
    from trialbench.verdict import CriterionResult


def part_of(judgement: Judgement, criterion: Criterion) -> tuple[Part, CriterionResult]:
    """The recording in which the criterion came out worst, and its result there."""
    recording, result = judgement.of(criterion)
    return next(part for part in judgement.parts if part.result is recording), result


def formula(criterion: Criterion) -> str:
    """What the criterion says, as the protocol writes it; a metric as a comparison."""
    if criterion.stl is not None:
        return criterion.stl
    given = [criterion.of, criterion.against]
    if criterion.tolerance_ns:
        given.append(f"tolerance={period(criterion.tolerance_ns)}")
    if criterion.metric == "detection_latency":
        given.append(f"quantile={number(criterion.quantile)}")
    sign, limit = "<=", criterion.at_most
    if limit is None:
        sign, limit = ">=", criterion.at_least or 0.0
    return f"{criterion.metric}({', '.join(given)}) {sign} {quantity(limit, criterion.unit)}"


def margin(result: CriterionResult, criterion: Criterion) -> str:
    """The margin with its unit, or a dash."""
    return "–" if result.margin is None else quantity(result.margin, result.unit or criterion.unit)


def reason(voice: Voice, given: Reason, begin_ns: int) -> Markup:
    """Why something is inconclusive; what the reason does not say is told in general."""
    key = f"reason.{given.code}"
    return voice.say(
        key if voice.has(key) else "reason.other",
        **{
            "code": code(given.code),
            "signal": code(given.signal) if given.signal else voice.plain("unit.signal"),
            "from": _instant(given.from_ns, begin_ns, voice.plain("unit.start")),
            "to": _instant(given.to_ns, begin_ns, voice.plain("unit.end")),
        },
    )


def failure(voice: Voice, given: Failure) -> Markup:
    """How an artefact failed, without its detail."""
    key = f"failure.{given.code}"
    return voice.say(key if voice.has(key) else "failure.other", code=code(given.code))


def damage(voice: Voice, given: Damage, begin_ns: int) -> Markup:
    """What could not be read, and from when to when that is."""
    first = _instant(given.from_ns, begin_ns, voice.plain("unit.start"))
    last = _instant(given.to_ns, begin_ns, voice.plain("unit.end"))
    span = voice.say("damage.span", **{"from": first, "to": last})
    return joined(el("span", name(str(given)), lang="en"), " ", el("small", span))


def remedy(voice: Voice, given: Failure) -> Markup:
    """What the author does about it."""
    key = f"remedy.{given.code}"
    return voice.say(key) if voice.has(key) else Markup("")


def outcome(voice: Voice, part: Part, criterion: Criterion, result: CriterionResult) -> Markup:
    """What came of one criterion on one recording, in a sentence beside its verdict."""
    begin = part.scene.begin_ns
    if part.result.failure is not None:
        return voice.say("criteria.not_judged")
    if result.reason is not None:
        return voice.say("plot.reason", reason=reason(voice, result.reason, begin))
    if result.margin is None:
        return Markup("")
    told = margin(result, criterion)
    if result.worst_ns is None:
        return voice.say("plot.margin", margin=told)
    return voice.say("plot.margin.at", margin=told, time=seconds(result.worst_ns - begin))


def why(voice: Voice, judgement: Judgement) -> Markup:
    """The whole trial's ruling, explained in one sentence."""
    if judgement.protocol.require is not None:
        return _why_rate(voice, judgement)
    if judgement.verdict is Ruling.ACCEPTED:
        return _why_held(voice, judgement)
    criterion, part, result = _decisive(judgement)
    begin, recording = part.scene.begin_ns, code(part.result.name)
    facts = {**_held(judgement), "criterion": code(criterion.id), "recording": recording}
    if part.result.failure is not None:
        return voice.say(
            "why.failure", recording=recording, failure=failure(voice, part.result.failure)
        )
    if result.verdict is Verdict.INCONCLUSIVE:
        given = result.reason or Reason("unknown")
        return voice.say("why.unclear", **facts, reason=reason(voice, given, begin))
    if result.margin is None:
        return voice.say("why.fails.bare", **facts)
    facts["margin"] = quantity(abs(result.margin), result.unit or criterion.unit)
    if result.worst_ns is None:
        return voice.say("why.fails.margin", **facts)
    return voice.say("why.fails", **facts, time=seconds(result.worst_ns - begin))


def _why_held(voice: Voice, judgement: Judgement) -> Markup:
    if len(judgement.parts) > 1:
        return voice.say("why.held.all", **_held(judgement), count=len(judgement.parts))
    return voice.say("why.held", **_held(judgement), recording=code(judgement.parts[0].result.name))


def _why_rate(voice: Voice, judgement: Judgement) -> Markup:
    tally, require = judgement.tally, judgement.protocol.require
    assert require is not None  # noqa: S101 - the caller's branch
    is_open = judgement.verdict is Ruling.INCONCLUSIVE and tally.inconclusive
    return voice.say(
        "why.rate.unclear" if is_open else f"why.rate.{judgement.verdict.value}",
        passed=tally.passed,
        unclear=tally.inconclusive,
        total=len(judgement.parts),
        bound=percent(tally.confidence_bound or 0.0),
        confidence=percent(require.confidence),
        required=percent(require.pass_rate),
    )


def _held(judgement: Judgement) -> dict[str, object]:
    """How many criteria hold in every recording, of how many."""
    results = [judgement.of(criterion)[1] for criterion in judgement.protocol.criteria]
    held = sum(result.verdict is Verdict.PASS for result in results)
    return {"held": held, "total": len(results)}


def _decisive(judgement: Judgement) -> tuple[Criterion, Part, CriterionResult]:
    """The first criterion whose verdict is the trial's own."""
    sought = Verdict.FAIL if judgement.verdict is Ruling.REJECTED else Verdict.INCONCLUSIVE
    found = [
        (criterion, *part_of(judgement, criterion)) for criterion in judgement.protocol.criteria
    ]
    return next((entry for entry in found if entry[2].verdict is sought), found[0])


def measured(voice: Voice, criterion: Criterion, result: CriterionResult) -> Markup:
    """What a metric came to; nothing for a formula."""
    if criterion.metric is None or result.lo is None or result.hi is None:
        return Markup("")
    unit = result.unit or criterion.unit
    if result.lo == result.hi:
        return voice.say("criteria.measured", value=quantity(result.lo, unit))
    return voice.say("criteria.between", lo=number(result.lo), hi=quantity(result.hi, unit))


def scope(voice: Voice, part: Part, result: CriterionResult) -> list[Markup]:
    """What a verdict stands on: where judging began where that was late, how often it came to it."""
    told = []
    begin, occurred = part.scene.begin_ns, result.occurrences
    if result.start_ns is not None and result.start_ns > begin:
        facts = {"from": seconds(result.start_ns - begin), "signal": code(result.waited_for)}
        told.append(voice.say("criteria.waited" if result.waited_for else "criteria.from", **facts))
    if occurred is not None:
        in_vain = not occurred.count and _is_idle(result)
        key = "criteria.vacuous" if in_vain else "criteria.occurrences"
        told.append(voice.say(key, count=occurred.count, formula=code(occurred.of)))
    return told


def _is_idle(result: CriterionResult) -> bool:
    """Whether nothing that is unknown, and no violation, stands beside what never occurred."""
    given = result.reason
    return result.verdict is Verdict.PASS or (
        given is not None and given.code in ("too_few", "no_events")
    )


def _instant(at_ns: int | None, begin_ns: int, otherwise: str) -> str:
    return otherwise if at_ns is None else seconds(at_ns - begin_ns)
