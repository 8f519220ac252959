"""Writing history: the last line of every service."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from jointlab.common.names import Fact
from jointlab.history.chain import canonical
from jointlab.history.models import Entry


class Actor(Protocol):
    """A person, as far as history needs to know one."""

    pk: Any

    def as_fact(self) -> Fact: ...  # noqa: D102


@transaction.atomic(durable=False)
def record(event: str, *, chain: UUID, by: Actor | None, **facts: Any) -> None:
    """Append one entry to the chain, in the transaction of the change.

    Call it last: from here until the transaction ends, nobody else can write to that chain.
    `facts` are strings, integers, dates, lists and dictionaries of them, and rows with
    `as_fact()`; only what everybody who may read the chain may know.
    """
    if by is not None:
        facts["actor"] = by
    Entry.objects.create(
        chain=chain, event=event, actor=by.pk if by else None, record=canonical(facts)
    )
