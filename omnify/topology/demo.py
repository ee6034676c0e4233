"""A labelled demo organization, made through the public API as any customer would."""

from __future__ import annotations

import secrets
from pathlib import Path

import msgspec
import requests

from omnify.topology.files import Topology

NAME = "Demo brand (sample data)"
_TIMEOUT_SECONDS = 30


class DemoError(RuntimeError):
    """The demo organization could not be made."""


class DemoAccess(msgspec.Struct, frozen=True):
    """How to sign in to the demo organization, and where."""

    email: str
    password: str
    sign_in_url: str


def make_demo(topology: Topology, *, root: Path) -> DemoAccess:
    """Register the organization and import the sample file.

    Raises:
        DemoError: the fleet refused a step; the message quotes it.
    """
    email = f"demo-{secrets.token_hex(3)}@omnify.example"
    password = secrets.token_urlsafe(15)
    registered = _post(
        f"{_url(topology, 'auth')}/api/auth/register",
        json={
            "organization_name": NAME,
            "first_name": "Demo",
            "last_name": "User",
            "email": email,
            "password": password,
            "is_demo": True,
        },
    )
    data = root / "data"
    with (data / "robyn_weekly_marketing.csv").open("rb") as file:
        _post(
            f"{_url(topology, 'integrations')}/api/integrations/csv/import",
            headers={"Authorization": f"Bearer {registered.json()['access_token']}"},
            files={"file": file},
            data={"mapping": (data / "robyn_mapping.json").read_text()},
        )
    return DemoAccess(email, password, f"{_url(topology, 'analytics')}/app/analytics/")


def _url(topology: Topology, service: str) -> str:
    owner = topology.owner_of(service)
    if owner is None:
        raise DemoError(f"no slice hosts '{service}'")
    return f"http://localhost:{owner.port}"


def _post(url: str, **options: object) -> requests.Response:
    response = requests.post(url, timeout=_TIMEOUT_SECONDS, **options)  # type: ignore[arg-type]
    if not response.ok:
        raise DemoError(f"{url} answered {response.status_code}: {response.text[:500]}")
    return response
