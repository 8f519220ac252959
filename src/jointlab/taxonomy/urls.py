"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from jointlab.taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("fields/", views.fields, name="fields"),
    path("fields/<uuid:pk>/", views.field, name="field"),
    path("fields/<uuid:pk>/edit/", views.edit_field, name="edit_field"),
    path("skills/", views.skills, name="skills"),
    path("skills/<uuid:pk>/", views.skill, name="skill"),
    path("skills/<uuid:pk>/edit/", views.edit_skill, name="edit_skill"),
]
