"""Measure what a call in process costs beyond a direct call of the facade."""

import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import django

django.setup()

from omnify import context as ctx
from omnify.context import Context, Principal, PrincipalKind, new_trace
from omnify.flags import decisions
from omnify.services import Contract, invocation, method
from omnify.services.client import build_client
from omnify.services.messages import Message
from omnify.services.transports import LocalTransport

ROUNDS, CALLS, ROWS = 9, 20_000, 1000


class Row(Message):
    """A row of five typed fields."""

    day: date
    name: str
    amount: Decimal
    count: int
    id: UUID


class Bench(Contract):
    """Two methods: one scalar, one of many rows."""

    service = "auth"

    @method(idempotent=True)
    def double(self, number: int) -> int:
        """Return twice the number."""
        raise NotImplementedError

    @method(idempotent=True)
    def rows(self, count: int) -> tuple[Row, ...]:
        """Return rows."""
        raise NotImplementedError


TABLE = tuple(
    Row(day=date(2026, 1, 1), name=f"row {i}", amount=Decimal(i), count=i, id=UUID(int=i))
    for i in range(ROWS)
)


class BenchFacade(Bench):
    """Do next to nothing, so that only the overhead is measured."""

    def double(self, number: int) -> int:
        """Return twice the number."""
        return 2 * number

    def rows(self, count: int) -> tuple[Row, ...]:
        """Return rows."""
        return TABLE[:count]


def serve() -> BenchFacade:
    """Let this process run the facade, without a database."""
    facade = BenchFacade()
    found = {n: (m, getattr(facade, n), f"rpc.auth.{n}") for n, m in Bench.methods.items()}
    invocation.implementations = lambda _service: found  # type: ignore[assignment]
    decisions._table_of["auth"] = decisions._Table()  # noqa: SLF001 - no database here
    decisions._table_of["auth"].expires_at = float("inf")  # noqa: SLF001 - as above
    return facade


def microseconds(function: Callable[[], Any], calls: int) -> float:
    """Return the time of one call: the median over rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(calls):
            function()
        times.append((time.perf_counter() - started) / calls)
    return statistics.median(times) * 1e6


def main() -> None:
    """Compare a client's calls with direct ones."""
    facade = serve()
    client = build_client(Bench, "auth", LocalTransport("auth"))
    principal = Principal(PrincipalKind.USER, UUID(int=1), UUID(int=2), UUID(int=3), "owner")
    with ctx.use(Context(principal, UUID(int=2), "bench", new_trace())):
        direct = microseconds(lambda: facade.double(4), CALLS)
        local = microseconds(lambda: client.double(4), CALLS)
        one = microseconds(lambda: client.rows(1), CALLS // 10)
        many = microseconds(lambda: client.rows(ROWS), 20)
    print(f"direct call of the facade        {direct:8.2f} us   (reference)")
    print(f"in process, scalar               {local:8.2f} us   +{local - direct:.2f} (goal: 3)")
    per_row = (many - one) / (ROWS - 1)
    print(f"in process, per five-field row   {per_row:8.2f} us   (goal: 1)")
