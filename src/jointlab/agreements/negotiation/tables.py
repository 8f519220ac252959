"""The tables of the room: agreements in a list, and the rows of a text that are edited."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jointlab.agreements.force.queries.endings import last_day
from jointlab.agreements.models import Agreement, Kind, Relation, State
from jointlab.agreements.negotiation.queries.editing import ClauseRow, Lacking
from jointlab.common.names import Text
from jointlab.common.show import button, fill, name, span, state
from jointlab.common.tables import Column
from jointlab.common.web import addresses

ACTS = """
<form class="row" method="post" action="{}">
  {}<input type="hidden" name="version" value="{}">
  {}
  {}
  {}
  {}
</form>

"""


def agreement_columns(*, with_partnership: bool) -> list[Column]:
    """Return the columns of agreements; of those of several partnerships, each with its own."""
    at = addresses("agreements:agreement")

    def called(agreement: Agreement) -> SafeString:
        code = agreement.code
        return fill("{}<br><code>{}</code>", name(agreement, at(code)), code)

    columns = [
        Column(_("Agreement"), called),
        Column(_("Kind"), _kind),
        Column(_("Standing"), _standing),
        Column(_("Period"), lambda agreement: span(agreement.starts_on, last_day(agreement))),
    ]
    if with_partnership:
        columns.insert(1, Column(_("Partnership"), lambda agreement: name(agreement.partnership)))
    return columns


def _kind(agreement: Agreement) -> Text:
    kind = Kind(agreement.kind).label
    if not agreement.relation:
        return kind
    return fill("{}<br><small>{}</small>", kind, Relation(agreement.relation).label)


def _standing(agreement: Agreement) -> SafeString:
    standing = agreement.standing
    return state(standing.mark, capfirst(str(standing.label)))


def clause_columns(
    rows: Sequence[ClauseRow], request: HttpRequest, agreement: Agreement
) -> list[Column]:
    """Return the columns of the clauses; what can be done with one while they are negotiated."""
    comments = reverse("agreements:comments", args=[agreement.code])

    def open_comments(row: ClauseRow) -> str:
        if not row.comments:
            return "0"
        return fill('<a href="{}?clause={}">{}</a>', comments, row.id, row.comments)

    columns = [
        Column(_("Clause"), _heading, anchor=_clause_anchor),
        Column(_("Open comments"), open_comments),
    ]
    if agreement.state == State.DRAFT:
        columns.append(_clause_acts(len(rows), request, agreement))
    return columns


def _clause_anchor(row: ClauseRow) -> str:
    return f"clause-{row.id}"


def _heading(row: ClauseRow) -> SafeString:
    heading = fill("{}. <bdi>{}</bdi>", row.number, row.heading or _("without a heading"))
    return fill("{}{}", heading, _lacking(row.lacking))


def _lacking(lacking: Lacking) -> SafeString:
    """Write which languages a wording lacks, and which were not written since it changed."""
    said = SafeString("")
    if lacking.lacks:
        said = fill(
            "<br>{} <small>{} {}</small>",
            state("waiting", _("Not in every language")),
            _("It lacks:"),
            ", ".join(lacking.lacks),
        )
    if lacking.behind:
        said += fill(
            "<br>{} <small>{} {}</small>",
            state("waiting", _("Translations differ")),
            _("Not written since the last change:"),
            ", ".join(lacking.behind),
        )
    return said


def _clause_acts(last: int, request: HttpRequest, agreement: Agreement) -> Column:
    code, version, token = agreement.code, agreement.latest, csrf_input(request)
    move = addresses("agreements:move-clause", code)
    edit = addresses("agreements:edit-clause", code)
    drop = addresses("agreements:drop-clause", code)
    to_edit, to_drop, up, down = _("Edit"), _("Drop"), _("Up"), _("Down")

    def turn(label: str, symbol: str, value: str, about: str) -> str:
        return button(label, "quiet", symbol=symbol, name="up", value=value, aria_describedby=about)

    def acts(row: ClauseRow) -> SafeString:
        about = _clause_anchor(row)
        return fill(
            ACTS,
            move(row.id),
            token,
            version,
            button(to_edit, href=edit(row.id), aria_describedby=about),
            turn(up, "arrow-up", "1", about) if row.number > 1 else "",
            turn(down, "arrow-down", "0", about) if row.number < last else "",
            button(to_drop, "quiet", href=drop(row.id), aria_describedby=about),
        )

    return Column(_("Actions"), acts, labelled=False)


def row_columns(one: str, what: Text, last: Text, agreement: Agreement) -> list[Column]:
    """Return the columns of commitments or duties: rows of id, party, what, and how much or when.

    `one` is how the names of their addresses end.
    """
    columns = [
        Column(_("Party"), lambda row: fill("<bdi>{}</bdi>", row[1])),
        Column(
            what, lambda row: fill("<bdi>{}</bdi>{}", row[2], _lacking(row[4])), anchor=_row_anchor
        ),
        Column(last, lambda row: row[3] or "—"),
    ]
    if agreement.state == State.DRAFT:
        columns.append(_row_acts(one, agreement))
    return columns


def _row_anchor(row: Sequence[str]) -> str:
    return f"row-{row[0]}"


def _row_acts(one: str, agreement: Agreement) -> Column:
    edit = addresses(f"agreements:edit-{one}", agreement.code)
    drop = addresses(f"agreements:drop-{one}", agreement.code)
    to_edit, to_drop = _("Edit"), _("Drop")

    def acts(row: Sequence[str]) -> SafeString:
        about = _row_anchor(row)
        return fill(
            '<div class="row">{}{}</div>',
            button(to_edit, href=edit(row[0]), aria_describedby=about),
            button(to_drop, "quiet", href=drop(row[0]), aria_describedby=about),
        )

    return Column(_("Actions"), acts, labelled=False)


def placeholder_columns() -> list[Column]:
    """Return the columns of placeholders: as one types it, what it stands for, what it becomes."""
    return [
        Column(_("Placeholder"), lambda row: fill("<code>{}</code>", row[0])),
        Column(_("Meaning"), lambda row: row[1]),
        Column(_("Reads now"), lambda row: fill('<bdi class="as-typed">{}</bdi>', row[2] or "—")),
    ]
