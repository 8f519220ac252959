"""An agreement that anybody has verified: of what this instance knows of it, nothing is said."""

from __future__ import annotations

from django.test import Client

from jointlab.agreements.models import Paper, Signature
from tests.agreements.sign import make_signed
from tests.cast import Cast
from tests.signing.test_public_page import drop, text_of


def test_it_says_the_same_whether_this_instance_knows_the_agreement_or_not(
    cast: Cast, client: Client
) -> None:
    agreement = make_signed(cast)
    document = bytes(agreement.paper.pdf)
    known = text_of(drop(client, document))
    assert "Every signature is valid" in known
    for secret in (agreement.code, agreement.name_en, cast.partnership.name_en):
        assert secret not in known

    Signature.objects.all().delete()
    Paper.objects.all().delete()
    unknown = text_of(drop(Client(), document))

    assert plain(known) == plain(unknown)


def plain(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)
