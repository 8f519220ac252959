"""Who gets what from the pages of notifications."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from jointlab.mailroom.models import Failure, Hook
from tests.cast import EVERYBODY, Cast
from tests.mailroom.make import make_failure
from tests.matrix import SIGNED_IN, Row

MENDING = ("researcher", "university_office", "operator")


def hook(cast: Cast) -> dict[str, Any]:
    """A service of the vice president."""
    found = cast.vice_president.hooks.first()
    return {
        "pk": (
            found or Hook.objects.create(person=cast.vice_president, service="lark", sealed="-")
        ).pk
    }


def failure(cast: Cast) -> dict[str, Any]:
    """A letter to the researcher that failed."""
    found = Failure.objects.filter(person=cast.researcher).first()
    return {"pk": (found or make_failure(cast.researcher)).pk}


def nothing(_: Cast) -> dict[str, Any]:
    """What there is not."""
    return {"pk": uuid4()}


ROWS = [
    Row("mailroom:choices", SIGNED_IN),
    Row("mailroom:choices", EVERYBODY, data={}),
    Row("mailroom:add-hook", SIGNED_IN),
    Row("mailroom:add-hook", EVERYBODY, data={}),
    Row("mailroom:remove-hook", ("vice_president",), own=hook, foreign=nothing),
    Row("mailroom:failures", SIGNED_IN),
    Row("mailroom:send-again", MENDING, own=failure, foreign=nothing, data={}, status=302),
    Row("mailroom:set-aside", MENDING, own=failure, foreign=nothing, data={}, status=302),
]
