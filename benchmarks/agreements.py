"""Making the document of an agreement in three languages, and one signature on it: a second each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks import Row, best

if TYPE_CHECKING:
    from tests.cast import Cast

SECOND = 1.0


def measured(cast: Cast) -> Iterator[Row]:
    """Yield a row for the document, one for a signature; an agreement of the tests' is set anew."""
    from django.db import transaction
    from django.utils import timezone
    from tests.agreements.sign import make_signing
    from tests.signing.make import PIN

    from jointlab.agreements.signature import document
    from jointlab.agreements.signature.services.signatures import sign_here

    agreement = make_signing(cast)
    version = agreement.versions.get(number=agreement.latest)
    taken = best(
        lambda: document.typeset(
            version.text,
            code=agreement.code,
            version=version.number,
            made_on=timezone.localdate(),
        ),
        3,
    )
    yield Row("document in three languages", "a second", SECOND, taken, "document", 1)

    def sign() -> None:
        with transaction.atomic():
            sign_here(
                by=cast.vice_president,
                agreement=agreement,
                pin=PIN,
                sha256=agreement.paper.sha256,
            )
            transaction.set_rollback(True)

    yield Row("signature, with its PIN", "a second", SECOND, best(sign, 3), "signature", 1)
