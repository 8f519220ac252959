"""What the tests of a module start from, made once: each of them is rolled back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db import transaction

Made = TypeVar("Made")


def made_once(blocker: Any, make: Callable[[], Made]) -> Iterator[Made]:
    """Make it in a transaction in which the test's own one is a savepoint; undo it at the end.

    For fixtures of modules none of whose tests commits: who does must not find it.
    """
    with blocker.unblock(), transaction.atomic():
        made = make()
        with blocker.block():
            yield made
        transaction.set_rollback(True)
