"""The second step of signing in; passkeys are tested in a browser (tests/story)."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

from jointlab.parties.authentication import MFAAdapter
from tests.cast import PASSWORD, Cast
from tests.jobs import run_jobs
from tests.parties.test_signing_in import sign_in, who
from tests.totp import code_of

ACTIVATE = "/en/account/2fa/totp/activate/"
AUTHENTICATE = "/en/account/2fa/authenticate/"


def add_app(client: Client) -> str:
    """Add an authenticator app, after saying once more who one is; return its secret."""
    client.post("/en/account/reauthenticate/", {"password": PASSWORD, "next": ACTIVATE})
    secret: str = client.get(ACTIVATE).context["form"].secret
    assert client.post(ACTIVATE, {"code": code_of(secret)}).status_code == 302
    return secret


@pytest.fixture
def guarded(cast: Cast, client: Client) -> tuple[Client, str]:
    """Return the engineer's browser after an authenticator app was added, and its secret."""
    sign_in(client, cast.engineer.email)
    return client, add_app(client)


def fresh(cast: Cast) -> Client:
    client = Client()
    answer = sign_in(client, cast.engineer.email)
    assert answer["Location"] == AUTHENTICATE
    assert who(client) is None
    return client


def test_a_code_is_asked_after_the_password(guarded: Any, cast: Cast) -> None:
    client = fresh(cast)
    # The code of this half minute was used for adding the app: it is good once.
    answer = client.post(AUTHENTICATE, {"code": code_of(guarded[1], 1)})
    assert answer["Location"] == "/en/desk/"
    assert who(client) == str(cast.engineer.pk)


def test_the_page_that_was_asked_for_follows_the_code(guarded: Any, cast: Cast) -> None:
    client = Client()
    sign_in(client, cast.engineer.email, next="/en/account/")
    answer = client.post(AUTHENTICATE, {"code": code_of(guarded[1], 1)})
    assert answer["Location"] == "/en/account/"


def test_a_recovery_code_serves_once(guarded: Any, cast: Cast) -> None:
    codes = guarded[0].get("/en/account/2fa/recovery-codes/").context["unused_codes"]
    assert fresh(cast).post(AUTHENTICATE, {"code": codes[0]}).status_code == 302
    assert fresh(cast).post(AUTHENTICATE, {"code": codes[0]}).status_code == 200
    assert fresh(cast).post(AUTHENTICATE, {"code": codes[1]}).status_code == 302


def test_wrong_codes_are_limited(guarded: Any, cast: Cast) -> None:
    client = fresh(cast)
    pages = [client.post(AUTHENTICATE, {"code": "000000"}).content.decode() for _ in range(6)]
    assert all("Incorrect code" in page for page in pages[:5])
    assert "Too many failed login attempts" in pages[5]
    answer = client.post(AUTHENTICATE, {"code": code_of(guarded[1], 1)})
    assert answer.status_code == 200
    assert who(client) is None


def test_secrets_are_not_kept_in_the_clear(guarded: Any, cast: Cast) -> None:
    for row in Authenticator.objects.filter(user=cast.engineer):
        assert guarded[1] not in str(row.data)
    kept = Authenticator.objects.get(user=cast.engineer, type="totp").data["secret"]
    assert MFAAdapter().decrypt(kept) == guarded[1]


def test_what_is_kept_outlives_a_change_of_the_secret_key(settings: Any) -> None:
    kept = MFAAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert MFAAdapter().decrypt(kept) == "JBSWY3DP"


def test_the_person_is_told_in_their_language(
    cast: Cast, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    cast.engineer.language = "zh-hans"
    cast.engineer.save()
    sign_in(client, cast.engineer.email)
    with django_capture_on_commit_callbacks(execute=True):
        add_app(client)
    run_jobs()
    assert [letter.subject for letter in mail.outbox] == ["您的 JointLab 账号有变动"]
    assert mail.outbox[0].body.startswith("已添加身份验证应用")


@pytest.mark.parametrize(
    "page", [ACTIVATE, "/en/account/2fa/webauthn/add/", "/en/account/2fa/recovery-codes/generate/"]
)
def test_who_they_are_is_asked_again_before_factors_are_changed(
    cast: Cast, client: Client, page: str
) -> None:
    sign_in(client, cast.engineer.email)
    asked = client.get(page)
    assert asked["Location"] == f"/en/account/reauthenticate/?next={page.replace('/', '%2F')}"
    wrong = client.post(asked["Location"], {"password": "wrong", "next": page})
    assert wrong.status_code == 200
    right = client.post(asked["Location"], {"password": PASSWORD, "next": page})
    assert right["Location"] == page


def test_somebody_elses_keys_do_not_exist(guarded: Any, cast: Cast) -> None:
    key = Authenticator.objects.create(user=cast.hr, type="webauthn", data={"name": "K"})
    for act in ("edit", "remove"):
        answer = guarded[0].get(f"/en/account/2fa/webauthn/keys/{key.pk}/{act}/")
        assert answer.status_code == 404


def test_a_code_of_the_minute_before_is_taken(cast: Cast) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    row = TOTP.activate(cast.engineer, secret)
    assert row.validate_code(code_of(secret, -1))
    assert not row.validate_code(code_of(secret, -9))
