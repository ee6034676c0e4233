"""Addresses, and the links that are mailed to them."""

from __future__ import annotations

from apps.auth.messages.challenges import Secret
from omnify.api.fields import Email
from omnify.services.messages import Message


class EmailAddress(Message):
    """An e-mail address."""

    email: Email


class Link(Message):
    """The secret of a mailed link."""

    token: Secret
