"""Inviting somebody, and accepting as somebody new."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.fields import AddressField, DayField, NameField
from jointlab.common.service_form import ServiceForm
from jointlab.parties.access_invitations import Inviting
from jointlab.parties.forms.fields import UnitField
from jointlab.parties.forms.profile import PersonForm
from jointlab.parties.models import Organisation, Person, Unit


class InvitationForm(ServiceForm):
    """To whom, as what, until when."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Side"))
    email = AddressField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the e-mail"), choices=settings.LANGUAGES)
    title_en = NameField(label=_("Title in English"), max_length=100, language="en")
    title_zh = NameField(
        label=_("Title in Chinese"), max_length=100, language="zh-Hans", required=False
    )
    title_ko = NameField(label=_("Title in Korean"), max_length=100, language="ko", required=False)
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)
    unit = UnitField(Unit.objects.none(), label=_("Unit"), required=False)
    until = DayField(
        label=_("Member until"),
        required=False,
        help_text=_("The last day. Leave it empty if none is planned."),
    )

    def __init__(self, *args: Any, inviting: Inviting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [side.pk for side in inviting.sides]
        fields: dict[str, Any] = self.fields
        fields["roles"].choices = [(role.value, role.label) for role in inviting.roles]
        fields["organisation"].queryset = Organisation.objects.filter(pk__in=ids)
        units = Unit.objects.filter(organisation__in=ids, closed_on=None)
        fields["unit"].queryset = units.select_related("parent").order_by("name_en")
        if len(ids) == 1:  # nothing to choose
            fields["organisation"].initial = ids[0]
            fields["organisation"].widget = forms.HiddenInput()
        if len(inviting.roles) == 1:
            fields["roles"].initial = [inviting.roles[0].value]

    def clean_until(self) -> Any:
        """Refuse a day that is past."""
        until = self.cleaned_data["until"]
        if until is not None and until < days.today():
            raise ValidationError(_("This day is past."))
        return until


class NewcomerForm(PersonForm):
    """Who the invited are, and the password that they choose."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A sentence that only you would think of works well."),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules and the names, then drop its second copy."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        password, again = values.get("password"), values.pop("password_again", None)
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords are not the same."))
        elif password:
            names = {key: values.get(key, "") for key in ("name_own", "name_en")}
            try:
                validate_password(password, Person(email=self.email, **names))
            except ValidationError as error:
                self.add_error("password", error)
        return values
