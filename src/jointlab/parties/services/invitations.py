"""Invitations: from a side's office to one address, good once and for fourteen days.

The token stands in the letter alone. The table holds its SHA-256; the worker that writes the
letter makes it again from the instance's secret key, so that no job holds it either. The address
is not recorded: the chain is for ever, and both sides read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from jointlab.common import days, mail
from jointlab.common.addresses import address_of
from jointlab.common.errors import NotAllowed, NotNow, Refusal
from jointlab.common.jobs import defer
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, lock, refusing
from jointlab.history.chain import microseconds
from jointlab.parties import events
from jointlab.parties.models import (
    Invitation,
    Membership,
    Organisation,
    Partnership,
    Person,
    Phase,
    Unit,
)
from jointlab.parties.services.limits import count_invitation
from jointlab.parties.services.memberships import (
    check_unit,
    create_membership,
    record_membership,
    record_post,
    require_recruiter,
    sort_roles,
)

GOOD_FOR = timedelta(days=14)


@transaction.atomic
def invite_person(
    *,
    by: Person,
    partnership: Partnership,
    organisation: Organisation,
    email: str,
    language: str,
    roles: Sequence[str],
    unit: Unit | None = None,
    until: date | None = None,
    **titles: str,
) -> Invitation:
    """Offer a membership to whoever reads that address; `titles` as in add_member."""
    require_recruiter(by, partnership, organisation, roles)
    check_unit(organisation, unit)
    if until is not None and until < days.today():
        raise Refusal(_("The last day of the membership is past."))
    email = address_of(email)
    lock(partnership)  # two invitations of one address at once: the second sees the first
    _require_address_free(partnership, organisation, email)
    count_invitation(by=by, side=organisation)
    invitation = Invitation(
        partnership=partnership,
        organisation=organisation,
        unit=unit,
        email=email,
        language=language,
        roles=sort_roles(roles),
        until=until,
        invited_by=by,
        **tidy_names(titles),
    )
    _set_new_link(invitation)
    check(invitation)
    invitation.save(force_insert=True)
    defer("parties.send_invitation", invitation=str(invitation.pk))
    record_post(events.PERSON_INVITED, by, invitation)
    return invitation


@transaction.atomic
def send_invitation_again(*, by: Person, invitation: Invitation) -> Invitation:
    """Send a new link, good for fourteen days from now; the one before leads nowhere."""
    invitation = _lock_pending_invitation(by, invitation)
    count_invitation(by=by, side=invitation.organisation)
    _set_new_link(invitation)
    invitation.save(update_fields=["expires_at", "token_hash", "sent_at"])
    defer("parties.send_invitation", invitation=str(invitation.pk))
    record_post(events.INVITATION_SENT_AGAIN, by, invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(*, by: Person, invitation: Invitation) -> Invitation:
    """Take an invitation back: its link opens nothing any more."""
    invitation = _lock_pending_invitation(by, invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    record_post(events.INVITATION_WITHDRAWN, by, invitation)
    return invitation


@transaction.atomic
def accept_invitation(*, by: Person, token: str) -> Membership:
    """Become a member, as the person whose address was invited."""
    invitation = _lock_acceptable_invitation(token)
    if by.email != invitation.email:
        raise NotAllowed(_("This invitation is for another address."))
    membership = create_membership(
        partnership=invitation.partnership,
        organisation=invitation.organisation,
        person=by,
        roles=invitation.roles,
        # A unit that was closed meanwhile is nothing that the invited could mend.
        unit=None if invitation.unit and invitation.unit.closed_on else invitation.unit,
        until=invitation.until,
        title_en=invitation.title_en,
        title_zh=invitation.title_zh,
        title_ko=invitation.title_ko,
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record_membership(events.INVITATION_ACCEPTED, by, membership)
    return membership


@transaction.atomic
def join_as_newcomer(*, token: str, password: str, **profile: Any) -> Membership:
    """Make the account that the invited address does not have yet, and accept."""
    person = Person(email=_lock_acceptable_invitation(token).email, **tidy_names(profile))
    person.set_password(password)
    check(person)
    known = _("This address has an account by now: sign in, then accept.")
    with refusing(parties_person_one_address=known, parties_person_email_key=known):
        person.save(force_insert=True)
    return accept_invitation(by=person, token=token)


@transaction.atomic
def send_invitation(*, invitation_id: str) -> None:
    """Write the letter, once for each link: the worker's part."""
    invitation = _invitations_for_update("invited_by").get(pk=invitation_id)
    if invitation.sent_at is not None or not invitation.is_open:
        return
    language = invitation.language
    address = mail.link("parties:invitation", language, token=token_of(invitation))
    mail.compose(
        "parties/mail/invitation",
        to=invitation.email,
        language=language,
        invitation=invitation,
        link=address,
    ).send()
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["sent_at"])


def token_of(invitation: Invitation) -> str:
    """Return the secret of the letter: another one each time that it is sent."""
    subject = f"{invitation.pk} {microseconds(invitation.expires_at)}"
    return salted_hmac("jointlab.invitation", subject, algorithm="sha256").hexdigest()


def _set_new_link(invitation: Invitation) -> None:
    invitation.expires_at = timezone.now() + GOOD_FOR
    invitation.token_hash = Invitation.hash_of(token_of(invitation))
    invitation.sent_at = None


def _require_address_free(partnership: Partnership, side: Organisation, email: str) -> None:
    """Refuse an address that the side has as a member's or invited; clear away a stale invitation.

    Of the other side's addresses nothing is told: whoever belongs there learns it on accepting.
    """
    if partnership.memberships.live().filter(organisation=side, person__email=email).exists():
        raise NotNow(_("A member of your side has this address."))
    unsettled = partnership.invitations.filter(
        organisation=side, email=email, accepted_at=None, withdrawn_at=None
    ).first()
    if unsettled is None:
        return
    if unsettled.is_open:
        raise NotNow(_("This address has an open invitation: send it again, or withdraw it first."))
    unsettled.withdrawn_at = timezone.now()
    unsettled.save(update_fields=["withdrawn_at"])


def _lock_pending_invitation(by: Person, invitation: Invitation) -> Invitation:
    """Return the invitation, locked, if it is not settled and of the side whose office acts."""
    require_recruiter(by, invitation.partnership, invitation.organisation, invitation.roles)
    invitation = _invitations_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise NotNow(_("This invitation has been accepted."))
    if invitation.withdrawn_at is not None:
        raise NotNow(_("This invitation has been withdrawn."))
    return invitation


def _lock_acceptable_invitation(token: str) -> Invitation:
    """Return the invitation of that token, locked, if it can be accepted now."""
    invitation = _invitations_for_update().filter(token_hash=Invitation.hash_of(token)).first()
    if invitation is None or not invitation.is_open:
        raise NotNow(_("This invitation cannot be accepted any more."))
    if invitation.partnership.phase is Phase.ENDED:
        raise NotNow(_("This partnership has ended."))
    return invitation


def _invitations_for_update(*related: str) -> QuerySet[Invitation]:
    rows = Invitation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("partnership", "organisation", "unit", *related)
