"""Who gets what from the pages of certificates, and from those for everybody."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.cast import EVERYBODY, Cast
from tests.matrix import PUBLIC, SIGNED_IN, Row
from tests.signing.make import make_certificate


def certificate(cast: Cast) -> dict[str, Any]:
    """The vice president's certificate."""
    found = cast.vice_president.certificates.first()
    return {"pk": (found or make_certificate(cast.vice_president)).pk}


def no_certificate(_: Cast) -> dict[str, Any]:
    """A certificate that there is not."""
    return {"pk": uuid4()}


ROWS = [
    Row("signing:certificates", SIGNED_IN),
    Row("signing:issue-certificate", EVERYBODY, status=302),
    Row("signing:new-pin", EVERYBODY, status=302),
    Row("signing:revoke-certificate", ("vice_president",), own=certificate, foreign=no_certificate),
    Row("signing:verify", PUBLIC),
    Row("authority", PUBLIC),
    Row("revoked", PUBLIC),
]
