"""The journey: every service, every contract method and every event at least once.

Each service has a part of its own here; a method that is added to a contract is added to its
``calls``. A test says so otherwise.
"""

from __future__ import annotations

from omnify.context import Principal
from tests.layouts.journey import agentkit, analytics, auth, integrations, ml, onboarding
from tests.layouts.visitor import Call, Visitor

_CALLED = (auth, integrations, analytics, onboarding, ml, agentkit)
_REFUSING = (analytics, ml, auth, integrations)


def walk(visitor: Visitor) -> None:
    """Go the whole way."""
    auth.sign_up(visitor)
    before_data(visitor)
    onboarding.wizard_without_data(visitor)
    integrations.data(visitor)
    analytics.numbers(visitor)
    ml.forecasts(visitor)
    agentkit.runs(visitor)
    ml.traces(visitor)
    onboarding.wizard(visitor)
    call_each_other(visitor)
    stranger(visitor)
    auth.member(visitor)
    auth.goodbye(visitor)


def before_data(visitor: Visitor) -> None:
    """Hear what every service says while there are no numbers; and what is refused."""
    for service in (analytics, ml, agentkit):
        service.before_data(visitor)
    visitor.get("/api/infrastructure/overview")
    analytics.refusals(visitor)


def call_each_other(visitor: Visitor) -> None:
    """Call every method of every contract, as another slice would; and what is refused."""
    asker = auth.principal(visitor.token)
    _call_every_method(visitor, asker)
    for service in _REFUSING:
        service.refused_calls(visitor, asker)


def _call_every_method(visitor: Visitor, asker: Principal) -> None:
    calls: list[Call] = [call for service in _CALLED for call in service.calls(asker)]
    for contract, name, *arguments in calls:
        visitor.call(contract, name, *arguments, principal=asker)


def stranger(visitor: Visitor) -> None:
    """Another organization sees nothing of it; then its own goes."""
    token = visitor.token
    agent, connection = agentkit.find_agent(visitor), integrations.find_connection(visitor)
    auth.become_a_stranger(visitor)
    visitor.get(agent)
    visitor.step("DELETE", connection)
    visitor.get("/api/integrations/connections")
    visitor.post("/api/analytics/query", analytics.QUERY)
    _call_every_method(visitor, auth.principal(visitor.token))
    auth.operate(visitor)
    visitor.token = token
    visitor.step("DELETE", connection)
    visitor.step("DELETE", agent)
    visitor.post("/api/analytics/query", analytics.QUERY)
