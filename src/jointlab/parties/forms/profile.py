"""What a person says about themselves."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from jointlab.common.fields import NameField
from jointlab.common.form_drawing import LongSelect, Pairs
from jointlab.common.service_form import ServiceForm

# The languages that a name may be written in, each as it calls itself.
SCRIPTS = [
    ("ar", "العربية"),
    ("cs", "čeština"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "español"),
    ("fa", "فارسی"),
    ("fr", "français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hu", "magyar"),
    ("id", "Indonesia"),
    ("it", "italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("ms", "Melayu"),
    ("nl", "Nederlands"),
    ("pl", "polski"),
    ("pt", "português"),
    ("ro", "română"),
    ("ru", "русский"),
    ("sv", "svenska"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh-Hans", "中文（简体）"),
    ("zh-Hant", "中文（繁體）"),
    ("und", "…"),
]


@cache
@cache
def zones() -> list[tuple[str, str]]:
    """Return the time zones that are named after a place."""
    named = sorted(name for name in available_timezones() if "/" in name and name[0].isupper())
    places = [name for name in named if not name.startswith(("Etc/", "US/", "SystemV/"))]
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class PersonForm(ServiceForm):
    """Names, language, time zone."""

    name_own = NameField(label=_("Name in your own script"))
    language_own = forms.ChoiceField(label=_("Language of that name"), choices=SCRIPTS)
    name_en = NameField(
        label=_("Name in Latin letters"),
        required=False,
        help_text=_("Not needed if your own script is Latin."),
    )
    name_zh = NameField(label=_("Name in Chinese"), language="zh-Hans", required=False)
    name_ko = NameField(label=_("Name in Korean"), language="ko", required=False)
    language = forms.ChoiceField(label=_("Language of pages and mail"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=Pairs(zones), widget=LongSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_own"].widget.attrs["autocomplete"] = "name"


class ProfileForm(PersonForm):
    """The same of somebody who has an account."""

    version = forms.IntegerField(widget=forms.HiddenInput)
