"""What becomes of somebody whose sign-in ended while they were at work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from jointlab.parties import interrupted_forms
from jointlab.parties.models import Invitation, Person
from tests.cast import OWN, PASSWORD, Cast
from tests.parties.test_signing_in import LOGIN, sign_in

LIST = f"/en/partnerships/{OWN}/invitations/"
KEPT = "/en/account/kept/"
EARLIER = datetime(2019, 6, 24, tzinfo=UTC)
TYPED = {
    "email": "new@example.org",
    "language": "ko",
    "title_en": "Researcher <b>",
    "roles": ["researcher"],
}


@pytest.fixture
def typed(cast: Cast) -> dict[str, Any]:
    return TYPED | {"organisation": str(cast.university.pk)}


def ended(cast: Cast) -> Client:
    """Return a browser whose session was ended elsewhere."""
    client = Client()
    sign_in(client, cast.university_office.email)
    Session.objects.all().delete()
    return client


def test_the_sessions_are_listed_and_the_others_ended(cast: Cast, client: Client) -> None:
    elsewhere = Client(HTTP_USER_AGENT="Somebody's telephone")
    for browser in (client, elsewhere):
        sign_in(browser, cast.engineer.email)
        browser.get("/en/account/")
    assert "Somebody&#x27;s telephone" in client.get("/en/account/sessions/").content.decode()
    client.post("/en/account/sessions/")
    assert elsewhere.get("/en/account/")["Location"].startswith(LOGIN)
    assert client.get("/en/account/").status_code == 200


def test_one_is_led_to_the_sign_in_page_and_back(cast: Cast) -> None:
    client = ended(cast)
    answer = client.get(f"{LIST}?page=2")
    assert answer["Location"] == f"{LOGIN}?next={LIST}%3Fpage%3D2"
    back = sign_in(client, cast.university_office.email, next=f"{LIST}?page=2")
    assert back["Location"] == f"{LIST}?page=2"


def test_what_was_sent_is_shown_after_signing_in_and_can_be_sent_again(
    cast: Cast, typed: dict[str, Any]
) -> None:
    client = ended(cast)
    answer = client.post(LIST, typed)
    assert answer["Location"] == f"{LOGIN}?next={KEPT}"
    assert not Invitation.objects.exists()

    back = sign_in(client, cast.university_office.email, next=KEPT)
    page = client.get(back["Location"])
    text = page.content.decode()
    assert "Not carried out yet" in text
    assert "new@example.org" in text
    assert "Researcher &lt;b&gt;" in text
    assert client.get(KEPT).status_code == 200  # a look does not lose it

    again: dict[str, list[str]] = {}
    for name, value in page.context["kept"]["fields"]:
        again.setdefault(name, []).append(value)
    assert f'action="{LIST}"' in text
    assert client.post(LIST, again)["Location"] == LIST
    assert Invitation.objects.get().title_en == "Researcher <b>"
    assert client.get(KEPT).status_code == 302  # sent, so no longer kept


def test_what_was_sent_can_be_left(cast: Cast, typed: dict[str, Any]) -> None:
    client = ended(cast)
    client.post(LIST, typed)
    sign_in(client, cast.university_office.email)
    assert client.post(KEPT).status_code == 302
    assert client.get(KEPT).status_code == 302
    assert not Invitation.objects.exists()


def test_somebody_else_who_signs_in_with_that_browser_does_not_see_it(
    cast: Cast, typed: dict[str, Any]
) -> None:
    client = ended(cast)
    client.post(LIST, typed)
    back = sign_in(client, cast.enterprise_office.email, next=KEPT)
    assert client.get(back["Location"]).status_code == 302
    assert interrupted_forms.KEY not in client.session


def test_it_is_kept_for_an_hour(cast: Cast, typed: dict[str, Any], monkeypatch: Any) -> None:
    client = ended(cast)
    client.post(LIST, typed)
    sign_in(client, cast.university_office.email)
    monkeypatch.setattr(interrupted_forms, "KEPT_SECONDS", 0)
    assert client.get(KEPT).status_code == 302


def test_nothing_is_kept_of_somebody_who_never_signed_in_here(
    cast: Cast, typed: dict[str, Any]
) -> None:
    client = Client()
    assert client.post(LIST, typed)["Location"] == f"{LOGIN}?next={KEPT}"
    client.cookies["reader"] = f"{cast.university_office.pk}:made:up"
    client.post(LIST, typed)
    assert not Session.objects.exists()


def test_an_address_has_so_many_forms_kept_an_hour(
    cast: Cast, typed: dict[str, Any], settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"keep_form": "2/h/ip"}
    client = ended(cast)
    for _ in range(4):
        client.cookies.pop("sessionid", None)
        client.post(LIST, typed)
    assert Session.objects.count() == 2


def test_the_session_of_a_kept_form_ends_with_it_and_a_sign_in_lasts(
    cast: Cast, typed: dict[str, Any]
) -> None:
    client = ended(cast)
    client.post(LIST, typed)
    assert client.session.get_expiry_age() == interrupted_forms.KEPT_SECONDS
    sign_in(client, cast.university_office.email)
    assert client.session.get_expiry_age() > interrupted_forms.KEPT_SECONDS


def test_secrets_are_not_kept(cast: Cast) -> None:
    client = ended(cast)
    change = {"oldpassword": PASSWORD, "password1": "x" * 12, "password2": "x" * 12}
    client.post("/en/account/password/change/", change)
    assert client.session[interrupted_forms.KEY]["fields"] == []


def test_that_something_could_not_be_kept_is_said(cast: Cast, typed: dict[str, Any]) -> None:
    client = ended(cast)
    client.post(LIST, typed | {"title_en": "x" * (interrupted_forms.MOST_CHARACTERS + 1)})
    sign_in(client, cast.university_office.email)
    assert "could not be kept" in client.get(KEPT).content.decode()


def test_a_part_of_a_page_is_not_filled_with_the_sign_in_page(cast: Cast) -> None:
    answer = ended(cast).get(
        LIST, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}"}
    )
    assert answer["HX-Redirect"] == f"{LOGIN}?next={LIST}"
    assert answer.content == b""


def test_a_form_from_elsewhere_is_not_kept(cast: Cast, typed: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(LIST, typed).status_code == 403
    assert interrupted_forms.KEY not in client.session


def test_a_form_that_was_open_while_one_signed_in_anew_is_kept(
    cast: Cast, typed: dict[str, Any]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.university_office)
    answer = client.post(LIST, typed, headers={"Origin": "http://testserver"})
    assert answer["Location"] == KEPT
    page = client.get(KEPT)
    again = dict(page.context["kept"]["fields"])
    token = page.context["csrf_token"]
    assert client.post(LIST, again | {"csrfmiddlewaretoken": str(token)})["Location"] == LIST
    assert Invitation.objects.get().email == "new@example.org"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_a_form_of_another_site_is_refused_and_nothing_of_it_kept(
    cast: Cast, typed: dict[str, Any], origin: str | None
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.university_office)
    answer = client.post(LIST, typed, headers={"Origin": origin} if origin else {})
    assert answer.status_code == 403
    assert interrupted_forms.KEY not in client.session


def test_when_a_session_was_seen_is_noted_now_and_then(
    cast: Cast, client: Client, django_assert_num_queries: Any
) -> None:
    sign_in(client, cast.engineer.email)
    client.get("/en/account/")
    UserSession.objects.update(last_seen_at=EARLIER)
    client.get("/en/account/")
    assert UserSession.objects.get().last_seen_at == EARLIER
    session = client.session
    session["seen"] = session["seen"] - 301
    session.save()
    client.get("/en/account/")
    assert UserSession.objects.get().last_seen_at > EARLIER


def test_somebody_elses_rights_are_asked_when_it_is_sent_again(
    cast: Cast, typed: dict[str, Any]
) -> None:
    client = ended(cast)
    client.post(LIST, typed)
    sign_in(client, cast.engineer.email)
    assert client.post(LIST, typed).status_code == 403
    assert Person.objects.filter(email="new@example.org").count() == 0
