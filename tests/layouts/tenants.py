"""Who asks in a case of faults: organizations that are ready for the request."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.journeys.main_job import FILE, MAPPING, REGISTRATION
from tests.layouts.asking import Asker, body_of
from tests.layouts.fleet import Fleet
from tests.layouts.journey.onboarding import COMPANY

#: Small enough to be sent for each case, and worth a number in two months.
SMALL_FILE = b"day,tv\n2019-01-01,10.00\n2019-02-01,12.50\n"
SMALL_MAPPING = {"date": "day", "currency": "EUR", "channels": [{"name": "tv", "spend": "tv"}]}
Answer = tuple[int, Any]
_numbers = itertools.count(1)


class Tenant(NamedTuple):
    """A signed-in owner, and a number that no other case has."""

    asker: Asker
    number: int

    def ask(self, method: str, path: str, **options: Any) -> Answer:
        """Status and body."""
        answer = self.asker.ask(method, path, **options)
        return answer.status_code, body_of(answer)

    def must(self, method: str, path: str, **options: Any) -> Any:
        """The body of an answer that has to be a success."""
        status, body = self.ask(method, path, **options)
        if status >= 300:
            raise AssertionError(f"{method} {path} answered {status}: {body}")
        return body


def new_tenant(fleet: Fleet) -> Tenant:
    """An organization without anything."""
    number = next(_numbers)
    tenant = Tenant(Asker(fleet), number)
    registration = {**REGISTRATION, "email": f"owner-{number}@faults.example"}
    made = tenant.must("POST", "/api/auth/register", json=registration)
    tenant.asker.token = made["access_token"]
    # Every service fetches the keys now, and not in the middle of a case.
    for path in ("/api/agentkit/agents", "/api/analytics/measures", "/api/onboarding/status"):
        tenant.must("GET", path)
    tenant.must("GET", "/api/integrations/connections")
    tenant.ask("POST", "/api/predictive/forecast", json={"metric": "revenue", "horizon": 1})
    return tenant


def with_small_file(fleet: Fleet) -> Tenant:
    """An organization with two numbers."""
    tenant = new_tenant(fleet)
    status, body = import_small_file(tenant)
    assert status == 201, body
    return tenant


def with_numbers(fleet: Fleet) -> Tenant:
    """An organization with four years of numbers, the same for all cases of a fleet."""
    if "numbers" in fleet.kept:
        return Tenant(fleet.kept["numbers"], next(_numbers))
    tenant = new_tenant(fleet)
    fleet.kept["numbers"] = tenant.asker
    mapping = {"mapping": MAPPING.read_text()}
    files = {"file": (FILE.name, FILE.read_bytes())}
    tenant.must("POST", "/api/integrations/csv/import", files=files, data=mapping)
    tenant.must("POST", "/api/predictive/forecast", json={"metric": "revenue", "horizon": 13})
    return tenant


def import_small_file(tenant: Tenant) -> Answer:
    """Import two rows."""
    return tenant.ask(
        "POST",
        "/api/integrations/csv/import",
        key=f"import-{tenant.number}",
        files={"file": ("small.csv", SMALL_FILE)},
        data={"mapping": json.dumps(SMALL_MAPPING)},
    )


def before_step(step: str) -> Callable[[Fleet], Tenant]:
    """Makes an organization whose wizard is before a step."""

    def make(fleet: Fleet) -> Tenant:
        tenant = with_small_file(fleet)
        steps = "/api/onboarding/steps"
        tenant.must("POST", "/api/onboarding/start")
        for name, given in _BEFORE_STEPS:
            if name == step:
                break
            do = "skip" if given is None else "complete"
            tenant.must("POST", f"{steps}/{name}/{do}", json={} if given is None else given)
        return tenant

    return make


_BEFORE_STEPS: tuple[tuple[str, Any], ...] = (
    ("welcome", {"data": {}}),
    ("role_selection", {"data": {"role": "cmo"}}),
    ("company_info", {"data": COMPANY}),
    ("platform_connection", {"data": {}}),
    ("brand_setup", None),
    ("first_campaign", None),
    ("success_demo", {"data": {}}),
)


def nobody(fleet: Fleet) -> Tenant:
    """Somebody who is not signed in."""
    return Tenant(Asker(fleet), next(_numbers))
