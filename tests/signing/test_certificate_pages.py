"""The pages on which one has a certificate issued, sees one's own and revokes it."""

from __future__ import annotations

from jointlab.signing.models import Certificate
from tests.cast import Cast
from tests.signing.browser import ISSUE, LIST, REAUTHENTICATE, afresh, browser, text_of
from tests.signing.make import PIN, make_certificate


def test_a_certificate_is_issued_only_after_signing_in_afresh(cast: Cast) -> None:
    client = browser(cast, "vice_president")  # signed in, but not by a password just now

    assert client.get(ISSUE)["Location"].startswith(REAUTHENTICATE)
    refused = client.post(ISSUE, {"pin_code": PIN, "pin_code_again": PIN})
    assert refused["Location"] == ISSUE
    assert PIN not in str(dict(client.session))
    assert not Certificate.objects.exists()

    client = afresh(cast, "vice_president")
    client.post(ISSUE, {"pin_code": PIN, "pin_code_again": PIN})
    assert Certificate.objects.get().person == cast.vice_president


def test_two_pins_that_differ_and_a_weak_one_are_told_beside_the_field(cast: Cast) -> None:
    client = afresh(cast, "vice_president")

    differ = client.post(ISSUE, {"pin_code": PIN, "pin_code_again": "another-one"})
    assert "The two PINs are not the same." in text_of(differ)
    weak = client.post(ISSUE, {"pin_code": "123456", "pin_code_again": "123456"})
    assert "runs along the keyboard" in text_of(weak)
    assert not Certificate.objects.exists()


def test_ones_own_certificates_are_listed_with_their_state_and_nobody_elses(cast: Cast) -> None:
    own, other = make_certificate(cast.vice_president), make_certificate(cast.dean)
    client = browser(cast, "vice_president")
    Certificate.objects.filter(pk=own.pk).update(tries=2)

    text = text_of(client.get(LIST))

    assert own.serial in text
    assert other.serial not in text
    assert "3 tries of the PIN are left" in text
    assert ISSUE not in text
    assert client.get(f"{LIST}{other.pk}/revoke/").status_code == 404


def test_a_certificate_is_revoked_with_a_reason(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)
    client = browser(cast, "vice_president")
    page = f"{LIST}{certificate.pk}/revoke/"

    assert "What you signed with it stays signed." in text_of(client.get(page))
    text = text_of(client.post(page, {"reason": "keyCompromise"}, follow=True))

    assert "The certificate is revoked: nothing" in text
    assert "Revoked" in text
    assert ISSUE in text
    assert "revoked already" in text_of(client.post(page, {"reason": "keyCompromise"}))


def test_the_account_leads_to_the_certificates(cast: Cast) -> None:
    assert LIST in text_of(browser(cast, "vice_president").get("/en/account/"))


def test_the_level_is_told_honestly(cast: Cast) -> None:
    for page in (LIST, ISSUE):
        text = text_of(afresh(cast, "vice_president").get(page))
        assert "It is not a qualified electronic signature" in text
