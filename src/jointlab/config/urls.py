"""Every address of the platform, each in three languages."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from jointlab.common.urls import plain
from jointlab.config.views import health
from jointlab.newsroom.urls import plain as newsroom_plain
from jointlab.parties.urls import account
from jointlab.signing.urls import plain as signing_plain

outside = [path("health", health, name="health"), *plain, *newsroom_plain, *signing_plain]
urlpatterns = outside + i18n_patterns(
    path("", include("jointlab.newsroom.urls")),
    path("desk/", include("jointlab.desk.urls")),
    path("", include("jointlab.laboratory.urls")),
    path("", include("jointlab.agreements.urls")),
    path("", include("jointlab.obligations.urls")),
    path("", include("jointlab.signing.urls")),
    path("", include("jointlab.mailroom.urls")),
    path("", include("jointlab.parties.urls")),
    path("history/", include("jointlab.history.urls")),
    path("", include("jointlab.taxonomy.urls")),
    path("", include("jointlab.common.urls")),
    path("account/", include(account)),
)
