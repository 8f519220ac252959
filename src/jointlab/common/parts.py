"""What the drawn components are made of: a view or a query builds these, a template shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jointlab.common.names import Text


@dataclass(frozen=True)
class Step:
    """A station of a life. `state` is one of the five, or "later" for what is still to come."""

    what: Text
    state: str = "later"
    when: date | None = None
    by: Any = ""


@dataclass(frozen=True)
class Rung:
    """A level of the readiness ladder, lowest first, with links to what earned it."""

    level: int
    what: Text
    state: str = "later"
    evidence: Sequence[tuple[Text, str]] = ()


@dataclass(frozen=True)
class Tab:
    """A part of a thing that has a page of its own; `count` is shown when there is one."""

    label: Text
    url: str
    count: int | None = None


@dataclass(frozen=True)
class Member:
    """A person in a list by side."""

    person: Any
    what: Text = ""
    url: str = ""
    state: str = ""
    state_word: Text = ""


@dataclass(frozen=True)
class SideOf:
    """An organisation and its people in a partnership."""

    organisation: Any
    members: Sequence[Member] = field(default=())
