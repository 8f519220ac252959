"""The room's jobs: letters."""

from __future__ import annotations

from datetime import datetime

from jointlab.common.jobs import letter_job
from jointlab.parties.services import accounts, invitations


@letter_job("parties.send_invitation")
def send_invitation(invitation: str) -> None:
    """Write to the invited address."""
    invitations.send_invitation(invitation_id=invitation)


@letter_job("parties.send_password_reset")
def send_password_reset(email: str) -> None:
    """Write the link, if an account has the address."""
    accounts.send_password_reset(email=email)


@letter_job("parties.send_account_notice")
def send_account_notice(person: str, what: str, at: str, whence: str) -> None:
    """Tell a person what was done to their account."""
    accounts.send_account_notice(
        person_id=person, what=what, at=datetime.fromisoformat(at), whence=whence
    )
