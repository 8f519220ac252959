"""A laboratory's directions, seats and rooms: added, and taken away once what is lost was read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common.fields import NamesForm
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page
from jointlab.laboratory import access
from jointlab.laboratory.forms.laboratories import RoomForm, SeatForm
from jointlab.laboratory.queries.choices import people_to_appoint, sides_of
from jointlab.laboratory.queries.laboratory import effect_of_change
from jointlab.laboratory.services import parts
from jointlab.laboratory.views.laboratories import acting, part_page
from jointlab.parties.access import actor, own_side


@acting
def add_direction(request: HttpRequest, code: str) -> HttpResponse:
    """Add a direction."""
    laboratory = access.get_laboratory(request.user, code, to="edit")
    form = NamesForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            parts.add_direction(by=actor(request), laboratory=laboratory, **form.others())
            return _redirect_with_message(
                request, laboratory, _("The direction is added: the laboratory's page shows it.")
            )
    return part_page(request, laboratory, _("Add a direction"), form, _("Add"))


@acting
def drop_direction(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Drop a direction."""
    direction = access.get_direction(request.user, code, pk)
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            parts.drop_direction(by=actor(request), direction=direction)
            return _redirect_with_message(
                request,
                direction.laboratory,
                _("The direction is deleted: the laboratory's page no longer shows it."),
            )
    lost = [direction.name]
    return _confirm_page(
        request, direction.laboratory, _("Drop this direction?"), lost, form, _("Drop")
    )


@acting
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Give somebody of one's own side a seat."""
    laboratory = access.get_laboratory(request.user, code, to="edit")
    own = own_side(request.user, laboratory.partnership)
    form = SeatForm(request.POST or None, people=people_to_appoint(laboratory, own))
    if form.is_valid():
        with form.refusals():
            parts.appoint(
                by=actor(request),
                laboratory=laboratory,
                person=form.cleaned_data["person"],
                charge=form.cleaned_data["charge"],
            )
            return _redirect_with_message(
                request, laboratory, _("Appointed: the laboratory's page shows who holds the seat.")
            )
    title = _("Appoint somebody of %(side)s") % {"side": own.name}
    return part_page(request, laboratory, title, form, _("Appoint"))


@acting
def vacate(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Vacate a seat."""
    seat = access.get_seat(request.user, code, pk)
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            parts.vacate(by=actor(request), seat=seat)
            return _redirect_with_message(
                request,
                seat.laboratory,
                _("The appointment has ended: somebody else can be appointed."),
            )
    lost = [
        _("%(person)s as %(charge)s")
        % {"person": seat.person.name, "charge": seat.get_charge_display()}
    ]
    return _confirm_page(request, seat.laboratory, _("Vacate this seat?"), lost, form, _("Vacate"))


@acting
def add_room(request: HttpRequest, code: str) -> HttpResponse:
    """Add a room."""
    laboratory = access.get_laboratory(request.user, code, to="edit")
    form = RoomForm(request.POST or None, sides=sides_of(laboratory))
    if form.is_valid():
        with form.refusals():
            parts.add_room(
                by=actor(request),
                laboratory=laboratory,
                organisation=form.cleaned_data["organisation"],
                address=form.cleaned_data["address"],
                **form.others("organisation", "address"),
            )
            return _redirect_with_message(
                request, laboratory, _("The room is added: the laboratory's page shows it.")
            )
    return part_page(request, laboratory, _("Add a room"), form, _("Add"))


@acting
def give_up_room(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Give a room up."""
    room = access.get_room(request.user, code, pk)
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            parts.give_up_room(by=actor(request), room=room)
            return _redirect_with_message(
                request,
                room.laboratory,
                _("The room is removed: the laboratory's page no longer shows it."),
            )
    lost = [f"{room.name} · {room.address}"]
    return _confirm_page(
        request, room.laboratory, _("Give this room up?"), lost, form, _("Give up")
    )


def _redirect_with_message(request: HttpRequest, laboratory: Any, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("laboratory:laboratory", laboratory.code)


def _confirm_page(
    request: HttpRequest, laboratory: Any, title: str, lost: list[str], form: Any, submit: str
) -> HttpResponse:
    return confirm_page(
        request,
        title=title,
        lost=lost,
        form=form,
        submit=submit,
        cancel=reverse("laboratory:laboratory", args=[laboratory.code]),
        lead=effect_of_change(laboratory),
    )
