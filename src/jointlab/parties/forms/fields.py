"""Fields that several forms of the room use."""

from __future__ import annotations

from django import forms

from jointlab.parties.models import Unit

LANGUAGE_TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit of one organisation, with the unit that it lies in."""

    def label_from_instance(self, obj: Unit) -> str:
        """Return "above › unit"."""
        return f"{obj.parent.name} › {obj.name}" if obj.parent else obj.name
