"""Telling users of changes to what lets them in."""

from __future__ import annotations

from datetime import datetime

from apps.auth.models import User
from apps.auth.operations.mail import request_mail
from omnify.identity.audit import record_audit


def note_factor_change(user: User, action: str, what: str, *, now: datetime) -> None:
    """Tell the user and the audit ledger."""
    request_mail("security_changed", to=user.email, what=what, ended="other sessions", at=now)
    record_audit("auth", action, user_id=user.id)
