"""Headings, paragraphs and points, and the clauses that they make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.utils.translation import gettext as _

from jointlab.agreements.text.limits import LONGEST_BODY, LONGEST_NAME, MOST_CLAUSES
from jointlab.agreements.text.value import Clause, Text
from jointlab.agreements.text.wording import PLACEHOLDERS
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.names import tidy, tidy_lines

# Nothing is seen of these, and word processors leave them behind: a line of them alone says nothing.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_BRACE = re.compile(r"\{\s*(\w+)\s*\}|[{}]")
_NUMBER = re.compile(
    r"(?:(?:Article|Clause|Section)\s+)?\d{1,3}\s*[.):、．]\s*"
    r"|(?:Article|Clause|Section)\s+\d{1,3}\s+"
    r"|第\s*[一二三四五六七八九十百零〇\d]{1,7}\s*[条條]\s*[：:、.]?\s*"
    r"|제\s*\d{1,3}\s*조\s*[.:]?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """A paragraph's words; a heading has a level from 1, a point of a list is marked as one."""

    words: str
    level: int = 0
    point: bool = False


def clauses_from(blocks: Sequence[Block], language: str) -> tuple[Clause, ...]:
    """Return the clauses that the blocks make, in that language.

    A clause begins at each heading of the highest level that occurs more than once (a single one
    above it is the text's title); other headings stay as paragraphs. What stands before the first
    is a clause without a heading: nothing is left out. Numbers before headings are, for clauses are
    numbered by their place. Raises Refusal, with where it is, for more than a text can hold.
    """
    level = _level_of_clauses(blocks)
    found: list[tuple[str, list[Block]]] = [("", [])]
    for block in blocks:
        if block.level and block.level == level:
            found.append((without_number(tidy(block.words.translate(_UNSEEN))), []))
        else:
            found[-1][1].append(block)
    kept = [(heading, _body(rest)) for heading, rest in found]
    kept = [(heading, body) for heading, body in kept if heading or body]
    if not kept:
        raise Refusal(_("There are no words in it."))
    if len(kept) > MOST_CLAUSES:
        raise Refusal(
            _("It makes %(number)s clauses; a text has at most %(most)s.")
            % {"number": len(kept), "most": MOST_CLAUSES}
        )
    for number, (heading, body) in enumerate(kept, 1):
        _require_fits(number, heading, body)
    return tuple(Clause(uuid4().hex, {language: head}, {language: body}) for head, body in kept)


def worded(text: Text, words: Sequence[Clause], language: str) -> tuple[Clause, ...]:
    """Return the clauses of the text with these as their words in that language, one by one.

    Raises NotNow where there are not as many.
    """
    if len(words) != len(text.clauses):
        raise NotNow(
            _(
                "It makes %(number)s clauses, and the text has %(others)s: whose words are whose"
                " cannot be told."
            )
            % {"number": len(words), "others": len(text.clauses)}
        )
    return tuple(
        Clause(
            clause.id,
            {**clause.heading, language: said.heading[language]},
            {**clause.body, language: said.body[language]},
        )
        for clause, said in zip(text.clauses, words, strict=True)
    )


def without_number(heading: str) -> str:
    """Return a heading without the number before it; the number where there is nothing else."""
    found = _NUMBER.match(heading)
    rest = heading[found.end() :].strip() if found else heading
    return rest or heading


def _level_of_clauses(blocks: Sequence[Block]) -> int:
    levels = Counter(block.level for block in blocks if block.level)
    several = [level for level, times in levels.items() if times > 1]
    return min(several or levels, default=0)


def _body(blocks: Sequence[Block]) -> str:
    """Return blocks as a clause's body: paragraphs between empty lines, points beneath each other."""
    parts: list[str] = []
    before_is_point = False
    for words, point in _said(blocks):
        if parts:
            parts.append("\n" if point and before_is_point else "\n\n")
        parts.append(f"- {words}" if point else words)
        before_is_point = point
    return "".join(parts)


def _said(blocks: Sequence[Block]) -> Iterator[tuple[str, bool]]:
    for block in blocks:
        words = _BRACE.sub(_literal, tidy_lines(block.words.translate(_UNSEEN)))
        words = " ".join(words.split()) if block.point else words
        if words:
            yield words, block.point


def _literal(found: re.Match[str]) -> str:
    """Keep a placeholder that there is; any other brace stands for itself, which is typed twice."""
    if found[1] in PLACEHOLDERS:
        return found[0]
    return found[0].replace("{", "{{").replace("}", "}}")


def _require_fits(number: int, heading: str, body: str) -> None:
    beginning = heading[:40] or body[:40]
    if len(heading) > LONGEST_NAME:
        raise Refusal(
            _(
                "Clause %(number)s (“%(beginning)s…”) has a heading of more than %(most)s characters."
            )
            % {"number": number, "beginning": beginning, "most": LONGEST_NAME}
        )
    if len(body) > LONGEST_BODY:
        raise Refusal(
            _("Clause %(number)s (“%(beginning)s…”) is longer than %(most)s characters.")
            % {"number": number, "beginning": beginning, "most": LONGEST_BODY}
        )
