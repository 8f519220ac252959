"""How every form is drawn: FORM_RENDERER in the settings."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates, TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms and fields from our templates, with their tags; the plain widgets from Django's."""

    form_template_name = "common/forms/form.html"
    field_template_name = "common/forms/field.html"

    def __init__(self) -> None:
        super().__init__()
        self.widgets = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        """Return the template of a form, a field, a list of errors or a widget."""
        if template_name.startswith("django/forms/"):
            return self.widgets.get_template(template_name)
        return super().get_template(template_name)
