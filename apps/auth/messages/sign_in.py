"""Signing in."""

from __future__ import annotations

from typing import Annotated, Literal

from apps.auth.messages.challenges import Challenge, Secret
from apps.auth.messages.passwords import Password
from apps.auth.messages.second_factor import FactorAnswer
from apps.auth.messages.sessions import Tokens
from apps.auth.messages.users import User
from omnify.api.fields import Email, one_line
from omnify.services.messages import Message


class Login(Message):
    """Credentials."""

    email: Email
    password: Password
    remember_me: bool = False
    device_name: Annotated[str, one_line(100, "Ada's laptop", min_length=0)] = ""


class SecondStep(FactorAnswer, kw_only=True):
    """The second step of signing in."""

    challenge: Secret


class SignedIn(Tokens):
    """A session's tokens and its user."""

    user: User


class SignInPending(Challenge):
    """A sign-in that waits for its second factor."""

    next: Literal["mfa"]
    methods: tuple[Literal["totp", "passkey", "recovery_code"], ...]
