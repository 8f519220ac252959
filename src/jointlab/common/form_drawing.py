"""How every form is drawn (FORM_RENDERER in the settings), and choices of hundreds.

Django draws some nine templates a field, which takes longer than the rest of a page. Here Python
writes what those templates would; a form, a field or a widget with a template of its own is still
drawn by it. tests/common/test_form_drawing.py compares both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer, DjangoTemplates, TemplatesSetting
from django.http import HttpRequest
from django.utils.choices import BaseChoiceIterator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jointlab.common.names import Text
from jointlab.common.show import as_shown, escaped
from jointlab.common.templatetags.components import error_items, field_notes, notice

Context = dict[str, Any]
CHANGED = "common/forms/both.html"


class Renderer(TemplatesSetting):
    """Writes forms, fields, lists of errors and widgets; what it does not know, by its template."""

    form_template_name = "common/forms/form.html"
    field_template_name = "common/forms/field.html"

    def __init__(self) -> None:
        super().__init__()
        self.widgets = DjangoTemplates()

    def render(
        self, template_name: str, context: Context, request: HttpRequest | None = None
    ) -> str:
        """Return what the template of that name would draw."""
        if draw := DRAWN.get(template_name):
            return draw(context)
        return super().render(template_name, context, request)

    def get_template(self, template_name: str) -> Any:
        """Return a template: ours with our tags, Django's from Django."""
        if template_name.startswith("django/forms/"):
            return self.widgets.get_template(template_name)
        return super().get_template(template_name)


def draw_form(context: Context) -> str:
    """What is wrong with the whole of it, what somebody else changed meanwhile, then the fields."""
    form, errors = context["form"], context["errors"]
    parts = [notice(errors, "failed")] if errors else []
    if getattr(form, "current", None):
        parts.append(form.renderer.render(CHANGED, context))
    parts.append("".join(map(str, context["hidden_fields"])))
    parts.append("".join(field.as_field_group() for field, _errors in context["fields"]))
    return "\n".join(filter(None, parts))


def draw_field(context: Context) -> str:
    """A label, what is to be known, what is wrong, and the widget; what may be left out says so."""
    field = context["field"]
    label, about, widget = as_shown(field.label), field_notes(field), str(field)
    if field.widget_type == "checkbox":
        tick = f'<label for="{escaped(field.id_for_label)}">{widget} <span>{label}</span></label>'
        return f'<div class="field field-tick">\n{tick}\n{about}\n</div>'
    if not field.field.required:
        word = escaped(_("optional"))
        label = f'{label} <span class="optional">{word}</span>'
    if field.use_fieldset:
        described = field.aria_describedby
        by = f' aria-describedby="{escaped(described)}"' if described else ""
        inner = f"<legend>{label}</legend>\n{about}\n{widget}"
        return f'<div class="field">\n<fieldset{by}>\n{inner}\n</fieldset>\n</div>'
    head = f'<label for="{escaped(field.id_for_label)}">{label}</label>'
    return f'<div class="field">\n{head}\n{about}\n{widget}\n</div>'


def draw_errors(context: Context) -> str:
    """A list of errors; nothing where there is none."""
    errors = context["errors"]
    if not errors:
        return ""
    here = f' id="{escaped(errors.field_id)}_error"' if errors.field_id else ""
    return f'<ul class="{escaped(context["error_class"])}"{here}>{error_items(errors)}</ul>'


def draw_input(context: Context) -> str:
    """An input of any type."""
    return _input(context["widget"])


def draw_textarea(context: Context) -> str:
    """A field for several lines."""
    widget = context["widget"]
    text = as_shown(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escaped(widget["name"])}"{_attributes(widget)}>\n{text}</textarea>'


def draw_select(context: Context) -> str:
    """A choice, or several, from a list; with the groups that it has."""
    widget, parts = context["widget"], []
    for group, options, _index in widget["optgroups"]:
        drawn = "".join(f"\n  {_option(option)}" for option in options)
        name = as_shown(group) if group else ""
        parts.append(f'\n  <optgroup label="{name}">{drawn}\n  </optgroup>' if group else drawn)
    name, inner = escaped(widget["name"]), "".join(parts)
    return f'<select name="{name}"{_attributes(widget)}>{inner}\n</select>'


def draw_option(context: Context) -> str:
    """One option of a list."""
    return _option(context["widget"])


def draw_choices(context: Context) -> str:
    """A choice by radio buttons, or several by ticks; with the groups that it has."""
    widget = context["widget"]
    given = {name: widget["attrs"].get(name) for name in ("id", "class")}
    own = "".join(f' {name}="{escaped(value)}"' for name, value in given.items() if value)
    parts = []
    for group, options, _index in widget["optgroups"]:
        drawn = "".join(f"<div>\n    {_choice(option)}\n</div>" for option in options)
        name = as_shown(group) if group else ""
        parts.append(f"\n  <div><label>{name}</label>{drawn}\n  </div>" if group else drawn)
    return f"<div{own}>{''.join(parts)}\n</div>"


def draw_choice(context: Context) -> str:
    """One radio button or tick, inside its label where it is asked for."""
    return _choice(context["widget"])


INPUTS = (
    *("checkbox", "color", "date", "datetime", "email", "file", "hidden", "input", "number"),
    *("password", "search", "tel", "text", "time", "url"),
)
DRAWN: Mapping[str, Callable[[Context], str]] = {
    Renderer.form_template_name: draw_form,
    Renderer.field_template_name: draw_field,
    "django/forms/errors/list/default.html": draw_errors,
    "django/forms/errors/list/ul.html": draw_errors,
    **{f"django/forms/widgets/{name}.html": draw_input for name in INPUTS},
    "django/forms/widgets/textarea.html": draw_textarea,
    "django/forms/widgets/select.html": draw_select,
    "django/forms/widgets/select_option.html": draw_option,
    "django/forms/widgets/radio.html": draw_choices,
    "django/forms/widgets/checkbox_select.html": draw_choices,
    "django/forms/widgets/radio_option.html": draw_choice,
    "django/forms/widgets/checkbox_option.html": draw_choice,
}


class Pairs(BaseChoiceIterator):
    """Choices that are pairs of text: Django would look into each of them, several times a page."""

    def __init__(self, read: Callable[[], Iterable[tuple[str, Text]]]) -> None:
        self.read = read

    def __iter__(self) -> Iterator[tuple[str, Text]]:
        return iter(self.read())


class LongSelect(forms.Select):
    """A choice of hundreds: an option is written once a process, and none is a dictionary first."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Return the element."""
        chosen = frozenset(self.format_value(value))
        options = [
            _long_option(str(key), str(label), str(key) in chosen) for key, label in self.choices
        ]
        given = _attributes({"attrs": self.build_attrs(self.attrs, attrs)})
        return SafeString(f'<select name="{escaped(name)}"{given}>{"".join(options)}</select>')


@lru_cache(maxsize=8192, typed=True)
def _long_option(key: str, label: str, chosen: bool) -> str:
    selected = " selected" if chosen else ""
    return f'<option value="{escaped(key)}"{selected}>{escaped(label)}</option>'


def _option(widget: Context) -> str:
    value = escaped(str(widget["value"]))
    return f'<option value="{value}"{_attributes(widget)}>{as_shown(widget["label"])}</option>'


def _choice(widget: Context) -> str:
    if not widget["wrap_label"]:
        return _input(widget)
    own = widget["attrs"].get("id")
    of = f' for="{escaped(own)}"' if own else ""
    return f"<label{of}>{_input(widget)} {as_shown(widget['label'])}</label>"


def _input(widget: Context) -> str:
    value = widget["value"]
    given = "" if value is None else f' value="{escaped(str(value))}"'
    start = f'<input type="{widget["type"]}" name="{escaped(widget["name"])}"'
    return f"{start}{given}{_attributes(widget)}>"


def _attributes(widget: Context) -> str:
    """True stands as a name alone, False not at all."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )
