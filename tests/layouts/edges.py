"""The edges of the fleet: which request makes which slice call which other, and what it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from django.test import override_settings

from omnify import context as ctx
from omnify.context import Context
from omnify.exceptions import OmnifyError
from omnify.services.client import build_client
from omnify.services.http_transport import HttpTransport
from tests.journeys.main_job import RANGE
from tests.layouts.fleet import Fleet
from tests.layouts.journey.analytics import QUERY
from tests.layouts.probes.till.contract import Till
from tests.layouts.tenants import (
    Answer,
    Tenant,
    before_step,
    import_small_file,
    new_tenant,
    nobody,
    with_numbers,
)

#: Where the probes keep what they did and under which key: a call that was refused to its caller
#: may be done, and the same key finds it so.
ONCE_TABLES = ("floor.omnify_flags_flag", "floor.omnify_idempotency_keptanswer")
#: The run that was refused, and the agent, which the first run of an organization writes down.
RUN_TABLES = ("agentkit.omnify_agentkit_agent", "agentkit.omnify_agentkit_execution")


class Edge(NamedTuple):
    """A call between two slices, and the request of a tenant that leads to it.

    Attributes:
        caller: the slice that calls; its address of the callee is the proxy's.
        callee: the service that is called.
        tenant: makes whoever asks, ready to ask.
        ask: the request; asking again changes nothing more.
        chain: every service that an error may name.
        may_leave: tables in which a refused request may have left something, as documented.
        degrades: whether the answer without the callee is a success that names it.
        goes_on: whether the answer without the callee is the same, of what the caller keeps.
        refusal: the code of every refusal, where it is not the fault's own.
    """

    caller: str
    callee: str
    tenant: Callable[[Fleet], Tenant]
    ask: Callable[[Tenant], Answer]
    chain: tuple[str, ...] = ()
    may_leave: tuple[str, ...] = ()
    degrades: bool = False
    goes_on: bool = False
    refusal: str = ""


def complete(step: str) -> Callable[[Tenant], Answer]:
    """The request that completes a step."""
    return lambda tenant: tenant.ask(
        "POST", f"/api/onboarding/steps/{step}/complete", json={"data": {}}
    )


def query(tenant: Tenant) -> Answer:
    """A query of analytics."""
    return tenant.ask("POST", "/api/analytics/query", json=QUERY)


def execute(tenant: Tenant) -> Answer:
    """A run of an agent, under a key."""
    agents = tenant.must("GET", "/api/agentkit/agents")["results"]
    path = f"/api/agentkit/agents/{agents[0]['id']}/execute"
    return tenant.ask("POST", path, json={"input": RANGE}, key=f"run-{tenant.number}")


def forecast_anew(tenant: Tenant) -> Answer:
    """A forecast that nobody asked for before."""
    metric = ("spend", "impressions", "clicks", "revenue")[tenant.number // 90 % 4]
    asked = {"metric": metric, "horizon": 14 + tenant.number % 90}
    return tenant.ask("POST", "/api/predictive/forecast", json=asked)


def forecast_again(tenant: Tenant) -> Answer:
    """The forecast that was asked for when the organization was made."""
    asked = {"metric": "revenue", "horizon": 13}
    return tenant.ask("POST", "/api/predictive/forecast", json=asked)


def list_agents_without_keys(tenant: Tenant) -> Answer:
    """A request that needs nothing but the keys, which have to be fetched for it."""
    tenant.asker.fleet.forget_keys()
    return tenant.ask("GET", "/api/agentkit/agents")


def sell(tenant: Tenant) -> Answer:
    """A sale of the till under a key, asked for as another slice would."""
    fleet, key = tenant.asker.fleet, f"sell-{tenant.number}"
    context = Context(deadline=time.monotonic() + fleet.kept["seconds"], idempotency_key=key)
    with override_settings(SERVICE_URLS={"till": (fleet.kept["till"],)}), ctx.use(context):
        client = build_client(Till, "till", HttpTransport("till"))
        try:
            sold, entries = client.sell(f"thing-{tenant.number}")
        except OmnifyError as error:
            return error.status, {"code": error.code, **error.details}
    return 200, {"sold": sold, "entries": entries}


EDGES: dict[str, Edge] = {
    "import": Edge(
        "integrations",
        "auth",
        new_tenant,
        import_small_file,
        # The first of the file's effects: the currency that the organization had none of.
        may_leave=("auth.omnify_auth_organization",),
    ),
    "query": Edge("analytics", "integrations", with_numbers, query, goes_on=True),
    "query-currency": Edge("analytics", "auth", with_numbers, query),
    "run": Edge("agentkit", "analytics", with_numbers, execute, may_leave=RUN_TABLES),
    "run-two-on": Edge(
        "analytics",
        "integrations",
        with_numbers,
        execute,
        chain=("analytics",),
        may_leave=RUN_TABLES,
        goes_on=True,
    ),
    "forecast": Edge("ml", "analytics", with_numbers, forecast_anew),
    "forecast-kept": Edge("ml", "analytics", with_numbers, forecast_again, degrades=True),
    "forecast-two-on": Edge(
        "analytics",
        "integrations",
        with_numbers,
        forecast_anew,
        chain=("analytics",),
        goes_on=True,
    ),
    "connection-step": Edge(
        "onboarding",
        "integrations",
        before_step("platform_connection"),
        complete("platform_connection"),
    ),
    "demo-step": Edge(
        "onboarding", "analytics", before_step("success_demo"), complete("success_demo")
    ),
    "keys": Edge(
        "agentkit",
        "auth",
        new_tenant,
        list_agents_without_keys,
        chain=("identity",),
        refusal="key_set_unavailable",
    ),
    "sale": Edge("runner", "till", nobody, sell, may_leave=ONCE_TABLES),
    "sale-entry": Edge("till", "ledger", nobody, sell, chain=("till",), may_leave=ONCE_TABLES),
}
