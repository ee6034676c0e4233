"""Mails about accounts, and the pages that their links open."""

from __future__ import annotations

from omnify import mail

#: Kind of mail to the page that its secret opens.
_PAGES = {
    "verification": "/app/auth/verify-email",
    "password_reset": "/app/auth/reset",
    "invitation": "/app/auth/invitation",
}


class SendMail(mail.SendMail):
    """A mail of auth."""

    kind = "auth.send_mail"


def request_mail(kind: str, *, to: str, secret: str = "", **values: object) -> None:
    """Let a job send ``mail/<kind>.txt``, with a link that holds the secret, after the commit."""
    page = _PAGES.get(kind, "")
    link = mail.public_link("auth", page, token=secret) if page else ""
    mail.request_mail(SendMail, f"omnify_auth/mail/{kind}.txt", to=to, link=link, **values)
