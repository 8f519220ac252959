"""Tables of many rows: each column says its head, and what stands in it for a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from jointlab.common.names import Text
from jointlab.common.show import escaped


class Column(NamedTuple):
    """A column: its head, what stands below it for a thing (text, or HTML that is safe).

    On a narrow screen its cells are labelled by the head, but not where they speak for themselves.
    `anchor` gives a cell's id, where something on the page refers to it.
    """

    head: Text
    cell: Callable[[Any], Text]
    labelled: bool = True
    anchor: Callable[[Any], str] | None = None


def rows(columns: Sequence[Column], things: Iterable[Any]) -> SafeString:
    """Draw the head and a row a thing; the first column names it."""
    heads = [escaped(column.head) for column in columns]
    head = "".join([f'<th scope="col">{head}</th>' for head in heads])
    body = "".join([_row(columns, heads, thing) for thing in things])
    return SafeString(f"<thead><tr>{head}</tr></thead>\n<tbody>\n  {body}\n</tbody>\n")


def _row(columns: Sequence[Column], heads: Sequence[str], thing: Any) -> str:
    cells: list[str] = []
    for column, head in zip(columns, heads, strict=True):
        text = escaped(column.cell(thing))
        at = f' id="{escaped(column.anchor(thing))}"' if column.anchor else ""
        if not cells:
            cells.append(f'<th scope="row"{at}>{text}</th>')
        else:
            label = f' data-label="{head}"' if text and column.labelled else ""
            cells.append(f"<td{label}{at}>{text}</td>")
    return "\n  <tr>\n    " + "\n    ".join(cells) + "\n  </tr>\n  "
