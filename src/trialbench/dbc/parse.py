"""Reads the text of a DBC file, statement by statement, forgiving as far as nothing is guessed.

The grammar is Vector's "DBC File Format Documentation" 1.0; `SG_MUL_VAL_` is its extension for
nested multiplexing. Every repetition in the patterns is possessive, so that the work is linear in
the file whatever stands in it.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from trialbench.dbc.assemble import assemble
from trialbench.dbc.raw import RawFile, RawMessage, RawSignal
from trialbench.encoding import REPLACEMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialbench.dbc.model import MessageDef

_INT: Final = r"[0-9]{1,12}+"
_NUMBER: Final = r"[+-]?+(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+"
_NAME: Final = r"[\w.-]++"


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern for a whole statement, in which one blank stands for any amount of space."""
    text = (
        text.replace("INT", f"({_INT})")
        .replace("NUMBER", f"({_NUMBER})")
        .replace("NAME", f"({_NAME})")
    )
    return re.compile(text.replace("  ", r"\s++").replace(" ", r"\s*+"))


_MESSAGE: Final = _pattern(
    r"BO_  INT  NAME : (0[xX][0-9a-fA-F]{1,8}+|[0-9]{1,9}+)(?:  [\w.-]*+)?+ (?://.*)?$"
)
_SIGNAL: Final = _pattern(
    r"SG_  NAME (?:(M|m[0-9]{0,12}+M?+) )?+: INT \| INT @ ([01]) ([+-]) \( NUMBER , NUMBER \)"
    r' \[[^]"]*+\] "([^"]*+)"[^":@]*+$'
)
_SIGNAL_NAME: Final = _pattern("SG_  NAME")
_MULTIPLEXED: Final = _pattern(r"SG_MUL_VAL_  INT  NAME  NAME  ([0-9,\s-]++);")
_RANGE: Final = _pattern("INT - INT")
_VALUE_TYPE: Final = _pattern(r"SIG_VALTYPE_  INT  NAME (?:: )?+([0-9]) ;")
_ENUMERATION: Final = _pattern(
    r'BA_DEF_  BO_  "(VFrameFormat|TpAddressingFormat)"  ENUM  ("[^;]*+);'
)
_DEFAULT_FORMAT: Final = _pattern(r'BA_DEF_DEF_  "VFrameFormat"  "?+([\w.-]*+)"?+ ;')
_FORMAT: Final = _pattern(r'BA_  "VFrameFormat"  BO_  INT  "?+([\w.-]++)"?+ ;')
_PROTOCOL: Final = _pattern(r'BA_  "ProtocolType"  "([^"]*+)" ;')
_DIAGNOSTIC: Final = _pattern(
    r'BA_  "(?:DiagRequest|DiagResponse|DiagState)"  BO_  INT  "?+([\w.-]*+)"?+ ;'
)
_ADDRESSING: Final = _pattern(r'BA_  "TpAddressingFormat"  BO_  INT  "?+([\w.-]*+)"?+ ;')
_VALUES: Final = _pattern(r"VAL_  INT  NAME  (.*)$")
_VALUE: Final = re.compile(r'([0-9]{1,20}+)\s*+"([^"]*+)"')
_LONG_NAME: Final = _pattern(
    r'BA_  "System(?:Signal|Message)LongSymbol"  (?:SG_|BO_)  INT  (?:NAME  )?+"([^"]++)" ;'
)
_ATTRIBUTES: Final = {
    '"VFrameFormat"': _FORMAT,
    '"ProtocolType"': _PROTOCOL,
    '"DiagRequest"': _DIAGNOSTIC,
    '"DiagResponse"': _DIAGNOSTIC,
    '"DiagState"': _DIAGNOSTIC,
    '"TpAddressingFormat"': _ADDRESSING,
    '"SystemSignalLongSymbol"': _LONG_NAME,
    '"SystemMessageLongSymbol"': _LONG_NAME,
}
_CLOSES: Final = re.compile(r'"\s*+;\s*+$')

_MOST_PROBLEMS: Final = 200
_MOST_LINES: Final = 100
_IN_MESSAGE: Final = ("BO_", "SG_")
_KEYWORDS: Final = frozenset({
    "VERSION", "NS_", "BS_", "BU_", "BO_", "SG_", "CM_", "VAL_", "VAL_TABLE_", "EV_", "EV_DATA_",
    "ENVVAR_DATA_", "BO_TX_BU_", "SIG_GROUP_", "SIG_VALTYPE_", "SG_MUL_VAL_", "SIGTYPE_VALTYPE_",
    "SIG_TYPE_REF_", "SGTYPE_", "SGTYPE_VAL_", "BA_", "BA_DEF_", "BA_DEF_DEF_", "BA_REL_",
    "BA_DEF_REL_", "BA_DEF_DEF_REL_", "BA_SGTYPE_", "BA_DEF_SGTYPE_", "BU_SG_REL_", "BU_BO_REL_",
    "BU_EV_REL_", "CAT_", "CAT_DEF_", "FILTER", "NS_DESC_",
})  # fmt: skip


def parse(text: str) -> tuple[tuple[MessageDef, ...], tuple[str, ...]]:
    """The messages that a DBC's text describes, and what is wrong with it, a line each."""
    file = RawFile()
    for number, keyword, statement in _statements(text, file):
        _READERS[keyword](file, number, statement)
    messages = assemble(file)
    problems = file.problems
    if len(problems) > _MOST_PROBLEMS:
        problems[_MOST_PROBLEMS:] = [f"and {len(problems) - _MOST_PROBLEMS} more problems"]
    return messages, tuple(problems)


def _statements(text: str, file: RawFile) -> Iterator[tuple[int, str, str]]:
    """Line number, keyword and text of each statement that matters; texts over lines are skipped.

    A comment may hold anything, a line that looks like a message too. Its end is the next line
    with an odd number of quotation marks, if a `;` follows the last of them; else the mark that
    opened it is an error and spoils its own line only.
    """
    lines = text.split("\n")
    marked = text if '\\"' not in text else text.replace('\\"', "  ")
    odd = [at for at, line in enumerate(marked.split("\n")) if line.count('"') % 2]
    closing = dict(itertools.pairwise(odd))
    unpaired = set(odd)
    resume, before = 0, ""
    for at, line in enumerate(lines):
        words = line.split(None, 1)
        if at < resume or not words:
            continue
        keyword = words[0]
        if at in unpaired and keyword != "SG_":
            end = closing.get(at)
            if end is not None and _CLOSES.search(lines[end]):
                resume = end + 1
            else:
                file.problem(at + 1, "a quotation mark that nothing closes")
        elif keyword in _READERS and len(words) == 2:
            yield at + 1, keyword, _ended(lines, at, keyword)
        elif before in _IN_MESSAGE and _is_stray(keyword, lines[at - 1]):
            _stray(file, at + 1, line)
        before = keyword


def _ended(lines: list[str], at: int, keyword: str) -> str:
    """The statement that begins in a line, to the `;` that ends it where its kind has one."""
    statement = lines[at].strip()
    if keyword in _IN_MESSAGE or ";" in statement:
        return statement
    for line in lines[at + 1 : at + _MOST_LINES]:
        if line.split(None, 1)[:1] and line.split(None, 1)[0] in _KEYWORDS:
            break
        statement = f"{statement} {line.strip()}"
        if ";" in line:
            break
    return statement


def _is_stray(keyword: str, before: str) -> bool:
    """Whether a line inside a message is neither a statement, nor a comment, nor more receivers."""
    return keyword.rstrip(":") not in _KEYWORDS and not (
        keyword.startswith("//") or before.rstrip().endswith(",")
    )


def _stray(file: RawFile, line: int, text: str) -> None:
    file.problem(line, f"{_in(file.current)}not understood: {_short(text)}")


def _in(message: RawMessage | None) -> str:
    return f"message {message.name}: " if message else ""


def _short(text: str) -> str:
    """A line as it may be shown: one line, printable, not too long; the remedy if it is no text."""
    shown = "".join(
        mark if mark.isprintable() and mark != REPLACEMENT else "?" for mark in text.strip()[:70]
    )
    remedy = " (bytes that are no text: say --encoding)" if REPLACEMENT in text else ""
    return repr(shown if len(text.strip()) <= 70 else shown[:67] + "...") + remedy


def _read_message(file: RawFile, line: int, statement: str) -> None:
    file.current = None
    found = _MESSAGE.match(statement)
    if found is None:
        file.problem(line, f"message left out, not understood: {_short(statement)}")
        file.skipping = True
        return
    file.skipping = False
    key, name, length = found.groups()
    file.current = RawMessage(int(key), name, line, int(length, 0))
    file.messages.append(file.current)


def _read_signal(file: RawFile, line: int, statement: str) -> None:
    message = file.current
    if message is None:
        if not file.skipping:
            file.problem(line, f"a signal outside of any message: {_short(statement)}")
        return
    found = _SIGNAL.match(statement)
    if found is None:
        named = _SIGNAL_NAME.match(statement)
        who = f"signal {named[1]} left out" if named else "signal left out"
        file.problem(line, f"message {message.name}: {who}, not understood: {_short(statement)}")
        return
    name, marker, start, length, order, sign, factor, offset, unit = found.groups()
    message.signals.append(
        RawSignal(
            name,
            line,
            marker or "",
            int(start),
            int(length),
            order == "0",
            sign == "-",
            _number(factor),
            _number(offset),
            unit,
        )
    )


def _number(text: str) -> float:
    """An integer where it is written as one: those multiply exactly, in cantools too."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def _read_multiplexed(file: RawFile, line: int, statement: str) -> None:
    found = _MULTIPLEXED.match(statement)
    ranges = _RANGE.findall(found[4]) if found else []
    if found is None or len(ranges) != found[4].count(",") + 1:
        file.problem(line, f"multiplexing not understood: {_short(statement)}")
        return
    _, listed = file.multiplexed.setdefault((int(found[1]), found[2]), (found[3], []))
    file.multiplexers.add((int(found[1]), found[3]))
    listed.extend((int(low), int(high)) for low, high in ranges)


def _read_value_type(file: RawFile, line: int, statement: str) -> None:
    found = _VALUE_TYPE.match(statement)
    if found is None:
        file.problem(line, f"value type not understood: {_short(statement)}")
        return
    file.value_types[int(found[1]), found[2]] = int(found[3])


def _read_definition(file: RawFile, _line: int, statement: str) -> None:
    found = _ENUMERATION.match(statement)
    if found is not None:
        file.enumerations[found[1]] = tuple(re.findall(r'"([^"]*+)"', found[2]))


def _read_default(file: RawFile, _line: int, statement: str) -> None:
    found = _DEFAULT_FORMAT.match(statement)
    if found is not None:
        file.default_format = found[1]


def _read_attribute(file: RawFile, line: int, statement: str) -> None:
    """Of the many attributes only those that bear on decoding."""
    name = statement.split(None, 2)[1]
    pattern = _ATTRIBUTES.get(name)
    if pattern is None:
        return
    found = pattern.match(statement)
    if found is None:
        file.problem(line, f"attribute not understood: {_short(statement)}")
    elif pattern is _FORMAT:
        file.format_of[int(found[1])] = found[2]
    elif pattern is _DIAGNOSTIC:
        if found[2].lower() not in ("", "0", "no", "false"):
            file.diagnostic.add(int(found[1]))
    elif pattern is _ADDRESSING:
        file.addressing_of[int(found[1])] = found[2]
    elif pattern is _LONG_NAME:
        file.long_names[int(found[1]), found[2] or ""] = found[3]
    else:
        file.protocol = found[1]


def _read_values(file: RawFile, _line: int, statement: str) -> None:
    found = _VALUES.match(statement)
    if found is not None:
        values = {int(value): text for value, text in _VALUE.findall(found[3])}
        file.values[int(found[1]), found[2]] = values


_READERS: Final[dict[str, Callable[[RawFile, int, str], None]]] = {
    "BO_": _read_message,
    "SG_": _read_signal,
    "SG_MUL_VAL_": _read_multiplexed,
    "SIG_VALTYPE_": _read_value_type,
    "BA_DEF_": _read_definition,
    "BA_DEF_DEF_": _read_default,
    "BA_": _read_attribute,
    "VAL_": _read_values,
}
