"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from jointlab.parties.views import invitations, profile

app_name = "parties"
urlpatterns: list[URLPattern] = [
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("partnerships/<slug:code>/invitations/", invitations.invitations, name="invitations"),
    path(
        "partnerships/<slug:code>/invitations/<uuid:invitation>/send-again/",
        invitations.send_again,
        name="send-invitation-again",
    ),
    path(
        "partnerships/<slug:code>/invitations/<uuid:invitation>/withdraw/",
        invitations.withdraw,
        name="withdraw-invitation",
    ),
]

# Below account/, without a namespace. allauth's pages stand here but those that an instance
# without registration does not have: an address is the one that was invited.
account: list[URLPattern | URLResolver] = [
    path("", profile.profile, name="account"),
    path("kept/", profile.kept, name="kept"),
    path("email/", profile.absent, name="account_email"),
    path("confirm-email/", profile.absent, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", profile.absent, name="account_confirm_email"),
    path("login/code/confirm/", profile.absent, name="account_confirm_login_code"),
    path("", include("allauth.urls")),
]
