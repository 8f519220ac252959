"""The pages on which one reads, signs, signs elsewhere, declines."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from jointlab.agreements.models import Agreement, Signature, State
from jointlab.agreements.signature.services.papers import digest
from jointlab.parties.services.memberships import end_membership
from jointlab.signing.models import Certificate
from tests.agreements.make import make_agreement, make_approved
from tests.agreements.sign import SIGNERS, make_signed, make_signing, sign
from tests.cast import Cast
from tests.parties.test_signing_in import LOGIN, sign_in
from tests.signing.browser import ISSUE, LIST, afresh, browser, text_of
from tests.signing.make import PIN, make_certificate


def at(agreement: Agreement, page: str = "signing/", language: str = "en") -> str:
    return f"/{language}/agreements/{agreement.code}/{page}"


def hidden_hash(cast: Cast, agreement: Agreement, name: str) -> str:
    """Return the hash that the form of signing carries."""
    answer = browser(cast, name).get(at(agreement, "signing/sign/"))
    value: str = answer.context["form"]["sha256"].value()
    return value


def signed(agreement: Agreement) -> int:
    return Signature.objects.filter(agreement=agreement, signed_at__isnull=False).count()


def test_the_page_shows_the_order_whose_turn_it_is_and_the_whole_hash(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")

    text = text_of(browser(cast, "university_office").get(at(agreement)))

    assert text.index("Vice president") < text.index("General manager") < text.index("Dean")
    for word in ("Signed here", "Asked to sign", "Not asked yet", agreement.paper.sha256):
        assert word in text
    assert 'aria-current="step"' in text
    assert at(agreement, "signing/sign/") not in text  # it is not the office's turn


def test_whose_turn_it_is_is_offered_all_three_ways(cast: Cast) -> None:
    agreement = make_signing(cast)

    text = text_of(browser(cast, "vice_president").get(at(agreement)))

    for page in ("signing/sign/", "signing/elsewhere/", "signing/decline/", "document/"):
        assert at(agreement, page) in text


@pytest.mark.parametrize(
    ("language", "word"), [("en", "eIDAS"), ("zh-hans", "《电子签名法》"), ("ko", "「전자서명법」")]
)
def test_the_page_says_honestly_what_level_of_signature_it_is(
    cast: Cast, language: str, word: str
) -> None:
    agreement = make_signing(cast)

    text = text_of(browser(cast, "vice_president").get(at(agreement, language=language)))

    assert word in text
    assert "eIDAS" in text


def test_a_text_that_is_not_approved_has_nothing_to_sign(cast: Cast) -> None:
    text = text_of(browser(cast, "university_office").get(at(make_agreement(cast))))
    assert "There is nothing to sign yet." in text


def test_while_the_document_is_made_the_page_says_so(cast: Cast) -> None:
    agreement = make_approved(cast)
    assert "The document is being made" in text_of(
        browser(cast, "university_office").get(at(agreement))
    )
    text = text_of(browser(cast, "university_office").get(at(agreement, "document/")), 409)
    assert "has not been made" in text


def test_what_hinders_the_document_is_shown_and_an_office_can_try_again(cast: Cast) -> None:
    agreement = make_approved(cast)
    Agreement.objects.update(paper_problem='{"en": "No fonts <here>."}')
    office = browser(cast, "university_office")
    again = at(agreement, "signing/again/")

    text = text_of(office.get(at(agreement)))
    assert "No fonts &lt;here&gt;." in text
    assert again in text
    assert again not in text_of(browser(cast, "vice_president").get(at(agreement)))

    assert "The document is being made" in text_of(office.post(again, follow=True))
    assert "no document to be made" in text_of(office.post(again, follow=True))


def test_the_document_is_exactly_the_one_whose_hash_is_shown(cast: Cast) -> None:
    agreement = make_signing(cast)
    client = browser(cast, "vice_president")

    answer = client.get(at(agreement, "document/"))

    assert digest(answer.content) == agreement.paper.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{agreement.code}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    kept = client.get(at(agreement, "document/?download"))
    assert kept["Content-Disposition"].startswith("attachment")


def test_who_may_not_see_the_agreement_gets_no_document(cast: Cast) -> None:
    agreement = make_signing(cast)
    for name in ("engineer", "student", "former", "other_office", "outsider", "operator"):
        assert browser(cast, name).get(at(agreement, "document/")).status_code == 404


def test_one_who_is_asked_signs_with_the_pin(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)
    client = browser(cast, "vice_president")
    sha256 = hidden_hash(cast, agreement, "vice_president")
    assert sha256 == agreement.paper.sha256

    answer = client.post(
        at(agreement, "signing/sign/"), {"sha256": sha256, "pin_code": PIN}, follow=True
    )

    assert "You have signed." in text_of(answer)
    assert signed(agreement) == 1


def test_a_wrong_pin_is_told_on_the_form_and_never_sent_back(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)
    client = browser(cast, "vice_president")
    typed = {"sha256": agreement.paper.sha256, "pin_code": "another-one"}

    text = text_of(client.post(at(agreement, "signing/sign/"), typed))

    assert "This is not the PIN. 4 tries are left." in text
    assert "another-one" not in text
    assert Certificate.objects.get().tries == 1
    assert signed(agreement) == 0


def test_a_form_of_an_earlier_document_is_refused_and_shows_the_one_of_now(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)
    typed = {"sha256": "0" * 64, "pin_code": PIN}

    answer = browser(cast, "vice_president").post(at(agreement, "signing/sign/"), typed)

    assert "changed since you read it" in text_of(answer)
    assert answer.context["form"]["sha256"].value() == agreement.paper.sha256
    assert signed(agreement) == 0


def test_without_a_certificate_the_page_leads_to_one_and_back(cast: Cast) -> None:
    agreement = make_signing(cast)
    client = afresh(cast, "vice_president")
    page = at(agreement, "signing/sign/")

    assert f"{ISSUE}?next={page}" in text_of(client.get(page))
    typed = {"sha256": agreement.paper.sha256, "pin_code": PIN}
    assert "no certificate yet" in text_of(client.post(page, typed))

    answer = client.post(f"{ISSUE}?next={page}", {"pin_code": PIN, "pin_code_again": PIN})
    assert answer["Location"] == page
    assert Certificate.objects.get().person == cast.vice_president


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_one_is_never_led_away_from_here(cast: Cast, onward: str) -> None:
    client = afresh(cast, "vice_president")

    answer = client.post(f"{ISSUE}?next={onward}", {"pin_code": PIN, "pin_code_again": PIN})

    assert answer["Location"] == LIST


def test_an_expired_a_revoked_and_a_locked_certificate_lead_to_another_one(cast: Cast) -> None:
    agreement = make_signing(cast)
    certificate = make_certificate(cast.vice_president)
    typed = {"sha256": agreement.paper.sha256, "pin_code": PIN}
    past = timezone.now() - timedelta(minutes=1)
    for changed, said in (
        ({"expires_at": past}, "has expired"),
        ({"expires_at": past + timedelta(days=9), "tries": 5}, "is locked"),
        ({"tries": 0, "revoked_at": past, "revoked_for": "superseded"}, "is revoked"),
    ):
        Certificate.objects.filter(pk=certificate.pk).update(**changed)
        client = browser(cast, "vice_president")
        text = text_of(client.post(at(agreement, "signing/sign/"), typed))
        assert said in text
        assert ISSUE in text
    assert signed(agreement) == 0


def test_who_comes_later_and_who_has_signed_are_told_so(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    page = at(agreement, "signing/sign/")

    assert "It is not your turn" in text_of(browser(cast, "dean").get(page), 409)
    assert "signed this agreement already" in text_of(
        browser(cast, "vice_president").get(page), 409
    )
    assert browser(cast, "university_office").get(page).status_code == 403


def test_a_sign_in_that_has_ended_signs_nothing_and_keeps_no_pin(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)
    client = Client()
    sign_in(client, cast.vice_president.email)
    Session.objects.all().delete()
    typed = {"sha256": agreement.paper.sha256, "pin_code": PIN}

    answer = client.post(at(agreement, "signing/sign/"), typed)

    assert answer["Location"].startswith(LOGIN)
    assert signed(agreement) == 0
    assert PIN not in str([session.get_decoded() for session in Session.objects.all()])


def test_declining_asks_for_the_reason_and_names_what_is_lost(cast: Cast) -> None:
    agreement = make_signing(cast)
    client, page = browser(cast, "vice_president"), at(agreement, "signing/decline/")

    assert "Every signature that was given on this document." in text_of(client.get(page))
    assert "This field is required" in text_of(client.post(page, {"reason": " "}))
    answer = client.post(page, {"reason": "The end is too early."}, follow=True)

    assert "You declined. Both sides are told." in text_of(answer)
    assert Agreement.objects.get().state == State.DRAFT


def upload(cast: Cast, agreement: Agreement, name: str, content: bytes) -> HttpResponse:
    file = SimpleUploadedFile("agreement.pdf", content, "application/pdf")
    page = at(agreement, "signing/elsewhere/")
    return browser(cast, name).post(page, {"pdf": file})


def test_a_file_that_is_no_pdf_is_refused_in_one_line(cast: Cast) -> None:
    agreement = make_signing(cast)

    text = text_of(upload(cast, agreement, "vice_president", b"no pdf"))

    assert "The file is not a PDF." in text
    assert signed(agreement) == 0


def test_a_file_that_is_too_large_is_refused(cast: Cast) -> None:
    agreement = make_signing(cast)
    large = BytesIO(b"%PDF-1.7\n" + b"0" * 20_000_001).getvalue()

    text = text_of(upload(cast, agreement, "vice_president", large))

    assert "larger than 20 MB" in text
    assert signed(agreement) == 0


def test_a_member_who_left_before_signing_is_named_on_the_page(cast: Cast) -> None:
    agreement = make_signing(cast)
    membership = cast.membership("division_head")
    end_membership(by=cast.enterprise_office, membership=membership)

    text = text_of(browser(cast, "university_office").get(at(agreement)))

    assert "is not a member of that side any more" in text


def test_when_all_have_signed_those_whom_it_binds_can_read_it(cast: Cast) -> None:
    agreement = make_signed(cast)

    text = text_of(browser(cast, "engineer").get(at(agreement)))

    assert text.count("Signed here") == len(SIGNERS)
    assert browser(cast, "engineer").get(at(agreement, "document/")).status_code == 200


def test_the_page_asks_the_database_a_bounded_number_of_times(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = make_signed(cast)
    client = browser(cast, "university_office")
    client.get(at(agreement))

    with django_assert_max_num_queries(12):
        client.get(at(agreement))
