from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from jointlab.common.errors import Refusal
from jointlab.parties.models import Invitation, Membership, Person
from jointlab.parties.services import limits
from jointlab.parties.services.invitations import (
    accept_invitation,
    invite_person,
    join_as_newcomer,
    token_of,
    withdraw_invitation,
)
from jointlab.parties.services.organisations import add_organisation
from jointlab.parties.services.partnerships import open_partnership
from tests.cast import OWN, PASSWORD, Cast
from tests.jobs import run_jobs

LIST = f"/en/partnerships/{OWN}/invitations/"
TYPED = {
    "email": "new@example.org",
    "language": "zh-hans",
    "title_en": "Researcher",
    "title_zh": "研究员",
    "title_ko": "",
    "roles": ["researcher"],
    "unit": "",
    "until": "",
}
WHO = {
    "name_own": "王小明",
    "language_own": "zh-Hans",
    "name_en": "Wang Xiaoming",
    "name_zh": "",
    "name_ko": "",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "password": "a-long-night-in-chongqing",
    "password_again": "a-long-night-in-chongqing",
}


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.university_office)
    return client


def invited(cast: Cast, email: str = "new@example.org") -> Invitation:
    return invite_person(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        email=email,
        language="en",
        roles=["researcher"],
        title_en="Researcher",
    )


def opened(invitation: Invitation) -> str:
    return f"/en/invitations/{token_of(invitation)}/"


def test_the_office_invites_and_sees_who_has_not_answered(cast: Cast, office: Client) -> None:
    answer = office.post(LIST, TYPED | {"organisation": cast.university.pk}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    page = answer.content.decode()
    assert "An e-mail is on its way to new@example.org." in page
    assert "Being sent" in page
    run_jobs()
    assert mail.outbox[0].to == ["new@example.org"]
    assert "Being sent" not in office.get(LIST).content.decode()


def test_what_was_typed_stays_when_something_is_wrong(cast: Cast, office: Client) -> None:
    wrong = TYPED | {"organisation": cast.university.pk, "email": cast.researcher.email}
    page = office.post(LIST, wrong).content.decode()
    assert "A member of your side has this address." in page
    assert "研究员" in page
    assert not Invitation.objects.exists()


def test_a_last_day_that_is_past_is_said_beside_the_field(cast: Cast, office: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    wrong = TYPED | {"organisation": cast.university.pk, "until": yesterday.isoformat()}
    answer = office.post(LIST, wrong)
    assert answer.context["form"].errors == {"until": ["This day is past."]}


def test_the_form_offers_no_other_side_and_no_other_units(cast: Cast, office: Client) -> None:
    wrong = TYPED | {"organisation": cast.enterprise.pk, "unit": cast.body_and_safety.pk}
    errors = office.post(LIST, wrong).context["form"].errors
    assert errors.keys() == {"organisation", "unit"}


def test_the_other_side_does_not_see_the_invitations(cast: Cast, client: Client) -> None:
    invited(cast)
    client.force_login(cast.enterprise_office)
    assert "new@example.org" not in client.get(LIST).content.decode()


def test_the_operator_invites_the_first_office_of_either_side(cast: Cast, client: Client) -> None:
    institute = add_organisation(
        by=cast.operator, kind="institute", name_own="Westmere Institute", language_own="en"
    )
    sides = [cast.university, institute]
    open_partnership(by=cast.operator, code="fresh", organisations=sides, name_en="Fresh")
    client.force_login(cast.operator)
    place = "/en/partnerships/fresh/invitations/"
    for side in sides:
        typed = TYPED | {
            "organisation": side.pk,
            "roles": ["office"],
            "email": f"{side.pk}@example.org",
        }
        assert client.post(place, typed).status_code == 302
    assert Invitation.objects.filter(partnership__code="fresh").count() == 2


def test_withdrawing_says_what_is_lost_and_then_does_it(cast: Cast, office: Client) -> None:
    invitation = invited(cast)
    place = f"{LIST}{invitation.pk}/withdraw/"
    assert "opens nothing any more" in office.get(place).content.decode()
    assert Invitation.objects.get().is_open
    office.post(place)
    assert Invitation.objects.get().standing == "withdrawn"
    assert office.post(place).status_code == 200  # said on the page, nothing happens twice


def test_sending_again(cast: Cast, office: Client) -> None:
    invitation = invited(cast)
    before = opened(invitation)
    office.post(f"{LIST}{invitation.pk}/send-again/")
    assert office.get(before).status_code == 404
    run_jobs()
    assert opened(Invitation.objects.get()) in mail.outbox[0].body


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    cast: Cast,
    office: Client,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "A_PERSON", {})
    for number in range(60):
        invited(cast, f"n{number}@example.org")
    office.get(LIST)  # what waits is counted anew after a change
    with django_assert_max_num_queries(20):
        page = office.get(LIST)
    assert len(page.context["page"].object_list) == 50


def test_one_invitation_too_many_is_refused_in_one_line_that_says_when(
    cast: Cast, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = invited(cast, "first@example.org")
    monkeypatch.setattr(limits, "A_PERSON", {limits.HOUR: 1})
    page = office.post(LIST, TYPED | {"organisation": cast.university.pk})
    (line,) = page.context["form"].non_field_errors()
    assert line.startswith("Too many invitations in a short time: the next can be sent from ")
    again = office.post(f"{LIST}{first.pk}/send-again/")
    assert "Too many invitations in a short time" in again.content.decode()
    assert Invitation.objects.count() == 1


def test_a_newcomer_accepts_and_is_signed_in(cast: Cast, client: Client) -> None:
    place = opened(invited(cast))
    assert "Northlake and Asterion" in client.get(place).content.decode()
    answer = client.post(place, WHO)
    assert answer.status_code == 302
    assert answer["Location"] == f"/zh-hans/partnerships/{OWN}/"
    person = Person.objects.get(email="new@example.org")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert person.name_own == "王小明"
    assert person.check_password("a-long-night-in-chongqing")
    assert Membership.objects.live().get(person=person).organisation == cast.university


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_own": " "}, "name_own"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password": "password123", "password_again": "password123"}, "password"),
        ({"password": "wang xiaoming", "password_again": "wang xiaoming"}, "password"),
        ({"password_again": "another-night-in-chongqing"}, "password_again"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"language": "tlh"}, "language"),
        ({"name_own": "x" * 201}, "name_own"),
    ],
    ids=str,
)
def test_what_a_newcomer_types_is_checked(
    cast: Cast, client: Client, wrong: dict[str, str], field: str
) -> None:
    answer = client.post(opened(invited(cast)), WHO | wrong)
    assert field in answer.context["form"].errors
    assert not Person.objects.filter(email="new@example.org").exists()


def test_who_has_an_account_signs_in_and_then_accepts(cast: Cast, client: Client) -> None:
    place = opened(invited(cast, cast.outsider.email))
    page = client.get(place).content.decode()
    assert f"/en/account/login/?next={place}" in page
    assert "password" not in page
    signed_in = client.post(
        "/en/account/login/",
        {"login": cast.outsider.email, "password": PASSWORD, "next": place},
    )
    assert signed_in["Location"] == place
    assert "Accept invitation" in client.get(place).content.decode()
    assert Membership.objects.filter(person=cast.outsider).count() == 0  # looking is not accepting
    assert client.post(place).status_code == 302
    assert Membership.objects.live().filter(person=cast.outsider).count() == 1


def test_an_account_cannot_be_made_anew_by_posting_the_form(cast: Cast, client: Client) -> None:
    client.post(opened(invited(cast, cast.outsider.email)), WHO)
    assert Person.objects.get(email=cast.outsider.email).check_password(PASSWORD)


def test_opened_while_signed_in_as_another(cast: Cast, client: Client) -> None:
    client.force_login(cast.outsider)
    answer = client.post(opened(invited(cast)))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "This invitation is for another address" in page
    assert cast.outsider.email in page
    assert "new@example.org" not in page
    assert Invitation.objects.get().is_open


def test_used_twice(cast: Cast, client: Client) -> None:
    place = opened(invited(cast))
    client.post(place, WHO)
    for browser in (client, Client()):
        answer = browser.post(place, WHO)
        assert answer.status_code == 410
        assert "This invitation has been used" in answer.content.decode()
    assert Membership.objects.filter(person__email="new@example.org").count() == 1


def test_expired(cast: Cast, client: Client) -> None:
    invitation = invited(cast)
    Invitation.objects.update(expires_at=timezone.now())
    # The link's secret is bound to the day that it was good until.
    answer = client.get(opened(invitation))
    assert answer.status_code == 410
    assert "This invitation has expired" in answer.content.decode()


def test_withdrawn(cast: Cast, client: Client) -> None:
    invitation = invited(cast)
    withdraw_invitation(by=cast.university_office, invitation=invitation)
    answer = client.get(opened(invitation))
    assert answer.status_code == 410
    assert "This invitation was withdrawn" in answer.content.decode()


def test_a_link_that_was_cut_off(client: Client, cast: Cast) -> None:
    answer = client.get(opened(invited(cast))[:-9] + "/")
    assert answer.status_code == 404
    assert "This link leads to no invitation" in answer.content.decode()


def test_an_opened_letter_is_kept_by_no_cache_and_sent_to_no_other_site(
    cast: Cast, client: Client
) -> None:
    answer = client.get(opened(invited(cast)))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def at_once(*acts: Any) -> list[Any]:
    """Do the acts at the same moment, each on a connection of its own."""
    barrier = Barrier(len(acts))

    def do(act: Any) -> Any:
        try:
            barrier.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


@pytest.mark.parametrize("known", [True, False])
def test_two_acceptances_at_once_make_one_membership(transactional_db: None, known: bool) -> None:
    cast = Cast.tell()
    email = cast.outsider.email if known else "new@example.org"
    token = token_of(invited(cast, email))
    profile = {key: value for key, value in WHO.items() if not key.startswith("password")}

    def accept() -> Membership:
        if known:
            return accept_invitation(by=cast.outsider, token=token)
        return join_as_newcomer(token=token, password=PASSWORD, **profile)

    results = at_once(accept, accept)
    assert sorted(type(result).__name__ for result in results) == ["Membership", "NotNow"]
    assert Membership.objects.filter(person__email=email).count() == 1


def test_two_invitations_of_one_address_at_once_make_one(transactional_db: None) -> None:
    cast = Cast.tell()
    results = at_once(lambda: invited(cast), lambda: invited(cast))
    assert sorted(type(result).__name__ for result in results) == ["Invitation", "NotNow"]
