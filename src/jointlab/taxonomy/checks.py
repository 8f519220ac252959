"""What a list must be before any of it is written."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jointlab.common.errors import Refusal
from jointlab.taxonomy.lists import Fault, Row, Source
from jointlab.taxonomy.models import ReuseLevel, Skill, SkillKind

FAULTS_SHOWN = 20
CHOICES = {"kind": set(SkillKind.values), "reuse_level": {"", *ReuseLevel.values}}
LONGEST = {
    name: getattr(Skill._meta.get_field(name), "max_length", None)
    for name in ("code", "name_en", "name_zh", "name_ko", "uri")
}


def check_rows(source: Source) -> dict[str, Row]:
    """Return the list's rows by code; raise Refusal naming the lines that cannot be used, if any."""
    rows: dict[str, Row] = {}
    faults: list[Fault] = []
    for row in source.rows():
        if isinstance(row, Fault):
            faults.append(row)
        elif why := _fault_of(row):
            faults.append(Fault(row.place, why))
        elif row.code in rows:
            faults.append(Fault(row.place, _("duplicate code")))
        else:
            rows[row.code] = row
    if not source.open_ended:
        faults += [] if faults else _misplaced_rows(rows)
    if faults:
        raise Refusal(_describe_faults(source, faults))
    return rows


def _fault_of(row: Row) -> str:
    """Say why a row cannot be used; nothing when it can."""
    if not row.code:
        return _("it has no code")
    if not row.values.get("name_en"):
        return _("it has no name in English")
    for column, text in (("code", row.code), *row.values.items()):
        most = LONGEST.get(column)
        if most and len(text) > most:
            return _("a text is longer than %(most)s characters") % {"most": most}
        if "\0" in text:
            return _("a text holds a null character")
        if column in CHOICES and text not in CHOICES[column]:
            return _("“%(text)s” is not an allowed value") % {"text": text}
    return ""


def _misplaced_rows(rows: dict[str, Row]) -> Iterator[Fault]:
    """Yield the rows that lie below nothing, or in a circle."""
    for row in rows.values():
        unknown = [code for code in row.above if code not in rows]
        if unknown:
            above = {"code": unknown[0]}
            yield Fault(row.place, _("%(code)s above it is not in the list") % above)
        elif _is_in_circle(row, rows):
            yield Fault(row.place, _("its parents form a loop"))


def _is_in_circle(row: Row, rows: dict[str, Row]) -> bool:
    seen: set[str] = set()
    above = list(row.above)
    while above:
        code = above.pop()
        if code == row.code:
            return True
        if code not in seen:
            seen.add(code)
            above += rows[code].above if code in rows else ()
    return False


def _describe_faults(source: Source, faults: list[Fault]) -> str:
    head = ngettext(
        "%(file)s was not imported: %(count)s line cannot be used.",
        "%(file)s was not imported: %(count)s lines cannot be used.",
        len(faults),
    ) % {"file": source.name, "count": len(faults)}
    lines = [f"{fault.place}: {fault.why}" for fault in faults[:FAULTS_SHOWN]]
    return "\n".join([head, *lines, *(["…"] if len(faults) > FAULTS_SHOWN else [])])
