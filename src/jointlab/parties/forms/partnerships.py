"""Partnerships, as typed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jointlab.common.fields import NamesForm, ParagraphField, RowForm, SearchForm
from jointlab.parties.models import LONGEST_PURPOSE


class PartnershipForm(NamesForm):
    """A partnership's names."""


class PurposeForm(RowForm):
    """What the cooperation is for, in the three languages."""

    purpose_en = ParagraphField(
        label=_("Purpose in English"), language="en", max_length=LONGEST_PURPOSE
    )
    purpose_zh = ParagraphField(
        label=_("Purpose in Chinese"), language="zh-Hans", max_length=LONGEST_PURPOSE
    )
    purpose_ko = ParagraphField(
        label=_("Purpose in Korean"), language="ko", max_length=LONGEST_PURPOSE
    )


class OpenPartnershipForm(NamesForm):
    """The code and the names of a new partnership; its sides were chosen before."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=30,
        help_text=_(
            "Small letters, digits and hyphens. It is part of addresses and cannot be changed."
        ),
        error_messages={"invalid": _("Use small letters, digits and hyphens.")},
    )
    field_order = ("code",)


class ChooseForm(SearchForm):
    """Looks for an organisation, and keeps those that were chosen before."""

    organisation = forms.Field(required=False, widget=forms.MultipleHiddenInput)
