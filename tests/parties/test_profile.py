from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jointlab.history.models import Entry
from jointlab.parties.models import Person
from jointlab.parties.services.people import edit_profile
from tests.cast import Cast

PROFILE = "/en/account/"


@pytest.fixture
def typed(cast: Cast, client: Client) -> dict[str, Any]:
    """Return the engineer's profile as the page's form has it, in whose browser it is open."""
    client.force_login(cast.engineer)
    form = client.get(PROFILE).context["form"]
    return {name: form[name].value() for name in form.fields}


def test_the_page_leads_to_the_keys_of_the_account(
    cast: Cast, client: Client, typed: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        page = client.get(PROFILE).content.decode()
    for path in ("password/change/", "2fa/", "2fa/webauthn/", "sessions/"):
        assert f'href="/en/account/{path}"' in page


def test_names_are_changed_and_history_knows(cast: Cast, client: Client, typed: Any) -> None:
    answer = client.post(PROFILE, typed | {"name_own": "محمد", "language_own": "ar"})
    assert answer["Location"] == PROFILE
    assert Person.objects.get(pk=cast.engineer.pk).name_own == "محمد"
    entry = Entry.objects.get(chain=cast.engineer.pk)
    assert entry.event == "parties.profile_edited"
    assert entry.facts["changed"] == ["name_own", "language_own", "time_zone"]


def test_another_language_is_taken_up_at_once(cast: Cast, client: Client, typed: Any) -> None:
    answer = client.post(PROFILE, typed | {"language": "ko"}, follow=True)
    assert answer.redirect_chain == [("/ko/account/", 302)]
    assert "프로필을 저장했습니다." in answer.content.decode()


def test_times_are_shown_in_the_chosen_zone(cast: Cast, client: Client, typed: Any) -> None:
    client.post(PROFILE, typed | {"time_zone": "America/St_Johns"})
    assert Person.objects.get(pk=cast.engineer.pk).time_zone == "America/St_Johns"
    assert client.get(PROFILE).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_own", ""),
        ("name_own", "\u200b \u00a0"),
        ("language", "xx"),
        ("language_own", "nonsense"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_what_makes_no_sense_is_refused(
    cast: Cast, client: Client, typed: Any, field: str, value: str
) -> None:
    answer = client.post(PROFILE, typed | {field: value})
    assert answer.status_code == 200
    assert not answer.context["form"].is_valid()
    assert not Entry.objects.filter(chain=cast.engineer.pk).exists()


def test_the_second_of_two_edits_is_told_and_keeps_what_was_typed(
    cast: Cast, client: Client, typed: Any
) -> None:
    edit_profile(by=cast.engineer, version=1, name_en="First Edit")
    answer = client.post(PROFILE, typed | {"name_en": "Second Edit"})
    page = answer.content.decode()
    assert "Somebody else changed this meanwhile" in page
    assert "Second Edit" in page
    assert Person.objects.get(pk=cast.engineer.pk).name_en == "First Edit"
    # The form stands on the newer version now: sending it again is a decision.
    form = answer.context["form"]
    again = {name: form[name].value() for name in form.fields}
    assert client.post(PROFILE, again)["Location"] == PROFILE
    assert Person.objects.get(pk=cast.engineer.pk).name_en == "Second Edit"


def test_address_and_rights_are_nothing_that_the_form_changes(
    cast: Cast, client: Client, typed: Any
) -> None:
    more = {"email": "other@example.org", "is_operator": "on", "is_active": ""}
    client.post(PROFILE, typed | more)
    person = Person.objects.get(pk=cast.engineer.pk)
    assert (person.email, person.is_operator, person.is_active) == (
        cast.engineer.email,
        False,
        True,
    )
