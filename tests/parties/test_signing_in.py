from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client

from jointlab.parties.models import Person
from tests.cast import OWN, PASSWORD, Cast
from tests.jobs import run_jobs

LOGIN = "/en/account/login/"
RESET = "/en/account/password/reset/"
HERE = f"/en/partnerships/{OWN}/invitations/"


class Counting(MD5PasswordHasher):
    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.hashed += 1
        return super().encode(password, salt)


def sign_in(client: Client, email: str | None, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def told(answer: Any) -> tuple[int, str]:
    """Return the status and the page, without what differs from one request to the next."""
    page = re.sub(
        r'(name="csrfmiddlewaretoken" value|"x-csrftoken":) ?=?"[^"]+"', "", answer.content.decode()
    )
    return answer.status_code, re.sub(r"[\w.-]+@example\.org", "…", page)


def test_address_and_password_lead_to_the_desk(cast: Cast, client: Client) -> None:
    answer = sign_in(client, "Engineer@Example.ORG")
    assert (answer.status_code, answer["Location"]) == (302, "/en/desk/")
    assert who(client) == str(cast.engineer.pk)


def test_the_accounts_language_is_taken_up(cast: Cast, client: Client) -> None:
    Person.objects.filter(pk=cast.engineer.pk).update(language="ko")
    assert sign_in(client, cast.engineer.email)["Location"] == "/ko/desk/"


def test_one_returns_to_where_one_was_in_ones_language(cast: Cast, client: Client) -> None:
    Person.objects.filter(pk=cast.university_office.pk).update(language="zh-hans")
    sent = client.get(HERE)
    assert sent["Location"] == f"{LOGIN}?next={HERE}"
    answer = sign_in(client, cast.university_office.email, next=HERE)
    assert answer["Location"] == HERE.replace("/en/", "/zh-hans/")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_is_led_to_another_site(cast: Cast, client: Client, elsewhere: str) -> None:
    assert sign_in(client, cast.engineer.email, next=elsewhere)["Location"] == "/en/desk/"


def test_the_session_gets_a_new_key(cast: Cast, client: Client) -> None:
    client.get(HERE)
    session = client.session
    session["before"] = True
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client, cast.engineer.email)
    assert client.cookies["sessionid"].value != before
    assert client.cookies["sessionid"]["httponly"]


def test_whoever_has_no_live_membership_signs_in_and_has_no_rights(
    cast: Cast, client: Client
) -> None:
    assert sign_in(client, cast.former.email).status_code == 302
    assert client.get(HERE).status_code == 404


@pytest.mark.parametrize("who_", ["engineer", "nobody", "inactive"])
def test_a_refusal_is_told_alike_whether_the_account_exists(
    cast: Cast, client: Client, settings: Any, who_: str
) -> None:
    settings.PASSWORD_HASHERS = ["tests.parties.test_signing_in.Counting"]
    Person.objects.filter(pk=cast.researcher.pk).update(is_active=False)
    email, password = {
        "engineer": ("engineer@example.org", "wrong-password"),
        "nobody": ("nobody@example.org", "wrong-password"),
        "inactive": (cast.researcher.email, PASSWORD),
    }[who_]
    expected = told(sign_in(Client(), "hr@example.org", "wrong-password"))
    Counting.hashed = 0
    assert told(sign_in(client, email, password)) == expected
    assert Counting.hashed == 1  # as much work, so as much time, for each
    assert who(client) is None


def test_who_is_made_inactive_is_signed_out_at_once(cast: Cast, client: Client) -> None:
    sign_in(client, cast.engineer.email)
    Person.objects.filter(pk=cast.engineer.pk).update(is_active=False)
    assert client.get("/en/account/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize("email", ["engineer@example.org", "nobody@example.org"])
def test_wrong_passwords_are_limited_alike_whether_the_account_exists(
    cast: Cast, client: Client, email: str
) -> None:
    for _ in range(5):
        assert "Too many failed" not in sign_in(client, email, "wrong").content.decode()
    limited = told(sign_in(client, email, PASSWORD))
    assert "Too many failed login attempts" in limited[1]
    assert who(client) is None
    assert limited == told(sign_in(Client(), email, "wrong"))
    sign_in(client, cast.hr.email)  # others are not locked out with them
    assert who(client) == str(cast.hr.pk)


def test_one_machine_may_not_try_many_addresses(cast: Cast, client: Client) -> None:
    for number in range(10):
        sign_in(client, f"n{number}@example.org", "wrong")
    assert "Too many failed" in sign_in(client, cast.engineer.email).content.decode()


def test_a_new_password_is_asked_for_alike_whether_the_account_exists(
    cast: Cast, client: Client, django_assert_num_queries: Any
) -> None:
    Person.objects.filter(pk=cast.researcher.pk).update(is_active=False)
    answers = set()
    for email in ("engineer@example.org", "nobody@example.org", cast.researcher.email):
        answer = Client().post(RESET, {"email": email})
        answers.add((answer.status_code, answer["Location"]))
    assert answers == {(302, f"{RESET}done/")}
    assert run_jobs() == ["parties.send_password_reset"] * 3
    assert [letter.to for letter in mail.outbox] == [["engineer@example.org"]]


@pytest.mark.parametrize("email", ["engineer@example.org", "nobody@example.org"])
def test_asking_for_new_passwords_is_limited(cast: Cast, client: Client, email: str) -> None:
    statuses = [client.post(RESET, {"email": email}).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"http://localhost(/\S+)", letter.body)
    assert found is not None
    return found[1]


def test_a_new_password_is_set_once_by_the_link_and_ends_all_sessions(
    cast: Cast, client: Client
) -> None:
    Person.objects.filter(pk=cast.engineer.pk).update(language="ko")
    elsewhere = Client()
    sign_in(elsewhere, cast.engineer.email)
    client.post(RESET, {"email": "ENGINEER@example.org"})
    run_jobs()
    link = link_in(mail.outbox[0])
    assert link.startswith("/ko/account/password/reset/key/")

    form = client.get(link, follow=True)
    place = form.redirect_chain[-1][0]
    new = {"password1": "quite-another-night", "password2": "quite-another-night"}
    assert client.post(place, new | {"password2": "not the same"}).status_code == 200
    assert client.post(place, new).status_code == 302
    assert elsewhere.get("/en/account/").status_code == 302
    assert sign_in(Client(), cast.engineer.email).status_code == 200
    assert sign_in(Client(), cast.engineer.email, "quite-another-night").status_code == 302

    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode()
    run_jobs()
    assert mail.outbox[-1].to == ["engineer@example.org"]  # told that it was done


def test_who_was_locked_out_gets_in_with_the_new_password(cast: Cast, client: Client) -> None:
    for _ in range(6):
        sign_in(client, cast.engineer.email, "wrong")
    client.post(RESET, {"email": cast.engineer.email})
    run_jobs()
    place = client.get(link_in(mail.outbox[0]), follow=True).redirect_chain[-1][0]
    client.post(place, {"password1": "quite-another-night", "password2": "quite-another-night"})
    assert sign_in(client, cast.engineer.email, "quite-another-night").status_code == 302


def test_changing_the_password_ends_the_other_sessions(cast: Cast, client: Client) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, cast.engineer.email)
    before = client.session.session_key
    answer = client.post(
        "/en/account/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "quite-another-night",
            "password2": "quite-another-night",
        },
    )
    assert answer.status_code == 302
    assert elsewhere.get("/en/account/").status_code == 302
    assert client.get("/en/account/").status_code == 200
    assert client.session.session_key != before
    run_jobs()
    assert "Your password was changed." in mail.outbox[0].body


def test_nobody_registers_uninvited(cast: Cast, client: Client) -> None:
    typed = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (
        client.get("/en/account/signup/"),
        client.post("/en/account/signup/", typed),
    ):
        assert answer.status_code == 200
        assert "account/signup_closed.html" in [part.name for part in answer.templates]
    assert not Person.objects.filter(email="new@example.org").exists()
    assert mail.outbox == []


def test_an_address_is_not_changed_by_its_owner(cast: Cast, client: Client) -> None:
    sign_in(client, cast.engineer.email)
    answer = client.post("/en/account/email/", {"email": "x@example.org", "action_add": ""})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", [LOGIN, "/en/account/", RESET, HERE])
def test_pages_load_nothing_from_elsewhere_and_run_nothing_that_stands_in_them(
    cast: Cast, client: Client, path: str
) -> None:
    if path in ("/en/account/", HERE):
        sign_in(client, cast.university_office.email)
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    page = answer.content.decode()
    scripts = re.findall(r"<script\b[^>]*>", page)
    assert all("src=" in tag or "application/json" in tag for tag in scripts), scripts
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Remember me"), ("zh-hans", "记住我"), ("ko", "로그인 상태 유지")],
)
def test_the_sign_in_page_writes_its_labels_like_the_others(
    db: None, client: Client, language: str, label: str
) -> None:
    assert label in client.get(f"/{language}/account/login/").content.decode()


HANGUL = "min@실례.테스트"
ASCII = "min@xn--9n2bp8q.xn--9t4b11yi5a"


@pytest.mark.parametrize("spelling", [HANGUL, ASCII, "ＭＩＮ＠실례．테스트", ASCII.upper()])
def test_every_spelling_of_an_address_signs_in_and_gets_a_new_password(
    cast: Cast, client: Client, spelling: str
) -> None:
    Person.objects.filter(pk=cast.engineer.pk).update(email=ASCII)
    assert sign_in(client, spelling).status_code == 302
    assert who(client) == str(cast.engineer.pk)
    Client().post(RESET, {"email": spelling})
    run_jobs()
    assert [letter.to for letter in mail.outbox] == [[ASCII]]


def test_wrong_passwords_count_for_the_address_however_it_is_spelt(
    cast: Cast, client: Client
) -> None:
    for _ in range(3):
        sign_in(client, "engineer@example.org", "wrong")
        sign_in(client, "ｅngineer@example.org", "wrong")
    assert who(client) is None
    sign_in(client, "engineer@example.org")
    assert who(client) is None  # five are the most


@pytest.mark.parametrize(("page", "field"), [(LOGIN, "login"), (RESET, "email")])
def test_an_address_with_something_invisible_is_refused_in_one_line(
    cast: Cast, client: Client, page: str, field: str
) -> None:
    typed = {field: "engi\u200bneer@example.org", "password": PASSWORD}
    (told,) = client.post(page, typed).context["form"].errors[field]
    assert "cannot be seen" in told
