"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from jointlab.taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("taxonomy/", views.fields, name="fields"),
    path("taxonomy/fields/<uuid:pk>/", views.field, name="field"),
    path("taxonomy/fields/<uuid:pk>/edit/", views.edit_field, name="edit_field"),
    path("taxonomy/skills/", views.skills, name="skills"),
    path("taxonomy/skills/<uuid:pk>/", views.skill, name="skill"),
    path("taxonomy/skills/<uuid:pk>/edit/", views.edit_skill, name="edit_skill"),
]
