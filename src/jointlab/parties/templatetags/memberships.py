"""How a membership is drawn: on its partnership's page, in the table of people."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jointlab.common.show import fill, name, span, state
from jointlab.parties.models import Membership

register = template.Library()


@register.simple_tag
def member(membership: Membership, *, when: bool = False, with_side: bool = False) -> SafeString:
    """Say who it is, in what state, with which title and roles; `when` says the days always."""
    dated = when or membership.until or not membership.is_live
    return fill(
        '{}\n{}\n<span class="what"><bdi>{}</bdi>{}{}</span>\n<span class="what">{}{}</span>\n',
        name(membership.person, reverse("parties:person", args=[membership.person_id])),
        standing(membership),
        membership.title,
        _unit(membership),
        fill(" · <bdi>{}</bdi>", membership.organisation.name) if with_side else "",
        ", ".join(membership.role_labels),
        fill(" · {}\n", span(membership.since, membership.last_day)) if dated else "",
    )


def standing(membership: Membership) -> SafeString:
    """Say that it is over, or has still to begin; nothing of one that gives rights today."""
    if membership.is_over:
        return state("ended")
    return SafeString("") if membership.is_live else state("waiting", _("To begin"))


def _unit(membership: Membership) -> SafeString:
    if membership.unit is None:
        return SafeString("")
    closed = " " + _("(closed)") if membership.unit.closed_on else ""
    return fill(" · <bdi>{}</bdi>{}", membership.unit.name, closed)
