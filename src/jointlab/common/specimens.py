"""The gallery's specimens: a template a component, shown beside what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jointlab.common.names import Text
from jointlab.common.show import Member, Rung, SideOf, Step, Tab

FOLDER = Path(__file__).parent / "templates" / "common" / "gallery"
TITLES: dict[str, Text] = {
    "colour": _("Colour"),
    "type": _("Typography"),
    "page_header": _("Page header"),
    "buttons": _("Buttons"),
    "states": _("States"),
    "notices": _("Notices"),
    "inline": _("Names, moments, hashes"),
    "facts": _("Facts"),
    "steps": _("A life, stepped"),
    "ladder": _("Readiness ladder"),
    "table": _("Table"),
    "filters": _("Filters"),
    "pagination": _("Pagination"),
    "tabs": _("Tabs"),
    "timeline": _("Timeline"),
    "people": _("People by side"),
    "cards": _("Cards"),
    "picture": _("Picture"),
    "plate": _("Plate"),
    "form": _("Form"),
    "wording": _("Wordings"),
    "progress": _("Progress"),
    "empty": _("Empty state"),
}


@dataclass(frozen=True)
class Specimen:
    """A component: its name and title, and its snippet, which is a template."""

    name: str
    title: Text
    source: str

    @property
    def template(self) -> str:
        """What draws it."""
        return f"common/gallery/{self.name}.html"


def specimens() -> Iterator[Specimen]:
    """Yield each component with its snippet; they are drawn with `sample`."""
    for name, title in TITLES.items():
        yield Specimen(name, title, (FOLDER / f"{name}.html").read_text("utf-8").strip())


class Example(forms.Form):
    """A form with each kind of field."""

    title = forms.CharField(label=_("Title"), help_text=_("Short, in the reader's words."))
    email = forms.EmailField(label=_("E-mail address"))
    side = forms.ChoiceField(
        label=_("Side"), choices=[("university", _("University")), ("company", _("Company"))]
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("need", _("Need")), ("result", _("Result"))],
        widget=forms.RadioSelect,
    )
    since = forms.DateField(
        label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    about = forms.CharField(label=_("About"), widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label=_("Both sides agree"), required=False)


class Narrow(forms.Form):
    """A list's filters."""

    words = forms.CharField(label=_("Words"), required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Any")), ("going", _("Going on"))], required=False
    )


def sample() -> dict[str, Any]:
    """Return what the snippets show. Nobody and nothing in it exists."""
    people = {
        "lin": {"own": "林晓雨", "own_language": "zh-Hans", "en": "Lin Xiaoyu", "ko": "린샤오위"},
        "han": {"own": "한지우", "own_language": "ko", "en": "Han Jiu", "zh-hans": "韩智宇"},
        "haddad": {"own": "ليلى حداد", "own_language": "ar", "en": "Layla Haddad"},
    }
    university = {"own": "示例大学", "own_language": "zh-Hans", "en": "Example University"}
    company = {"own": "Example Drives", "own_language": "en", "zh-hans": "示例驱动"}
    return people | {
        "university": university,
        "company": company,
        "day": date(2019, 6, 24),
        "moment": datetime(2019, 6, 24, 9, 30, tzinfo=timezone(timedelta(hours=8))),
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "life": [
            Step(_("Drafted"), "passed", date(2019, 5, 6), people["lin"]),
            Step(_("Approved"), "passed", date(2019, 6, 3), people["han"]),
            Step(_("Signed"), "going", date(2019, 6, 24)),
            Step(_("Witnessed"), "waiting"),
            Step(pgettext_lazy("state", "In force")),
        ],
        "rungs": [
            Rung(1, _("Basic principles observed"), "passed", [(_("Paper"), "#ladder")]),
            Rung(2, _("Technology concept formulated"), "passed", [(_("Report"), "#ladder")]),
            Rung(3, _("Proof of concept"), "waiting"),
            Rung(4, _("Validated in the laboratory")),
        ],
        "page": Paginator(range(230), 20).page(5),
        "parts": [Tab(_("People"), "#tabs", 12), Tab(_("Timeline"), "#tabs")],
        "sides": [
            SideOf(university, [Member(people["lin"], _("Researcher"), "#people")]),
            SideOf(
                company,
                [
                    Member(people["han"], _("Engineer"), "#people"),
                    Member(people["haddad"], _("Auditor"), "", "ended"),
                ],
            ),
        ],
        "laboratory": SimpleNamespace(
            names={"en": "Joint Laboratory", "zh-hans": "联合实验室", "ko": "공동연구실"}
        ),
        "houses": [SimpleNamespace(names=university), SimpleNamespace(names=company)],
        "pieces": [
            SimpleNamespace(kind="same", text=_("The notice period is ")),
            SimpleNamespace(kind="removed", text=_("thirty days")),
            SimpleNamespace(kind="added", text=_("sixty days")),
            SimpleNamespace(kind="same", text="."),
        ],
        "form": Example({"title": _("Door control"), "email": "lin@", "side": "company"}),
        "narrow": Narrow(),
    }
