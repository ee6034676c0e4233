"""The forms of auth's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from apps.auth.messages.passwords import MOST_TYPED
from apps.auth.roles import PERMISSIONS
from omnify.pages.fields import CurrencyField, JsonField, NameField, TimeZoneField

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


class PermissionsWidget(forms.CheckboxSelectMultiple):
    """Permissions by resource; those that the viewer lacks cannot be given."""

    template_name = "omnify_auth/roles/permissions.html"
    own: tuple[str, ...] = ()

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Return a box, disabled where the viewer lacks the permission."""
        option: dict[str, Any] = super().create_option(name, value, *args, **options)
        option["attrs"]["disabled"] = value not in self.own
        return option


class RoleForm(forms.Form):
    """A custom role."""

    name = NameField(max_length=100)
    description = NameField(max_length=500, required=False, label="What it is for")
    permissions = forms.MultipleChoiceField(required=False, widget=PermissionsWidget)

    def __init__(self, *args: Any, own: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        groups: dict[str, Choices] = {}
        for name in PERMISSIONS:
            resource, _, action = name.partition(":")
            groups.setdefault(resource, []).append((name, action))
        permissions = self.fields["permissions"]
        permissions.choices = list(groups.items())  # type: ignore[attr-defined]
        permissions.widget.own = own
