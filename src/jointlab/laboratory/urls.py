"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from jointlab.laboratory.views import laboratories, lists, parts, public, unveiling

app_name = "laboratory"
of_partnership = "partnerships/<slug:code>/laboratories/"
one = "laboratories/<slug:code>/"
urlpatterns: list[URLPattern] = [
    path("laboratories/", lists.laboratories, name="laboratories"),
    path(of_partnership, lists.of_partnership, name="of-partnership"),
    path(f"{of_partnership}found/", laboratories.found, name="found"),
    path(one, public.page, name="public"),
    path(f"{one}inside/", laboratories.laboratory, name="laboratory"),
    path(f"{one}edit/", laboratories.edit, name="edit"),
    path(f"{one}fields/", laboratories.fields, name="fields"),
    path(f"{one}directions/add/", parts.add_direction, name="add-direction"),
    path(f"{one}directions/<uuid:pk>/drop/", parts.drop_direction, name="drop-direction"),
    path(f"{one}seats/appoint/", parts.appoint, name="appoint"),
    path(f"{one}seats/<uuid:pk>/vacate/", parts.vacate, name="vacate"),
    path(f"{one}rooms/add/", parts.add_room, name="add-room"),
    path(f"{one}rooms/<uuid:pk>/give-up/", parts.give_up_room, name="give-up-room"),
    path(f"{one}confirm/", unveiling.confirm, name="confirm"),
    path(f"{one}confirm/take-back/", unveiling.take_back, name="take-back"),
]
