"""The forms of auth's pages."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest

from apps.auth.roles import PERMISSIONS
from omnify.pages.fields import NameField


def posted_id(request: HttpRequest, name: str) -> UUID:
    """The id that a form sent; where it sent none, one that nothing has."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return UUID(int=0)


class SignInForm(forms.Form):
    """Credentials."""

    email = forms.EmailField(
        max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    remember_me = forms.BooleanField(required=False, label="Remember me on this device")


class SecondFactorForm(forms.Form):
    """The second step of signing in: a code, or what a passkey answered."""

    challenge = forms.CharField(max_length=200, widget=forms.HiddenInput)
    passkey = forms.JSONField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(
        max_length=40,
        required=False,
        help_text="Of your authenticator app, or a recovery code.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text"}
        ),
    )


class ReauthenticationForm(forms.Form):
    """Proving oneself again, with one of these."""

    challenge = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    passkey = forms.JSONField(required=False, widget=forms.HiddenInput)
    password = forms.CharField(
        max_length=128,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        max_length=40,
        required=False,
        help_text="Of your authenticator app, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class PasskeyForm(forms.Form):
    """What the browser made."""

    challenge = forms.CharField(max_length=200)
    name = NameField(max_length=100)
    credential = forms.JSONField()


class AddressForm(forms.Form):
    """An address."""

    email = forms.EmailField(
        max_length=254, label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ConfirmForm(forms.Form):
    """The secret of a mailed link."""

    token = forms.CharField(max_length=200, widget=forms.HiddenInput)


def _new_password() -> forms.CharField:
    return forms.CharField(
        max_length=128,
        strip=False,
        help_text="At least 12 characters; a few unrelated words are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewPasswordForm(ConfirmForm):
    """The same with a new password."""

    new_password = _new_password()


class NewcomerForm(ConfirmForm):
    """The same with who comes."""

    first_name = NameField(
        max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password = _new_password()


class RegisterForm(forms.Form):
    """A new organization and its owner."""

    organization_name = NameField(
        max_length=200,
        label="Organization",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    first_name = NameField(
        max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        max_length=254, label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        min_length=12,
        max_length=128,
        strip=False,
        help_text="At least 12 characters; a few unrelated words are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    accepts = forms.BooleanField(
        label="I accept the terms of service, the privacy notice and the acceptable use policy",
        error_messages={"required": "Read and accept them to register."},
    )


class RoleForm(forms.Form):
    """A custom role."""

    name = NameField(max_length=100)
    description = NameField(max_length=500, required=False)
    permissions = forms.MultipleChoiceField(
        choices=[(name, name) for name in PERMISSIONS], required=False
    )
