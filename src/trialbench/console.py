"""What the command line prints, as JSON and as text for people."""

from __future__ import annotations

import unicodedata
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from trialbench.summary import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from trialbench.artefacts.attacks import Attempt
    from trialbench.doctor import Finding
    from trialbench.evidence import Verification
    from trialbench.recording import Recording
    from trialbench.stl import Robustness
    from trialbench.verdict import Tally


@contextmanager
def progress(unit: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error where that is a terminal, and none elsewhere."""
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", disable=None, leave=False) as bar:

        def told(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield told


def signals_found(recordings: Sequence[Recording]) -> dict[str, Any]:
    """What the recordings hold; with several, each signal and error names its recording."""
    several = len(recordings) > 1
    return {
        "frames": sum(
            len(recording.frames) for recording in recordings if recording.frames is not None
        ),
        "undecoded_frames": sum(recording.undecoded_frames for recording in recordings),
        "errors": [f"{item.name}: {error}" for item in recordings for error in item.errors],
        "notes": [f"{item.name}: {note}" for item in recordings for note in item.notes],
        "skipped_events": dict(
            sum((Counter(item.skipped_events) for item in recordings), Counter())
        ),
        "dbc_problems": sorted({problem for item in recordings for problem in item.dbc_problems}),
        "generated": any(recording.generated for recording in recordings),
        "signals": [
            {"recording": item.name, **entry} if several else entry
            for item in recordings
            for entry in _entries(item)
        ],
    }


def _entries(recording: Recording) -> Iterator[dict[str, Any]]:
    for name, signal in recording.signals.items():
        least, greatest = signal.extremes or (None, None)
        yield {
            "name": name,
            "message": recording.message_of(name),
            "unit": signal.unit,
            "samples": len(signal),
            "first_time": (int(signal.times_ns[0]) - recording.start_ns) / 1e9
            if len(signal)
            else None,
            "last_time": (int(signal.times_ns[-1]) - recording.start_ns) / 1e9
            if len(signal)
            else None,
            "min": number(least),
            "max": number(greatest),
        }


def signals_text(found: dict[str, Any]) -> str:
    """The signals as a table."""
    head = [
        f"{found['frames']:,} frames, {found['undecoded_frames']:,} not described by a DBC{_generated(found)}"
    ]
    head += found["notes"]
    if found["skipped_events"]:
        counts = (f"{kind} {count:,}" for kind, count in found["skipped_events"].items())
        head.append(f"events that are no CAN frames, skipped: {', '.join(counts)}")
    columns = ["name", "message", "unit", "samples", "first_time", "last_time", "min", "max"]
    if found["signals"] and "recording" in found["signals"][0]:
        columns.insert(0, "recording")
    rows = [[_cell(entry[column]) for column in columns] for entry in found["signals"]]
    return "\n".join([*head, *table([column.replace("_", " ") for column in columns], rows)])


def robustness_found(found: Robustness, recording: Recording) -> dict[str, Any]:
    """The robustness of a formula over a trace; times are the trace's own, in seconds."""
    return {
        "verdict": found.verdict.value,
        "margin": number(found.margin),
        "unit": found.cause.unit,
        "lo": number(float(found.lo[0])),
        "hi": number(float(found.hi[0])),
        "times": [time / 1e9 for time in found.times_ns.tolist()],
        "robustness_lo": [number(value) for value in found.lo.tolist()],
        "robustness_hi": [number(value) for value in found.hi.tolist()],
        "worst_time": None if found.worst_ns is None else found.worst_ns / 1e9,
        "cause": found.cause.text,
        "occurrences": [{"of": one.of, "count": one.count} for one in found.occurrences],
        "reason": None if found.reason is None else str(found.reason),
        "violations": [[first / 1e9, last / 1e9] for first, last in found.violations],
        "errors": [str(error) for error in recording.errors],
        "generated": recording.generated,
    }


def robustness_text(found: dict[str, Any]) -> str:
    """The verdict in one line, where the formula is violated, and what is wrong with the trace."""
    if found["reason"] is not None:
        head = f"inconclusive: {found['reason']}"
    else:
        margin, worst = _margin(found), _cell(found["worst_time"])
        head = f"{found['verdict']}: margin {margin} at {worst} s ({found['cause']})"
    lines = [head + _generated(found)]
    lines += [
        f"  violated from {_cell(first)} s to {_cell(last)} s"
        for first, last in found["violations"]
    ]
    lines += [f"  {_occurred(one['count'], one['of'])}" for one in found["occurrences"]]
    lines += [f"  damaged: {error}" for error in found["errors"]]
    return "\n".join(lines)


def judgement_text(found: dict[str, Any], tally: Tally) -> str:
    """The verdict, each criterion in a line, and where the bundle lies."""
    rows = [
        [
            entry["id"], entry["verdict"], _margin(entry), _cell(entry["worst_time"]),
            entry["recording"], _why(entry),
        ]
        for entry in found["criteria"]
    ]  # fmt: skip
    generated = any(item["generated"] for item in found["recordings"])
    lines = [
        found["verdict"].upper() + _generated({"generated": generated}),
        *table(["criterion", "verdict", "margin", "worst at s", "recording", "why"], rows),
    ]
    if tally.confidence_bound is not None or len(found["recordings"]) > 1:
        lines += [_tally_text(tally), *_in_vain(found["recordings"])]
    for item in found["recordings"]:
        if item["failure"]:
            lines += _failure(item["name"], **item["failure"])
        lines += [f"{item['name']}: damaged: {error}" for error in item["errors"]]
        lines += [f"{item['name']}: {note}" for note in item["notes"]]
    if found["bundle"]:
        lines.append(f"evidence: {found['bundle']}")
    return "\n".join(lines)


def _in_vain(recordings: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What passed in a recording that never put it to the test."""
    for item in recordings:
        for entry in item["criteria"]:
            if entry["verdict"] == "pass" and entry["occurrences"] == 0:
                yield f"{item['name']}: {entry['id']}: {_occurred(0, entry['occurrences_of'])}"


def _tally_text(tally: Tally) -> str:
    total = tally.passed + tally.failed + tally.inconclusive
    text = f"{tally.passed} of {total} recordings passed"
    if tally.inconclusive:
        text += f", {tally.inconclusive} inconclusive"
    if tally.confidence_bound is not None:
        text += f"; that shows a pass rate of at least {tally.confidence_bound:.1%}"
        text += f" ({tally.needed} passing without a failure would show the rate required)"
    return text


def _margin(entry: dict[str, Any]) -> str:
    unit = entry["unit"] if entry["margin"] is not None else ""
    return f"{_cell(entry['margin'])} {unit}".strip()


def _why(entry: dict[str, Any]) -> str:
    """What decided, where judging began where that was late, and how often it came to it."""
    told = [_decided(entry)]
    if entry["judged_from"]:
        waited = f", after waiting for {entry['waited_for']}" if entry["waited_for"] else ""
        told.append(f"judged from {_cell(entry['judged_from'])} s{waited}")
    if entry["occurrences"] is not None:
        told.append(_occurred(entry["occurrences"], entry["occurrences_of"]))
    return "; ".join(filter(None, told))


def _occurred(count: int, of: str) -> str:
    return f"{count} occurrence{'' if count == 1 else 's'} of {of}"


_REASONS: Final = {
    "horizon": "looks past the end at {from} s",
    "before_start": "looks back before the start",
    "missing": "no sample of {signal}",
    "not_started": "no sample of {signal} before {from} s",
    "too_short": "ends at {to} s, before judging begins",
    "too_few": "fewer occurrences than asked for",
}
"""Where a span of time would mislead."""


def _decided(entry: dict[str, Any]) -> str:
    reason = entry["reason"]
    if reason is None:
        return str(entry["cause"])
    if told := _REASONS.get(reason["code"]):
        return told.format(**{key: _cell(fact) for key, fact in reason.items()})
    span = "" if reason["from"] is None else f" from {reason['from']:g} s"
    span += "" if reason["to"] is None else f" to {reason['to']:g} s"
    return f"{reason['code'].replace('_', ' ')}{' in ' + reason['signal'] if reason['signal'] else ''}{span}"


def verification_found(
    checked: Verification, differences: Sequence[str], *, rerun: bool
) -> dict[str, Any]:
    """What the check of a bundle found."""
    return {
        "valid": checked.valid and not differences,
        "problem": checked.problem,
        "key": checked.key_id,
        "trusted": checked.trusted,
        "private": ("opened" if checked.opened else "withheld") if checked.valid else None,
        "signed_at": checked.signed_at,
        "verdict": checked.verdict and checked.verdict["verdict"],
        "generated": any(
            item["generated"] for item in (checked.verdict or {}).get("recordings", ())
        ),
        "rerun": {"same": not differences, "differences": list(differences)}
        if rerun and checked.valid
        else None,
    }


def verification_text(found: dict[str, Any]) -> str:
    """Whether the bundle is what was signed, and by whom."""
    if found["problem"]:
        return f"NOT VALID: {found['problem']}"
    lines = [
        f"the bundle is whole: {found['verdict']}, signed {found['signed_at']} by key {found['key']}"
        + _generated(found)
    ]
    if found["private"] == "withheld":
        lines.append("private part withheld: this is the submitter's edition")
    if not found["trusted"]:
        lines.append("whose key that is, the bundle cannot say: compare it, or give it with --key")
    if found["rerun"]:
        lines.append(
            "judged again: the same"
            if found["rerun"]["same"]
            else "NOT VALID: judged again, otherwise:"
        )
        lines += [f"  {difference}" for difference in found["rerun"]["differences"]]
    return "\n".join(lines)


def protocol_text(found: dict[str, Any]) -> str:
    """What a protocol asks for, what it withholds, and how much comes back."""
    needs = [[each["id"], ", ".join(each["needs"])] for each in found["criteria"]]
    lines = [
        f"{next(iter(found['name'].values()))}, version {found['version']}",
        f"an artefact sees, every {found['step']:g} s: {_names(found['seen'])}",
        f"it is asked for: {_names(found['asked'])}",
        f"it never sees: {_names(found['withheld'])}, and names, times and hashes of the recordings",
        f"its submitter learns ({found['disclosure']}): {_disclosed(found)}",
        *table(["criterion", "needs"], needs),
    ]
    each, times = found["bits_a_recording"], found["occasions"]
    if each == "inf":
        return "\n".join([*lines, "leak budget: none, for traces are disclosed"])
    runs = times["tries"] + times["controls"] + times["objections"]
    lines.append(
        f"leak budget: {found['bits']:.1f} bits ({each:.1f} a recording and run,"
        f" recordings {times['recordings']}, runs {runs})"
    )
    return "\n".join(lines)


def _disclosed(found: dict[str, Any]) -> str:
    told = "rulings and failure codes"
    if found["disclosure"] != "verdict":
        told += f", margins of {found['margin_digits']} digits"
    if found["disclosure"] == "trace":
        told += f", worst instants, the traces of {', '.join(found['traces']) or 'nothing'}"
    return told


def _names(items: Sequence[dict[str, Any]]) -> str:
    named = (f"{each['name']} [{each['unit']}]" if each["unit"] else each["name"] for each in items)
    return ", ".join(named) or "nothing"


def doctor_found(findings: Sequence[Finding], attempts: Sequence[Attempt] | None) -> dict[str, Any]:
    """What a look at this machine found; `attempts` are those of the attack suite, if it was run."""
    return {
        "works": all(each.works for each in findings if each.needed),
        "findings": [asdict(each) for each in findings],
        "attempts": None if attempts is None else len(attempts),
        "reached": [str(each) for each in attempts or () if each.reached],
    }


def doctor_text(found: dict[str, Any]) -> str:
    """The findings line by line, the remedy below what does not work."""
    lines = []
    for each in found["findings"]:
        mark = "ok" if each["works"] else "MISSING" if each["needed"] else "could be better"
        lines.append(f"{mark:<15}  {each['what']}: {each['told']}")
        if not each["works"]:
            lines.append(f"{'':<15}  → {each['remedy']}")
    if found["attempts"] is not None:
        lines.append(
            f"{found['attempts']} attempts to get out of the sandbox, {len(found['reached'])} reached their aim"
        )
        lines += [f"  {reached}" for reached in found["reached"]]
    return "\n".join(lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table with aligned columns; wide characters count twice."""
    every = [list(head), *map(list, rows)]
    widths = [max(_width(row[at]) for row in every) for at in range(len(head))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in every
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _failure(recording: str, *, code: str, detail: str, **_: object) -> list[str]:
    """How the artefact failed, and what its author does about it."""
    from trialbench.report.words import WORDS

    return [
        f"{recording}: the artefact failed ({code}): {detail}",
        f"{recording}: {WORDS['en'][f'remedy.{code}']}",
    ]


def _generated(found: dict[str, Any]) -> str:
    return "  (generated recording, not measured)" if found["generated"] else ""
