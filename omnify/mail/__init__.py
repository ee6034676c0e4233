"""Mail: a job per recipient, requested by the transaction that the mail is about."""

from omnify.mail.sending import SendMail, public_link, request_mail, send

__all__ = ["SendMail", "public_link", "request_mail", "send"]
