"""Make a demo organization in a running fleet, through the public API as a customer would.

Run by ``manage.py topology up FILE --after deploy/scripts/demo.py``, which passes the addresses of
the services (``<SERVICE>_PUBLIC_URL``). Prints how to sign in.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import requests
from consents import to_accept  # beside this file

DATA = Path(__file__).resolve().parents[2] / "data"
NAME = "Demo brand (sample data)"
TIMEOUT_SECONDS = 30


class Account(NamedTuple):
    """The owner of the demo organization."""

    email: str
    password: str


def main() -> None:
    """Make the organization and print its account."""
    account = make_organization()
    print(f"\nDemo organization with sample data: {dashboard_url()}")
    print(f"  e-mail    {account.email}\n  password  {account.password}\n", flush=True)


def make_organization() -> Account:
    """Register an organization and import the sample file into it."""
    account = Account(f"demo-{secrets.token_hex(3)}@omnify.example", secrets.token_urlsafe(15))
    call(
        "POST",
        "integrations",
        "/api/integrations/csv/import",
        headers={"Authorization": f"Bearer {_register(account)}"},
        files={"file": ("weeks.csv", (DATA / "robyn_weekly_marketing.csv").read_bytes())},
        data={"mapping": (DATA / "robyn_mapping.json").read_text()},
    )
    return account


def dashboard_url() -> str:
    """Return the address of the dashboard."""
    return os.environ["ANALYTICS_PUBLIC_URL"] + "/app/analytics/"


def call(method: str, service: str, path: str, **options: Any) -> dict[str, Any]:
    """Send a request to a service and return its answer; end the script if it is refused."""
    url = os.environ[f"{service.upper()}_PUBLIC_URL"] + path
    response = requests.request(method, url, timeout=TIMEOUT_SECONDS, **options)
    if not response.ok:
        sys.exit(f"{url} answered {response.status_code}: {response.text[:500]}")
    body: dict[str, Any] = response.json()
    return body


def _register(account: Account) -> str:
    """Register the organization and return an access token of its owner."""
    versions = call("GET", "auth", "/api/legal/versions")
    body = {
        "organization_name": NAME,
        "is_demo": True,
        "first_name": "Demo",
        "last_name": "User",
        "email": account.email,
        "password": account.password,
        "accepted_documents": to_accept(versions, today=datetime.now(UTC).date()),
    }
    registered = call("POST", "auth", "/api/auth/register", json=body)
    if "access_token" not in registered:
        sys.exit(
            "No demo organization: e-mail addresses must be verified first here."
            " Set AUTH_EMAIL_VERIFICATION=optional to make one."
        )
    token: str = registered["access_token"]
    return token


if __name__ == "__main__":
    main()
