"""Make a labelled demo organization in a running fleet, through the public API as a customer would.

Run by ``manage.py topology up FILE --after deploy/scripts/demo.py``, which tells it where services
are (``<SERVICE>_PUBLIC_URL``); prints how to sign in.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from consents import to_accept  # beside this file

DATA = Path(__file__).resolve().parents[2] / "data"
NAME = "Demo brand (sample data)"
TIMEOUT_SECONDS = 30


def call(method: str, service: str, path: str, **options: Any) -> dict[str, Any]:
    """Ask a service; ends the script with its answer when it refuses."""
    url = os.environ[f"{service.upper()}_PUBLIC_URL"] + path
    response = requests.request(method, url, timeout=TIMEOUT_SECONDS, **options)
    if not response.ok:
        sys.exit(f"{url} answered {response.status_code}: {response.text[:500]}")
    body: dict[str, Any] = response.json()
    return body


def main() -> None:
    """Register the organization and import the sample file."""
    email = f"demo-{secrets.token_hex(3)}@omnify.example"
    password = secrets.token_urlsafe(15)
    owner = {"first_name": "Demo", "last_name": "User", "email": email, "password": password}
    versions = call("GET", "auth", "/api/legal/versions")
    documents = to_accept(versions, today=datetime.now(UTC).date())
    body = {"organization_name": NAME, "is_demo": True, "accepted_documents": documents, **owner}
    registered = call("POST", "auth", "/api/auth/register", json=body)
    if "access_token" not in registered:
        sys.exit("no demo: addresses have to be proven, unless AUTH_EMAIL_VERIFICATION=optional")
    token = registered["access_token"]
    call(
        "POST",
        "integrations",
        "/api/integrations/csv/import",
        headers={"Authorization": f"Bearer {token}"},
        files={"file": ("weeks.csv", (DATA / "robyn_weekly_marketing.csv").read_bytes())},
        data={"mapping": (DATA / "robyn_mapping.json").read_text()},
    )
    print("\nDemo organization, with sample data:", end="  ")
    print(os.environ["ANALYTICS_PUBLIC_URL"] + "/app/analytics/")
    print(f"  e-mail    {email}\n  password  {password}\n", flush=True)


if __name__ == "__main__":
    main()
