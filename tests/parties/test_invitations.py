from __future__ import annotations

import re
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from unittest import mock

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.utils import timezone

from jointlab.common import show
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.history.models import Entry
from jointlab.parties.models import Invitation, Person
from jointlab.parties.services import limits
from jointlab.parties.services.invitations import (
    accept_invitation,
    invite_person,
    join_as_newcomer,
    send_invitation_again,
    token_of,
    withdraw_invitation,
)
from jointlab.parties.services.memberships import add_member, end_membership
from jointlab.parties.services.organisations import add_organisation
from jointlab.parties.services.partnerships import open_partnership
from tests.cast import PASSWORD, Cast
from tests.jobs import run_jobs

NEW = "Neu@Example.ORG"
PROFILE = {
    "name_own": "김민지",
    "language_own": "ko",
    "name_en": "Minji Kim",
    "language": "ko",
    "time_zone": "Asia/Seoul",
}


def invite(cast: Cast, **more: Any) -> Invitation:
    return invite_person(
        **{
            "by": cast.university_office,
            "partnership": cast.partnership,
            "organisation": cast.university,
            "email": NEW,
            "language": "ko",
            "roles": ["researcher"],
            "title_en": "Researcher",
            "title_zh": "研究员",
            "title_ko": "연구원",
            **more,
        }
    )


def last(cast: Cast) -> Entry:
    return Entry.objects.filter(chain=cast.partnership.pk).latest("number")


def test_an_office_invites_and_history_knows_but_not_the_address(cast: Cast) -> None:
    invitation = invite(cast, unit=cast.automation)
    assert invitation.is_open
    assert invitation.email == "neu@example.org"
    entry = last(cast)
    assert entry.event == "parties.person_invited"
    assert entry.actor == cast.university_office.pk
    assert entry.facts["roles"] == ["researcher"]
    assert "neu@example.org" not in entry.record


def test_the_letter_is_in_the_language_of_the_invited_and_leads_to_the_invitation(
    cast: Cast,
) -> None:
    invitation = invite(cast)
    assert run_jobs() == ["parties.send_invitation"]
    (letter,) = mail.outbox
    assert letter.to == ["neu@example.org"]
    assert letter.subject == "노스레이크와 아스테리온 협력에 초대합니다"
    assert f"http://localhost/ko/invitations/{token_of(invitation)}/" in letter.body
    assert "연구원" in letter.body
    invitation.refresh_from_db()
    assert invitation.sent_at is not None


def test_a_letter_is_sent_once_however_often_its_job_runs(cast: Cast) -> None:
    from jointlab.parties.tasks import send_invitation

    invitation = invite(cast)
    for _ in range(3):
        send_invitation(invitation=str(invitation.pk))
    assert len(mail.outbox) == 1


def test_a_letter_is_not_sent_after_its_invitation_was_withdrawn(cast: Cast) -> None:
    withdraw_invitation(by=cast.university_office, invitation=invite(cast))
    run_jobs()
    assert mail.outbox == []


def test_neither_the_table_nor_the_job_holds_the_token(cast: Cast) -> None:
    token = token_of(invite(cast))
    with connection.cursor() as cursor:
        for table in (
            "parties_invitation",
            "procrastinate_jobs",
            "history_entry",
            "history_details",
        ):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608
            assert not any(token in row for (row,) in cursor.fetchall()), table


@pytest.mark.parametrize(
    ("who", "side", "refusal"),
    [
        ("engineer", "enterprise", NotAllowed),
        ("university_office", "enterprise", NotAllowed),
        ("other_office", "university", NotVisible),
        ("outsider", "university", NotVisible),
        ("operator", "university", NotVisible),  # this side has an office
        ("university_office", "other_university", Refusal),
    ],
)
def test_nobody_else_invites(cast: Cast, who: str, side: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        invite(cast, by=cast.people[who], organisation=cast.organisations[side])
    assert not Invitation.objects.exists()


def test_the_operator_invites_the_first_office_of_a_side_and_nobody_else(cast: Cast) -> None:
    institute = add_organisation(
        by=cast.operator, kind="institute", name_own="Westmere Institute", language_own="en"
    )
    fresh = open_partnership(
        by=cast.operator,
        code="fresh",
        organisations=[cast.university, institute],
        name_en="Fresh",
    )
    by_operator: dict[str, Any] = {
        "by": cast.operator,
        "partnership": fresh,
        "organisation": institute,
    }
    with pytest.raises(NotVisible):
        invite(cast, **by_operator, roles=["engineer"])
    invitation = invite(cast, **by_operator, roles=["office"])
    membership = join_as_newcomer(token=token_of(invitation), password=PASSWORD, **PROFILE)
    with pytest.raises(NotVisible):
        invite(cast, **by_operator, roles=["office"], email="second@example.org")
    assert invite(cast, **by_operator | {"by": membership.person}, email="x@example.org").is_open


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": []},
        {"roles": ["emperor"]},
        {"until": timezone.localdate() - timedelta(days=1)},
        {"email": "nobody"},
        {"title_en": ""},
    ],
    ids=str,
)
def test_an_invitation_that_nobody_could_accept_is_refused(
    cast: Cast, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        invite(cast, **wrong)


def test_a_unit_of_the_other_side_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal):
        invite(cast, unit=cast.body_and_safety)


def test_an_address_has_one_open_invitation_of_a_side(cast: Cast) -> None:
    invite(cast)
    with pytest.raises(NotNow):
        invite(cast, email=NEW.upper())


def test_inviting_does_not_tell_whom_the_other_side_has_invited_or_has(cast: Cast) -> None:
    both = [invite(cast), invite(cast, by=cast.enterprise_office, organisation=cast.enterprise)]
    assert invite(cast, email=cast.engineer.email).is_open
    join_as_newcomer(token=token_of(both[0]), password=PASSWORD, **PROFILE)
    person = Person.objects.get(email=NEW.lower())
    for token, who in ((both[1], person), (Invitation.objects.latest("id"), cast.engineer)):
        with pytest.raises(NotNow):
            accept_invitation(by=who, token=token_of(token))


def test_an_invitation_is_good_for_fourteen_days(cast: Cast) -> None:
    before = timezone.now()
    invitation = invite(cast)
    kept = timedelta(days=14)
    assert before + kept <= invitation.expires_at <= timezone.now() + kept


def test_an_expired_invitation_gives_way_to_a_new_one(cast: Cast) -> None:
    old = invite(cast)
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    assert invite(cast).pk != old.pk
    old.refresh_from_db()
    assert old.standing == "withdrawn"


def test_a_member_is_not_invited(cast: Cast) -> None:
    with pytest.raises(NotNow):
        invite(cast, email=cast.researcher.email)


def test_that_an_address_has_an_account_is_not_told_by_inviting(cast: Cast) -> None:
    known = invite(cast, email=cast.outsider.email)
    unknown = invite(cast)
    assert known.standing == unknown.standing
    run_jobs()
    texts = {
        letter.body.replace(token_of(invitation), "…")
        for letter, invitation in zip(mail.outbox, (known, unknown), strict=True)
    }
    assert len(texts) == 1


def test_a_newcomer_becomes_a_person_and_a_member(cast: Cast) -> None:
    invitation = invite(cast, unit=cast.automation)
    membership = join_as_newcomer(token=token_of(invitation), password=PASSWORD, **PROFILE)
    person = membership.person
    assert (person.email, person.name_own, person.language) == ("neu@example.org", "김민지", "ko")
    assert person.check_password(PASSWORD)
    assert (membership.roles, membership.unit) == (["researcher"], cast.automation)
    assert membership.title_zh == "研究员"
    entry = last(cast)
    assert entry.event == "parties.invitation_accepted"
    assert entry.actor == person.pk
    assert entry.facts["person"]["name"]["own"] == "김민지"


@pytest.mark.parametrize("name", ["مریم میرزاخانی", "🦊 Fuchs 🦊", "𠮷野家", "O’Brien-Łukasiewicz"])
def test_names_of_any_script_are_taken(cast: Cast, name: str) -> None:
    token = token_of(invite(cast))
    membership = join_as_newcomer(
        token=token, password=PASSWORD, **PROFILE | {"name_own": name, "name_en": ""}
    )
    assert Person.objects.get(pk=membership.person_id).name_own == name


def test_who_has_an_account_joins_as_it(cast: Cast) -> None:
    invitation = invite(cast, email=cast.outsider.email)
    membership = accept_invitation(by=cast.outsider, token=token_of(invitation))
    assert membership.person == cast.outsider
    invitation.refresh_from_db()
    assert invitation.standing == "accepted"


def test_a_second_account_for_one_address_is_refused(cast: Cast) -> None:
    invitation = invite(cast, email=cast.outsider.email)
    with pytest.raises(Refusal):
        join_as_newcomer(token=token_of(invitation), password=PASSWORD, **PROFILE)
    assert invitation.is_open


def test_another_address_cannot_accept(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        accept_invitation(by=cast.outsider, token=token_of(invite(cast)))


def test_an_invitation_is_good_once(cast: Cast) -> None:
    token = token_of(invite(cast, email=cast.outsider.email))
    membership = accept_invitation(by=cast.outsider, token=token)
    end_membership(by=cast.university_office, membership=membership)
    with pytest.raises(NotNow):
        accept_invitation(by=cast.outsider, token=token)


@pytest.mark.parametrize("fate", ["expired", "withdrawn", "sent again"])
def test_a_link_that_is_void_accepts_nothing(cast: Cast, fate: str) -> None:
    invitation = invite(cast, email=cast.outsider.email)
    token = token_of(invitation)
    if fate == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif fate == "withdrawn":
        withdraw_invitation(by=cast.university_office, invitation=invitation)
    else:
        send_invitation_again(by=cast.university_office, invitation=invitation)
    with pytest.raises(NotNow):
        accept_invitation(by=cast.outsider, token=token)


def test_sending_again_makes_an_expired_invitation_good_with_a_new_link(cast: Cast) -> None:
    invitation = invite(cast, email=cast.outsider.email)
    run_jobs()
    Invitation.objects.update(expires_at=timezone.now())
    again = send_invitation_again(by=cast.university_office, invitation=invitation)
    assert last(cast).event == "parties.invitation_sent_again"
    run_jobs()
    assert token_of(again) in mail.outbox[1].body
    assert token_of(again) not in mail.outbox[0].body
    accept_invitation(by=cast.outsider, token=token_of(again))


@pytest.mark.parametrize("verb", [withdraw_invitation, send_invitation_again])
def test_the_other_sides_office_changes_nothing(cast: Cast, verb: Any) -> None:
    with pytest.raises(NotAllowed):
        verb(by=cast.enterprise_office, invitation=invite(cast))


@pytest.mark.parametrize("verb", [withdraw_invitation, send_invitation_again])
def test_what_is_settled_stays_so(cast: Cast, verb: Any) -> None:
    invitation = invite(cast, email=cast.outsider.email)
    accept_invitation(by=cast.outsider, token=token_of(invitation))
    with pytest.raises(NotNow):
        verb(by=cast.university_office, invitation=invitation)


def test_withdrawing_is_in_the_history(cast: Cast) -> None:
    withdraw_invitation(by=cast.university_office, invitation=invite(cast))
    assert last(cast).event == "parties.invitation_withdrawn"


def test_who_became_a_member_meanwhile_is_not_made_one_twice(cast: Cast) -> None:
    invitation = invite(cast, email=cast.outsider.email)
    add_member(
        by=cast.enterprise_office,
        partnership=cast.partnership,
        organisation=cast.enterprise,
        person=cast.outsider,
        roles=["engineer"],
        title_en="Engineer",
    )
    with pytest.raises(NotNow):
        accept_invitation(by=cast.outsider, token=token_of(invitation))


def test_every_spelling_of_an_address_is_one_invitation(cast: Cast) -> None:
    assert invite(cast, email="lin@例子。测试").email == "lin@xn--fsqu00a.xn--0zwm56d"
    for spelling in ("ＬＩＮ＠例子.测试", "lin@XN--fsqu00a.xn--0zwm56d"):
        with pytest.raises(NotNow, match="has an open invitation"):
            invite(cast, email=spelling)


def test_an_address_with_something_invisible_is_not_invited(cast: Cast) -> None:
    with pytest.raises(Refusal, match="cannot be seen"):
        invite(cast, email="engi\u200bneer@example.org")


def test_addresses_that_were_kept_as_typed_are_found_in_the_one_form(cast: Cast) -> None:
    rewrite = import_module("jointlab.parties.migrations.0008_addresses_in_one_form").rewrite
    invitation, twin = invite(cast), invite(cast, email="twin@例子.测试")
    Person.objects.filter(pk=cast.engineer.pk).update(email="ｌｉｎ@例子.测试")
    Invitation.objects.filter(pk=invitation.pk).update(email="new@例子.测试")
    older = Invitation.objects.get(pk=twin.pk)
    older.pk, older.token_hash, older.email = None, "another", "ｔｗｉｎ@例子.测试"
    older.save(force_insert=True)
    rewrite(apps, None)
    assert Person.objects.get(pk=cast.engineer.pk).email == "lin@xn--fsqu00a.xn--0zwm56d"
    invitation.refresh_from_db()
    older.refresh_from_db()
    assert invitation.email == "new@xn--fsqu00a.xn--0zwm56d"
    assert older.email == "ｔｗｉｎ@例子.测试"  # two rows never become one


def send(cast: Cast, number: int, **more: Any) -> Invitation:
    return invite(cast, email=f"new{number}@example.org", **more)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "A_PERSON", {limits.HOUR: 3, limits.DAY: 5})
    monkeypatch.setattr(limits, "A_SIDE", {limits.HOUR: 4, limits.DAY: 6})


def at(moment: datetime) -> Any:
    return mock.patch("django.utils.timezone.now", return_value=moment)


@pytest.mark.usefixtures("few")
def test_a_person_sends_so_many_invitations_an_hour_and_a_day(cast: Cast) -> None:
    start = timezone.now()
    with at(start):
        first, *_others = [send(cast, number) for number in range(3)]
        written = f"{show.clock(show.local(start + timedelta(minutes=61)))} (UTC"
        with pytest.raises(NotNow, match=re.escape(written)):
            send(cast, 3)
        with pytest.raises(NotNow, match="Too many invitations"):
            send_invitation_again(by=cast.university_office, invitation=first)
    with at(start + timedelta(hours=2)):
        send(cast, 3)
        send_invitation_again(by=cast.university_office, invitation=first)
        with pytest.raises(NotNow, match=show.day(show.local(start + timedelta(days=1)))):
            send(cast, 4)
    with at(start + timedelta(days=1, seconds=1)):
        send(cast, 4)


@pytest.mark.usefixtures("few")
def test_a_sides_offices_share_its_limit_and_the_other_side_has_its_own(cast: Cast) -> None:
    add_member(
        by=cast.university_office,
        partnership=cast.partnership,
        organisation=cast.university,
        person=cast.outsider,
        roles=["office"],
        title_en="Office",
    )
    for number in range(3):
        send(cast, number)
    send(cast, 3, by=cast.outsider)
    with pytest.raises(NotNow, match="Too many invitations"):
        send(cast, 4, by=cast.outsider)
    send(cast, 4, by=cast.enterprise_office, organisation=cast.enterprise)


@pytest.mark.usefixtures("few")
def test_what_was_refused_is_not_counted(cast: Cast) -> None:
    for _ in range(5):
        with pytest.raises(Refusal):
            invite(cast, email="no address")
    assert send(cast, 1).is_open
