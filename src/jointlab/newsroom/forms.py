"""What the offices type: texts, a date, pictures and what is said about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jointlab.common.errors import Refusal
from jointlab.common.service_form import ServiceForm
from jointlab.common.show import bcp47
from jointlab.newsroom.models import LANGUAGE_NAMES, Kind, State, StoryPicture, StoryText
from jointlab.newsroom.pictures import Picture, read_picture


def _model_field(model: type[StoryText | StoryPicture], name: str, **more: Any) -> forms.CharField:
    """Return the field that a column of the model takes."""
    field: Any = model._meta.get_field(name)
    made: forms.CharField = field.formfield(max_length=field.max_length, **more)
    return made


class WordsForm(ServiceForm):
    """What a story says in one language."""

    title = _model_field(StoryText, "title")
    summary = _model_field(
        StoryText,
        "summary",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences, for lists, feeds and search engines."),
    )
    place = _model_field(
        StoryText, "place", help_text=_("Where it happened, as the line above the text.")
    )
    body = _model_field(
        StoryText,
        "body",
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_(
            "An empty line begins a paragraph. **strong**, *emphasis*, ## heading, "
            "- list, > quote, [words](https://address)."
        ),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "summary", "place", "body"):
            self.fields[name].widget.attrs["lang"] = bcp47(language)


class TextForm(WordsForm):
    """The same, to be compared with what is there."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WriteForm(WordsForm):
    """A story's beginning."""

    field_order = ("kind", "language")
    kind = forms.ChoiceField(label=_("What it is"), choices=Kind.choices, initial=Kind.NEWS)
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGE_NAMES.items()))


class PublishForm(ServiceForm):
    """The publisher's decision. What changed meanwhile stands beside it: the texts, as they are."""

    day = forms.DateField(
        label=_("Date that the story bears"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    compares = False  # a decision has no two versions


class PictureField(forms.FileField):
    """A file that must be a picture; its value is the picture, encoded anew."""

    def clean(self, data: UploadedFile[bytes] | None, initial: Any = None) -> Picture:
        """Return the picture, or say beside the field why it is none."""
        upload = super().clean(data, initial)
        try:
            return read_picture(upload, upload.name)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal


class CaptionsForm(ServiceForm):
    """What is said about a picture."""

    alt_en = _model_field(
        StoryPicture,
        "alt_en",
        help_text=_("For those who do not see it. One language of the three is needed."),
    )
    alt_zh = _model_field(StoryPicture, "alt_zh")
    alt_ko = _model_field(StoryPicture, "alt_ko")
    caption_en = _model_field(StoryPicture, "caption_en")
    caption_zh = _model_field(StoryPicture, "caption_zh")
    caption_ko = _model_field(StoryPicture, "caption_ko")
    credit = _model_field(StoryPicture, "credit")


class DescriptionForm(CaptionsForm):
    """The same, to be compared with what is there."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PictureForm(CaptionsForm):
    """A new picture."""

    field_order = ("picture",)
    picture = PictureField(
        label=_("Picture"),
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB and 40 megapixels. "
            "Where and with what it was taken is not kept."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class DraftFilter(forms.Form):
    """Which stories an office looks at."""

    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("all")), *State.choices], required=False
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all")), *Kind.choices], required=False
    )

    @property
    def filters(self) -> dict[str, str]:
        """What was chosen; a choice that does not exist filters nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name: given.get(name, "") for name in ("state", "kind")}
