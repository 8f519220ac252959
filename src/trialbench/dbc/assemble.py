"""Puts the statements of a DBC file together into messages that can be decoded, or says why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trialbench.dbc.model import MessageDef, SignalDef, first_bit, is_diagnostic
from trialbench.dbc.raw import EXTENDED
from trialbench.dbc.reserved import reserved

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from trialbench.dbc.raw import RawFile, RawMessage, RawSignal

_INDEPENDENT: Final = "VECTOR__INDEPENDENT_SIG_MSG"
_LONGEST: Final = 64
_LARGEST: Final = 1e250
_FLOAT_BITS: Final = {1: 32, 2: 64}
Parents = dict[str, tuple[str, tuple[tuple[int, int], ...]]]


def assemble(file: RawFile) -> tuple[MessageDef, ...]:
    """The usable messages of a file; of two of one identifier the later, as cantools does."""
    by_key: dict[tuple[int, bool], MessageDef] = {}
    for raw in file.messages:
        if raw.name == _INDEPENDENT or not _identifier_fits(file, raw):
            continue
        message = _message(file, raw)
        before = by_key.pop((message.id, message.extended), None)
        if before is not None:
            file.problem(
                before.line,
                f"message {before.name} left out: message {raw.name} in line {raw.line}"
                f" has its identifier {before.id:#x}",
            )
        by_key[message.id, message.extended] = message
    return _named_apart(file, list(by_key.values()))


def _identifier_fits(file: RawFile, raw: RawMessage) -> bool:
    identifier = raw.key & ~EXTENDED
    if identifier >= 1 << 29:
        file.problem(
            raw.line,
            f"message {raw.name} left out: identifier {identifier:#x} has more than 29 bits",
        )
        return False
    if not raw.key & EXTENDED and identifier >= 1 << 11:
        file.problem(
            raw.line,
            f"message {raw.name}: identifier {identifier:#x} has more than 11 bits and lacks bit 31:"
            " taken for one of 29 bits",
        )
    return True


def _named_apart(file: RawFile, messages: list[MessageDef]) -> tuple[MessageDef, ...]:
    """Messages of one name get their identifiers into it, for names to tell signals apart."""
    seen: dict[str, int] = {}
    named = []
    for message in messages:
        if message.name in seen:
            name = f"{message.name}_{message.id:X}"
            line = seen[message.name]
            other = f"the one in line {line}" if line else "another"
            file.problem(
                message.line,
                f"message {message.name} has the name of {other}: called {name} here",
            )
            named.append(replace(message, name=name))
        else:
            seen[message.name] = message.line
            named.append(message)
    return tuple(named)


def _message(file: RawFile, raw: RawMessage) -> MessageDef:
    identifier = raw.key & ~EXTENDED
    extended = raw.key >= 1 << 11
    frame_format = _frame_format(file, raw.key)
    j1939 = extended and (
        frame_format == "J1939PG" or (frame_format is None and file.protocol == "J1939")
    )
    reserves = j1939 and not is_diagnostic(identifier, extended=True, j1939=True)
    name = file.long_names.get((raw.key, ""), raw.name)
    chosen: dict[str, RawSignal] = {}
    for signal in raw.signals:
        if signal.name in chosen:
            line = chosen[signal.name].line
            other = f"line {line} describes one" if line else "there is another"
            _leave_out(file, name, signal, f"{other} of that name")
        elif _usable(file, name, raw, signal):
            chosen[signal.name] = signal
    parents = _parents(file, raw.key, name, chosen)
    long = _long_names(file, raw.key, chosen)
    return MessageDef(
        name=name,
        id=identifier,
        extended=extended,
        length=raw.length,
        signals=tuple(
            _signal(
                signal,
                file.value_types.get((raw.key, short), 0),
                parents.get(short),
                long,
                file.values.get((raw.key, short), {}) if reserves else None,
            )
            for short, signal in chosen.items()
            if short in parents or not signal.marker.startswith("m")
        ),
        j1939=j1939,
        fd=frame_format is not None and frame_format.endswith("_FD"),
        line=raw.line,
        declared_diagnostic=raw.key in file.diagnostic,
        address_bytes=_address_bytes(file, raw.key),
    )


def _long_names(file: RawFile, key: int, signals: Collection[str]) -> dict[str, str]:
    """For each signal the long name that the file gives it, unless another one has it already."""
    names: dict[str, str] = {}
    taken = set(signals)
    for short in signals:
        long = file.long_names.get((key, short), short)
        names[short] = short if long in taken else long
        taken.add(long)
    return names


def _frame_format(file: RawFile, key: int) -> str | None:
    """The message's `VFrameFormat`: its own, by number or name; else the file's default, if any."""
    told = file.format_of.get(key)
    if told is None:
        return (None if file.protocol == "J1939" else file.default_format) or None
    return _enumerated(file, "VFrameFormat", told)


def _address_bytes(file: RawFile, key: int) -> int:
    """1 where the message's `TpAddressingFormat` is an extended or a mixed one (ISO 15765-2, 10.3)."""
    told = _enumerated(file, "TpAddressingFormat", file.addressing_of.get(key, "")) or ""
    return int(told.lower().startswith(("extended", "mixed")))


def _enumerated(file: RawFile, attribute: str, told: str) -> str | None:
    """An attribute's value, whether it is told by name or by number."""
    if not (told.isascii() and told.isdigit()):
        return told
    number, names = int(told[:9]), file.enumerations.get(attribute, ())
    return names[number] if number < len(names) else None


def _leave_out(file: RawFile, message: str, signal: RawSignal, why: str) -> None:
    file.problem(signal.line, f"message {message}: signal {signal.name} left out: {why}")


def _usable(file: RawFile, name: str, raw: RawMessage, signal: RawSignal) -> bool:
    """Whether the signal's own line makes sense; that it does not fit its message is told only."""
    kind = file.value_types.get((raw.key, signal.name), 0)
    factor, offset = signal.factor, signal.offset
    why = ""
    if not 1 <= signal.length <= _LONGEST:
        why = f"its length is {signal.length} bits, not 1 to {_LONGEST}"
    elif kind > 2 or (kind and signal.length != _FLOAT_BITS[kind]):
        why = (
            f"its value type is {kind} and its length {signal.length} bits"
            " (1 is floating point of 32 bits, 2 of 64)"
        )
    elif max(abs(factor), abs(offset)) > _LARGEST:
        why = "its factor or offset is larger than 1e250"
    elif factor == 0:
        why = "its factor is 0, so that every value would be the same"
    if why:
        _leave_out(file, name, signal, why)
        return False
    end = first_bit(signal.start, signal.big_endian) + signal.length
    if end > 8 * raw.length:
        file.problem(
            signal.line,
            f"message {name}: signal {signal.name} does not fit: it needs {(end + 7) // 8} bytes,"
            f" the message has {raw.length}; it is decoded in longer frames only",
        )
    return True


def _signal(
    raw: RawSignal,
    kind: int,
    parent: tuple[str, tuple[tuple[int, int], ...]] | None,
    long: dict[str, str],
    j1939_values: Mapping[int, str] | None,
) -> SignalDef:
    multiplexer, ranges = parent or (None, ())
    return SignalDef(
        name=long.get(raw.name, raw.name),
        start=raw.start,
        length=raw.length,
        big_endian=raw.big_endian,
        signed=raw.signed,
        is_float=kind != 0,
        factor=raw.factor,
        offset=raw.offset,
        unit=raw.unit,
        multiplexer=None if multiplexer is None else long.get(multiplexer, multiplexer),
        ranges=ranges,
        reserved=()
        if j1939_values is None or kind or raw.signed
        else reserved(raw.length, j1939_values),
    )


def _parents(file: RawFile, key: int, message: str, signals: dict[str, RawSignal]) -> Parents:
    """For each multiplexed signal its multiplexer and the values at which that selects it.

    `SG_MUL_VAL_` says so; without it the message's only plain multiplexer (`M`) is meant, and the
    number after the `m`. A signal whose chain of multiplexers does not end at one that is always
    there can never be known to be there: it is left out.
    """
    _mend_markers(file, key, message, signals)
    plain = [signal.name for signal in signals.values() if signal.marker == "M"]
    parents: Parents = {}
    for name, signal in signals.items():
        listed = file.multiplexed.get((key, name))
        if listed is not None and signal.marker:
            parents[name] = (listed[0], tuple(sorted(set(listed[1]))))
        elif signal.marker.startswith("m") and len(plain) == 1:
            number = int(signal.marker[1:].rstrip("M"))
            parents[name] = (plain[0], ((number, number),))
        elif signal.marker.startswith("m"):
            why = "several multiplexers" if plain else "no multiplexer"
            _leave_out(
                file,
                message,
                signal,
                f"{why} in the message, and no SG_MUL_VAL_ names the one that selects it",
            )
    return _rooted(file, message, signals, parents)


def _mend_markers(file: RawFile, key: int, message: str, signals: dict[str, RawSignal]) -> None:
    """Take an `m` without a number for `M` where `SG_MUL_VAL_` names the signal a multiplexer."""
    for signal in list(signals.values()):
        if signal.marker not in ("m", "mM") or (key, signal.name) in file.multiplexed:
            continue
        if (key, signal.name) in file.multiplexers:
            signal.marker = "M"
            file.problem(
                signal.line,
                f"message {message}: signal {signal.name} has no number after its m:"
                " taken for the multiplexer that SG_MUL_VAL_ calls it",
            )
        else:
            del signals[signal.name]
            _leave_out(file, message, signal, "no number after its m says when it is there")


def _rooted(
    file: RawFile, message: str, signals: dict[str, RawSignal], parents: Parents
) -> Parents:
    good: Parents = {}
    for name, parent in parents.items():
        seen = {name}
        above = parent[0]
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above][0]
        if above in seen:
            _leave_out(
                file, message, signals[name], "its multiplexers select each other in a circle"
            )
        elif above not in signals or signals[above].marker.startswith("m"):
            _leave_out(file, message, signals[name], f"its multiplexer {above} is not there")
        else:
            good[name] = parent
    return good
