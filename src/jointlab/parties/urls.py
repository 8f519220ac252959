"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from jointlab.parties.views import (
    history,
    invitations,
    operator,
    organisations,
    partnerships,
    people,
    profile,
)

app_name = "parties"
urlpatterns: list[URLPattern] = [
    path("partnerships/", partnerships.partnerships, name="partnerships"),
    path("partnerships/<slug:code>/", partnerships.partnership, name="partnership"),
    path("partnerships/<slug:code>/edit/", partnerships.edit, name="edit-partnership"),
    path("partnerships/<slug:code>/describe/", partnerships.describe, name="describe-partnership"),
    path("partnerships/<slug:code>/people/", people.people, name="people"),
    path("partnerships/<slug:code>/people/add/", people.choose_member, name="choose-member"),
    path("partnerships/<slug:code>/people/add/<uuid:person>/", people.add, name="add-member"),
    path(
        "partnerships/<slug:code>/people/<uuid:pk>/change/",
        people.change,
        name="change-membership",
    ),
    path("partnerships/<slug:code>/people/<uuid:pk>/end/", people.end, name="end-membership"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("organisations/<uuid:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:pk>/edit/", organisations.edit, name="edit-organisation"),
    path("organisations/<uuid:organisation>/units/add/", organisations.add, name="add-unit"),
    path(
        "organisations/<uuid:organisation>/units/<uuid:pk>/edit/",
        organisations.edit_unit_page,
        name="edit-unit",
    ),
    path(
        "organisations/<uuid:organisation>/units/<uuid:pk>/close/",
        organisations.close,
        name="close-unit",
    ),
    path("partnerships/<slug:code>/history/", history.history, name="history"),
    path("partnerships/<slug:code>/history/milestones/", history.milestones, name="milestones"),
    path("partnerships/<slug:code>/history/check/", history.check, name="check-history"),
    path("partnerships/<slug:code>/history/<int:number>/", history.entry, name="history-entry"),
    path("partnerships/<slug:code>/history/export/", history.export, name="history-export"),
    path("partnerships/<slug:code>/checkpoints/", history.checkpoints, name="checkpoints"),
    path("partnerships/<slug:code>/checkpoints/sign/", history.sign, name="sign-checkpoint"),
    path(
        "partnerships/<slug:code>/checkpoints/<int:number>/",
        history.checkpoint_file,
        name="checkpoint-file",
    ),
    path(
        "organisations/<uuid:pk>/history/",
        history.organisation_history,
        name="organisation-history",
    ),
    path(
        "organisations/<uuid:pk>/history/<int:number>/",
        history.organisation_entry,
        name="organisation-history-entry",
    ),
    path("operator/organisations/", operator.organisations, name="organisations"),
    path("operator/organisations/add/", operator.add, name="add-organisation"),
    path("operator/organisations/ror/", operator.find_in_ror, name="find-in-ror"),
    path("operator/partnerships/", operator.partnerships, name="partnerships-opened"),
    path("operator/partnerships/open/", operator.open_partnership_page, name="open-partnership"),
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
    path("kept/", profile.show_interrupted_form, name="kept"),
    path("email/", profile.absent, name="account_email"),
    path("confirm-email/", profile.absent, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", profile.absent, name="account_confirm_email"),
    path("login/code/confirm/", profile.absent, name="account_confirm_login_code"),
    path("", include("allauth.urls")),
]
