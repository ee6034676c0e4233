"""The forms of auth's pages."""

from __future__ import annotations

from typing import Any, get_args

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from apps.auth.contract import WeekStart
from apps.auth.messages.passwords import MOST_TYPED
from apps.auth.roles import PERMISSIONS, RESOURCES, SENTENCES
from omnify.pages.days import say_day
from omnify.pages.fields import (
    CurrencyField,
    JsonField,
    NameField,
    TimeZoneField,
    VoiceField,
    time_zone_choices,
    time_zone_names,
)

Choices = list[tuple[str, str]]


def _email(autocomplete: str = "email") -> forms.EmailField:
    return forms.EmailField(
        max_length=254,
        label="E-mail",
        error_messages={"invalid": "Enter a valid e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
    )


def _password(label: str = "Password", *, is_required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MOST_TYPED,
        strip=False,
        required=is_required,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def _new_password(label: str = "Password") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MOST_TYPED,
        strip=False,
        help_text="At least 12 characters; a few unrelated words are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _name(label: str, autocomplete: str, *, max_length: int = 100) -> NameField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return NameField(label=label, max_length=max_length, widget=widget)


def _acceptance() -> forms.BooleanField:
    return forms.BooleanField(error_messages={"required": "Read and accept them to go on."})


def _link_documents(field: forms.Field) -> None:
    """Name the documents that are accepted, each with a link to it."""
    link = '<a href="{}" target="_blank" rel="noopener">{}</a>'
    documents = {
        "terms": "terms of service",
        "privacy": "privacy notice",
        "acceptable-use": "acceptable use policy",
    }
    links = [
        format_html(link, reverse("auth:document", args=[name]), title)
        for name, title in documents.items()
    ]
    field.label = format_html("I accept the {}, the {} and the {}", *links)


def _hidden(*, is_required: bool = True) -> forms.CharField:
    return forms.CharField(max_length=200, required=is_required, widget=forms.HiddenInput)


class SignInForm(forms.Form):
    """Credentials."""

    email = _email("username")
    password = _password()
    remember_me = forms.BooleanField(required=False, label="Remember me on this device")


class FactorForm(forms.Form):
    """A second factor: a code, or what a passkey answered."""

    challenge = _hidden(is_required=False)
    passkey = JsonField(required=False)
    code = forms.CharField(
        max_length=40,
        required=False,
        help_text="Of your authenticator app, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class SecondFactorForm(FactorForm):
    """The second step of signing in."""

    challenge = _hidden()
    methods = _hidden(is_required=False)


class PasskeySignInForm(forms.Form):
    """What a passkey answered in place of an e-mail address and a password."""

    challenge = _hidden()
    passkey = JsonField()


class ReauthenticationForm(FactorForm):
    """A proof of who one is, by a factor where there is one, else by the password."""

    password = _password(is_required=False)

    def __init__(self, *args: Any, has_factor: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["password" if has_factor else "code"]


class PasskeyForm(forms.Form):
    """What the browser made."""

    challenge = _hidden(is_required=False)
    credential = JsonField(required=False)
    name = NameField(max_length=100, label="Name of the device", initial="This device")

    def clean(self) -> None:
        """Refuse a form that was sent without its passkey."""
        if not self.cleaned_data.get("credential"):
            raise forms.ValidationError("The browser made no passkey; try again.")


class CodeForm(forms.Form):
    """The first code of an authenticator app."""

    code = forms.CharField(
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """A change of the user's password."""

    #: So that a password manager knows whose password it is.
    username = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"autocomplete": "username"})
    )
    current_password = _password("Current password")
    new_password = _new_password("New password")


class AddressForm(forms.Form):
    """An address."""

    email = _email()


class InvitationForm(AddressForm):
    """Whom to invite, and as what."""

    role = forms.ChoiceField()

    def __init__(self, *args: Any, roles: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"] = forms.ChoiceField(choices=roles, initial="member")


class MemberRoleForm(forms.Form):
    """A member's role."""

    def __init__(self, *, roles: Choices, role: str, label: str, auto_id: str) -> None:
        super().__init__(auto_id=auto_id)
        self.fields["role"] = forms.ChoiceField(choices=roles, initial=role, label=label)


class ConfirmForm(forms.Form):
    """The secret of a mailed link."""

    token = _hidden()


class NewPasswordForm(ConfirmForm):
    """A mailed link's secret with a new password."""

    new_password = _new_password("New password")


class NewcomerForm(ConfirmForm):
    """A mailed link's secret with who comes."""

    first_name = _name("First name", "given-name")
    last_name = _name("Last name", "family-name")
    password = _new_password()
    accepts = _acceptance()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _link_documents(self.fields["accepts"])


class RegisterForm(forms.Form):
    """A new organization and its owner."""

    organization_name = _name("Organization", "organization", max_length=200)
    first_name = _name("First name", "given-name")
    last_name = _name("Last name", "family-name")
    email = _email()
    password = _new_password()
    currency = CurrencyField(
        unset="As in my first data",
        help_text="What reports are in; it can be changed in Settings.",
    )
    timezone = TimeZoneField(
        label="Time zone", is_guessed=True, help_text="In which your days begin and end."
    )
    accepts = _acceptance()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _link_documents(self.fields["accepts"])


class OrganizationForm(forms.Form):
    """What an organization says of itself."""

    name = _name("Name", "organization", max_length=200)
    currency = CurrencyField(unset="", help_text="What reports are in.")
    timezone = TimeZoneField(label="Time zone", help_text="In which your days begin and end.")
    week_start = forms.ChoiceField(
        label="First day of the week",
        choices=[(day, day.capitalize()) for day in get_args(WeekStart)],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        zone = self.initial.get("timezone")
        if zone and zone not in time_zone_names():
            # One that the API took: it must not turn into another by being shown.
            field = self.fields["timezone"]
            field.choices = [(zone, zone), *time_zone_choices()]  # type: ignore[attr-defined]


class ProfileForm(forms.Form):
    """What users say of themselves."""

    first_name = _name("First name", "given-name")
    last_name = _name("Last name", "family-name")
    reader_role = forms.ChoiceField(
        label="You read numbers as",
        choices=[
            ("cmo", "Head of marketing"),
            ("vp_growth", "Head of growth"),
            ("performance_marketer", "Performance marketer"),
            ("agency_owner", "Owner of an agency"),
        ],
        help_text="Decides how numbers are explained to you, and nothing that you may do.",
    )
    voice = VoiceField()

    def __init__(self, *args: Any, timezone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["voice"].help_text = (
            f"On pages; words stay English, and files are for programs. Times are of {timezone},"
            " the organization's zone."
        )


class PermissionsWidget(forms.CheckboxSelectMultiple):
    """Permissions by resource; those that the viewer lacks cannot be given."""

    template_name = "omnify_auth/roles/permissions.html"
    own: tuple[str, ...] = ()

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Return a box, disabled where the viewer lacks the permission."""
        option: dict[str, Any] = super().create_option(name, value, *args, **options)
        option["attrs"]["disabled"] = value not in self.own
        return option


def _offer_permissions(field: forms.Field, own: tuple[str, ...]) -> None:
    """Let all permissions be chosen, by what they are about, that the viewer has."""
    groups: dict[str, Choices] = {}
    for name in PERMISSIONS:
        resource = RESOURCES[name.partition(":")[0]]
        groups.setdefault(resource, []).append((name, SENTENCES[name]))
    field.choices = list(groups.items())  # type: ignore[attr-defined]
    field.widget.own = own


class ApiKeyForm(forms.Form):
    """A key for a program."""

    name = NameField(max_length=100, help_text="Which program uses it.")
    expires_on = forms.DateField(
        required=False,
        label="Valid until the end of",
        help_text="Without a day it is valid until you revoke it.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    permissions = forms.MultipleChoiceField(
        label="What it may do",
        widget=PermissionsWidget,
        error_messages={"required": "Choose at least one thing that it may do."},
    )

    def __init__(self, *args: Any, own: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_permissions(self.fields["permissions"], own)


class BrandForm(forms.Form):
    """A brand that the organization works for."""

    name = _name("Name", "off", max_length=200)
    website = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a valid web address, such as https://acme.example."},
    )
    is_archived = forms.BooleanField(required=False, label="Archived: no longer worked for")


class AuditForm(forms.Form):
    """Which entries of the audit log are shown."""

    q = forms.CharField(max_length=200, required=False, label="Search")
    action = forms.ChoiceField(required=False, label="What")
    member = forms.ChoiceField(required=False, label="Who")
    first = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, actions: Choices, members: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("action", actions), ("member", members)):
            self.fields[name].choices = [("", "All"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> None:
        """Refuse a time that ends before it begins."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and first > last:
            self.add_error("last", f"This is before {say_day(first)}, the first day.")


class RoleForm(forms.Form):
    """A custom role."""

    name = NameField(max_length=100)
    description = NameField(max_length=500, required=False, label="What it is for")
    permissions = forms.MultipleChoiceField(
        required=False, label="What it allows", widget=PermissionsWidget
    )

    def __init__(self, *args: Any, own: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer_permissions(self.fields["permissions"], own)
