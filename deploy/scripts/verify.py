#!/usr/bin/env python3
"""Check a deployed fleet from outside, and say what is wrong with it.

    deploy/scripts/verify.py http://localhost:8080                         # a gateway
    deploy/scripts/verify.py http://localhost:8000 http://localhost:8002   # slices without one

Checks every service's health and reachability, versions, and paths and ports that must be closed,
then takes an organization through a journey: registration, a file of numbers, the dashboard, a
forecast. Exits with 1 if anything is wrong; ``--no-journey`` leaves no organization behind.
"""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.custom")

from consents import to_accept  # beside this file

from omnify.services.registry import manifests  # the checkout's

DATA = ROOT / "data"
TIMEOUT_SECONDS = 30
#: What the sample file's 208 weeks add up to, in every layout.
SPEND, REVENUE = "14529098.51", "379005696.67"
#: How often each service's health is asked for, since it may have several servers.
HEALTH_REQUESTS_PER_SERVICE = 4
#: How long to wait for an answer at a port that must be closed.
PORT_TIMEOUT_SECONDS = 2
#: The health of a server that does not answer.
DOWN: dict[str, Any] = {"status": "down", "version": "", "services": [], "checks": {}}
#: Paths that a gateway must not pass on.
CLOSED = ("/_rpc/auth/whoami", "/metrics", "/admin/")


class SkippedError(Exception):
    """The journey waits for a mail: it needs AUTH_EMAIL_VERIFICATION=optional."""


class Fleet:
    """A fleet: all services behind one address, or the slices at an address each."""

    def __init__(self, urls: list[str]) -> None:
        self.urls = [url.rstrip("/") for url in urls]
        self.has_gateway = len(urls) == 1
        self.health = list(self._ask_all())

    def url_of(self, service: str) -> str:
        """Return the address of a service."""
        owners = (url for url, body in self.health if service in body.get("services", ()))
        return self.urls[0] if self.has_gateway else next(owners, self.urls[0])

    def call(self, service: str, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request to a service."""
        url = self.url_of(service) + path
        return requests.request(method, url, timeout=TIMEOUT_SECONDS, **options)

    def _ask_all(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each server's health by its address or, behind a gateway, by service."""
        if not self.has_gateway:
            yield from ((url, _health(url)) for url in self.urls)
            return
        [gateway] = self.urls
        if not is_there(gateway):
            yield gateway, DOWN
            return
        for service in [*manifests()] * HEALTH_REQUESTS_PER_SERVICE:
            yield service, _health(gateway, service=service)


def is_there(url: str) -> bool:
    """Return whether a server answers at an address."""
    with contextlib.suppress(requests.RequestException):
        requests.head(url, timeout=TIMEOUT_SECONDS)
        return True
    return False


def _health(url: str, **parameters: str) -> dict[str, Any]:
    """Return a server's health, or DOWN if it does not answer."""
    try:
        answer = requests.get(f"{url}/health", params=parameters, timeout=TIMEOUT_SECONDS)
        body: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError):
        return DOWN
    # If no server answers, the gateway does, with a problem document.
    return body if "checks" in body else DOWN


def find_health_problems(fleet: Fleet) -> Iterator[str]:
    """Yield servers that are not ready and parts that are not well, each once."""
    problems = (
        problem for name, body in fleet.health for problem in _problems_of(name, body, fleet)
    )
    yield from dict.fromkeys(problems)


def _problems_of(name: str, body: dict[str, Any], fleet: Fleet) -> Iterator[str]:
    if body["status"] not in ("ok", "degraded"):
        yield f"{name} is {body['status']}"
    elif fleet.has_gateway and name not in body["services"]:
        yield f"requests for {name} reach a server of {', '.join(body['services'])}"
    for check, part in body["checks"].items():
        if part["status"] != "ok":
            yield f"{name}: {check} is {part['status']}: {part.get('reason', '')}"


def find_version_skew(fleet: Fleet) -> Iterator[str]:
    """Yield a problem if several versions run, which is right only during an upgrade."""
    versions = {body["version"] for _, body in fleet.health if body["version"]}
    if len(versions) > 1:
        yield f"several versions run: {', '.join(sorted(versions))}"


def find_unreachable_services(fleet: Fleet) -> Iterator[str]:
    """Yield services that do not answer on one of their own paths."""
    documents = fleet.call("auth", "GET", "/api/schema/?format=json")
    described = documents.json().get("paths", {}) if documents.ok else {}
    if not described:
        yield f"the OpenAPI document is not served: {documents.status_code}"
        return
    paths = [path for path, methods in described.items() if "get" in methods and "{" not in path]
    for name, manifest in manifests().items():
        own = [p for p in paths if p.startswith(tuple(f"{pre}/" for pre in manifest.prefixes))]
        answer = fleet.call(name, "GET", own[0])
        if answer.status_code not in (200, 401, 403):
            yield f"{name} does not answer at {own[0]}: {answer.status_code}"


def find_open_doors(fleet: Fleet) -> Iterator[str]:
    """Yield paths and ports that must be closed and are open."""
    if fleet.has_gateway:
        for path in CLOSED:
            status = fleet.call("auth", "GET", path).status_code
            if status != requests.codes.not_found:
                yield f"{path} is open to everybody: {status}"
        host = urlsplit(fleet.urls[0]).hostname or ""
        # On this machine a local fleet's slices are reachable, as they should be.
        if not is_loopback(host):
            ports = {8000, *(manifest.port for manifest in manifests().values())}
            yield from find_open_slices(host, sorted(ports - {urlsplit(fleet.urls[0]).port}))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine itself."""
    address = socket.getaddrinfo(host, None)[0][4][0]
    return ipaddress.ip_address(address).is_loopback


def find_open_slices(host: str, ports: Iterable[int]) -> Iterator[str]:
    """Yield ports at which a slice answers past the gateway."""
    for port in ports:
        with contextlib.suppress(requests.RequestException, ValueError):
            answer = requests.get(f"http://{host}:{port}/health/live", timeout=PORT_TIMEOUT_SECONDS)
            if answer.json() == {"status": "ok"}:
                yield f"{host}:{port} answers past the gateway"


def find_journey_problems(fleet: Fleet) -> Iterator[str]:
    """Yield what does not work for a new customer.

    Raises:
        SkippedError: addresses must be verified, which takes a mailbox.
    """
    email = f"verify-{secrets.token_hex(4)}@omnify.example"
    owner = {"first_name": "Vera", "last_name": "Fy", "email": email}
    versions = fleet.call("auth", "GET", "/api/legal/versions").json()
    body = {
        **owner,
        "password": secrets.token_urlsafe(15),
        "organization_name": "Verification",
        "accepted_documents": to_accept(versions, today=datetime.now(UTC).date()),
    }
    registered = fleet.call("auth", "POST", "/api/auth/register", json=body)
    if registered.status_code == requests.codes.accepted:
        raise SkippedError
    if registered.status_code != requests.codes.created:
        yield f"registration: {registered.status_code} {registered.text[:300]}"
        return
    headers = {"Authorization": f"Bearer {registered.json()['access_token']}"}
    imported = fleet.call(
        "integrations",
        "POST",
        "/api/integrations/csv/import",
        headers=headers,
        files={"file": ("weeks.csv", (DATA / "robyn_weekly_marketing.csv").read_bytes())},
        data={"mapping": (DATA / "robyn_mapping.json").read_text()},
    )
    if imported.status_code != requests.codes.created:
        yield f"import: {imported.status_code} {imported.text[:300]}"
    days = {"from": "2015-11-23", "to": "2019-11-11"}
    stats = fleet.call(
        "analytics", "GET", "/api/analytics/dashboard/stats", headers=headers, params=days
    )
    if SPEND not in stats.text or REVENUE not in stats.text:
        yield f"dashboard: {stats.status_code}, without {SPEND} and {REVENUE}"
    query = {"metric": "revenue", "grain": "week", "horizon": 13}
    forecast = fleet.call("ml", "POST", "/api/predictive/forecast", headers=headers, json=query)
    # 202 is one that no worker makes in time.
    if forecast.status_code != requests.codes.ok or (
        len(forecast.json()["points"]) != query["horizon"]
    ):
        yield f"forecast: {forecast.status_code} {forecast.text[:300]}"


CHECKS: dict[str, Callable[[Fleet], Iterator[str]]] = {
    "health": find_health_problems,
    "versions": find_version_skew,
    "services": find_unreachable_services,
    "closed": find_open_doors,
    "journey": find_journey_problems,
}


def main() -> int:
    """Run all checks and print their results; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--no-journey", action="store_true")
    arguments = parser.parse_args()
    fleet = Fleet(arguments.urls)
    is_well = True
    for name, check in CHECKS.items():
        if name == "journey" and arguments.no_journey:
            continue
        try:
            problems = list(check(fleet))
        except requests.RequestException as error:
            problems = [f"no answer: {type(error).__name__}"]
        except SkippedError as reason:
            print(f"{name:<10}skipped: {reason.__doc__}")
            continue
        print(f"{name:<10}{'; '.join(problems) or 'ok'}")
        is_well &= not problems
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
