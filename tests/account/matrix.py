"""Invitations, one's own account, and every page of allauth's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jointlab.parties.models import Invitation
from jointlab.parties.services.invitations import invite_person, token_of
from tests.cast import INSIDERS, OTHER, OWN, Cast
from tests.matrix import SIGNED_IN, Row

OFFICES = ("university_office", "enterprise_office")
OTHERS = tuple(name for name in INSIDERS if name not in OFFICES)


@dataclass(frozen=True)
class Pair(Row):
    """A page of allauth's: what the public gets, and what everybody gets who is signed in."""

    public: int | str = 200
    signed_in: int = 200

    def expected(self, name: str) -> int | str:
        return self.public if name == "public" else self.signed_in


def page(url: str, public: int | str = 200, signed_in: int = 200, **arguments: str) -> Pair:
    return Pair(url, may=SIGNED_IN, public=public, signed_in=signed_in, own=lambda _: arguments)


def invitation_of(cast: Cast, office: str, code: str) -> dict[str, Any]:
    """Return the address of an invitation by that office, under the code of some partnership."""
    email = f"of-{office.replace('_', '-')}@example.org"
    found = Invitation.objects.filter(email=email).first() or invite_person(
        by=cast.people[office],
        partnership=cast.membership(office).partnership,
        organisation=cast.membership(office).organisation,
        email=email,
        language="en",
        roles=["engineer"],
        title_en="Engineer",
    )
    return {"code": code, "invitation": found.pk}


def one(office: str, code: str) -> Any:
    return lambda cast: invitation_of(cast, office, code)


def letter(cast: Cast) -> dict[str, str]:
    """Return the address in the letter to somebody who is nobody of the cast."""
    found = invitation_of(cast, "university_office", OWN)["invitation"]
    return {"token": token_of(Invitation.objects.get(pk=found))}


ROWS = [
    Row(
        "parties:invitations",
        may=OFFICES,
        forbidden=OTHERS,
        own=lambda _: {"code": OWN},
        foreign=lambda _: {"code": OTHER},
    ),
    Row(
        "parties:invitations",
        may=OFFICES,
        forbidden=OTHERS,
        own=lambda _: {"code": OWN},
        foreign=lambda _: {"code": OTHER},
        data={},
    ),
    # Each office has its own invitations: the other side's do not exist for it.
    *(
        Row(
            url,
            may=("university_office",),
            forbidden=OTHERS,
            own=one("university_office", OWN),
            foreign=one("other_office", OTHER),
            data=data,
            status=status,
        )
        for url, data, status in (
            ("parties:withdraw-invitation", None, 200),
            ("parties:send-invitation-again", {}, 302),
        )
    ),
    page("parties:invitation", 404, 404, token="no-such-token"),
    Pair("parties:invitation", SIGNED_IN, public=200, signed_in=403, own=letter),
    page("account", "sign in"),
    page("kept", "sign in", 302),
    page("account_login", 200, 302),
    page("account_logout", 302, 200),
    page("account_inactive"),
    page("account_signup", 200, 302),
    page("account_reauthenticate", "sign in", 200),
    page("account_email", "sign in", 404),
    page("account_email_verification_sent", "sign in", 404),
    page("account_confirm_email", "sign in", 404, key="key"),
    page("account_confirm_login_code", "sign in", 404),
    page("account_change_password", "sign in"),
    page("account_set_password", "sign in", 302),
    page("account_reset_password"),
    page("account_reset_password_done"),
    page("account_reset_password_from_key", uidb36="0", key="key"),
    page("account_reset_password_from_key_done"),
    page("mfa_index", "sign in"),
    page("mfa_authenticate", "sign in", 302),
    page("mfa_reauthenticate", "sign in", 302),
    page("mfa_activate_totp", "sign in", 302),
    page("mfa_deactivate_totp", "sign in", 404),
    page("mfa_view_recovery_codes", "sign in", 404),
    page("mfa_generate_recovery_codes", "sign in", 302),
    page("mfa_download_recovery_codes", "sign in", 404),
    page("mfa_list_webauthn", "sign in"),
    page("mfa_add_webauthn", "sign in", 302),
    page("mfa_reauthenticate_webauthn", "sign in", 302),
    # Who they are is asked once more before it is looked whose key that is.
    page("mfa_remove_webauthn", "sign in", 302, pk="1"),
    page("mfa_edit_webauthn", "sign in", 302, pk="1"),
    page("mfa_login_webauthn", "sign in", 302),
    page("usersessions_list", "sign in"),
]
