"""Where mails go, and whether addresses have to be verified."""

from __future__ import annotations

from typing import Any

from settings.environment.reading import Environment


def build_mail(env: Environment) -> dict[str, Any]:
    """Return the settings of mail."""
    url = env.variable(
        "EMAIL_URL",
        "The mail server, as smtp+tls://user:password@host:587.",
        unset="none: mails are written to the log",
    )
    is_delivered = bool(url.text())
    verification = env.variable(
        "AUTH_EMAIL_VERIFICATION",
        "Whether an address must be verified before signing in.",
        unset="mandatory with EMAIL_URL, else optional",
    ).text()
    if verification not in ("", "mandatory", "optional"):
        env.problems.append(f"AUTH_EMAIL_VERIFICATION={verification}: use mandatory or optional")
    return {
        **url.email(),
        "EMAIL_FROM": env.variable("EMAIL_FROM", "The sender of mails.").text("omnify@localhost"),
        "EMAIL_IS_DELIVERED": is_delivered,
        "AUTH_EMAIL_VERIFICATION": verification or ("mandatory" if is_delivered else "optional"),
    }
