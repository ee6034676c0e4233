"""Each slice starts, serves exactly its own routes and loads exactly its own services."""

import json
import os
import subprocess
import sys
from math import comb

import pytest

from apps import SERVICES
from omnify.services.registry import manifests, owner_of
from tests.architecture.all_slices import ENVIRONMENT, all_slices
from tests.needs import takes_long

FLOOR_ROUTES = {
    "/",
    "/health",
    "/health/live",
    "/health/startup",
    "/health/ready",
    "/metrics",
    "/api/schema/",
    "/api/docs/",
}
#: Modules that a slice without the service beside them must not load.
HEAVY = {
    "auth": (
        "django.contrib.auth.models",
        "django.contrib.sessions.models",
        "allauth",
        "argon2",
        "fido2",
        "qrcode",
        "unfold",
    ),
    # What a broker, Consul or a worker needs: no slice before it is told to use them.
    "": ("consul", "dbos", "kombu"),
}
PROBE = """
import json, sys
import omnify.wsgi
print(json.dumps(sorted(sys.modules)))
"""


#: One service, two, all but one, all; the other sizes are for the proof.
SAMPLE = (1, 2, 6, 7)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SAMPLE, id="small and large"),
        pytest.param((3, 4, 5, 7), id="the others", marks=pytest.mark.proof),
    ],
)
def sizes(request):
    return request.param


@pytest.fixture(scope="module")
def reports(sizes):
    command = [sys.executable, "-m", "tests.architecture.all_slices", *map(str, sizes)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {tuple(report["services"]): report for report in found}


@takes_long
class TestAllSlices:
    def test_start_without_a_problem(self, reports, sizes):
        assert set(reports) == set(all_slices(sizes))
        assert len(reports) == sum(comb(len(SERVICES), size) for size in sizes)
        assert {key: found["problems"] for key, found in reports.items() if found["problems"]} == {}

    def test_serve_exactly_the_routes_of_their_services(self, reports):
        every = _without_admin(reports[SERVICES]["routes"])

        for services, report in reports.items():
            expected = {route for route in every if _is_served(route, services)}
            assert _without_admin(report["routes"]) == expected, services
            has_admin = any(route.startswith("/admin/") for route in report["routes"])
            assert has_admin == ("auth" in services), services

    def test_load_exactly_the_code_of_their_services(self, reports):
        for services, report in reports.items():
            for module in report["modules"]:
                _, service, part = module.split(".")[:3]
                assert service in services or part in ("contract", "exceptions"), (services, module)


@takes_long
class TestEveryRoute:
    def test_belongs_to_the_floor_or_to_exactly_one_service(self, reports):
        for route in reports[SERVICES]["routes"]:
            if route in FLOOR_ROUTES or route.startswith(("/admin/", "/static/")):
                continue
            claims = [
                name
                for name, manifest in manifests().items()
                for prefix in manifest.owned_prefixes
                if route == prefix or route.startswith(f"{prefix}/")
            ]
            assert len(claims) == 1, route


class TestEachServiceAlone:
    @pytest.mark.parametrize("service", SERVICES)
    def test_does_not_load_what_others_need(self, service):
        environment = os.environ | ENVIRONMENT
        environment["DJANGO_SETTINGS_MODULE"] = f"settings.{service}_only"

        done = subprocess.run(
            [sys.executable, "-c", PROBE],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        loaded = set(json.loads(done.stdout))

        foreign = {
            f"apps.{other}.{part}"
            for other in SERVICES
            if other != service
            for part in ("models", "operations", "queries", "facade", "api")
        }
        heavy = {name for owner, names in HEAVY.items() if owner != service for name in names}
        assert loaded & (foreign | heavy) == set()


def _without_admin(routes):
    return {route for route in routes if not route.startswith("/admin/")}


def _is_served(route, services):
    owner = owner_of(route)
    return owner is None or owner.name in services
