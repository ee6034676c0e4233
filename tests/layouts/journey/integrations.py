"""Integrations' part: a file comes, and its connection goes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from apps.integrations.contract import (
    ActionRequest,
    ActionTarget,
    DailyMetricsQuery,
    EntitiesQuery,
    Integrations,
    OrdersQuery,
    RatesQuery,
    TouchpointsQuery,
)
from omnify.context import ANONYMOUS, Principal
from tests.journeys.main_job import FILE, MAPPING
from tests.layouts.journey import auth
from tests.layouts.journey.analytics import ATTRIBUTION, COHORTS, DAYS, QUERY
from tests.layouts.visitor import Call, Visitor

#: A file's name, its content, its mapping, and what reads what it brought.
Kind = tuple[str, bytes, dict[str, Any], Call]
#: Days of which the usual file has nothing.
KIND_DAYS = {"from": "2014-01-01", "to": "2014-01-31"}
_FIRST, _LAST = date(2014, 1, 1), date(2014, 1, 31)
_ORDERS_FILE = b"""\
Name,Email,Financial Status,Currency,Total,Refunded Amount,Created at
#1,a@example.com,paid,USD,10.00,0.00,2014-01-02 10:00:00 +0000
#2,b@example.com,partially_refunded,USD,20.00,5.00,2014-01-02 10:00:00 +0000
#3,A@example.com,paid,USD,0.00,0.00,2014-01-02 10:00:00 +0000
"""
ORDERS: Kind = (
    "orders.csv",
    _ORDERS_FILE,
    {
        "kind": "orders",
        "source": "shop",
        "date": "Created at",
        "customer": "Email",
        "revenue": "Total",
        "currency": "Currency",
    },
    (Integrations, "orders", OrdersQuery(from_date=_FIRST, to_date=_LAST)),
)
_DOLLARS = ("us.csv", b"day,sales,spend\n2019-04-01,300,30\n")
RATES: Call = (
    Integrations,
    "exchange_rates",
    RatesQuery(target="EUR", currencies=("USD",), **DAYS),
)
TOUCHPOINTS: Kind = (
    "paths.csv",
    b"day,path,conversions,value\n2014-01-02,alpha > iota,2,30\n2014-01-02,eta,1,\n",
    {
        "kind": "touchpoints",
        "source": "paths",
        "at": "day",
        "path": "path",
        "conversions": "conversions",
        "value": "value",
        "currency": "USD",
    },
    (Integrations, "touchpoints", TouchpointsQuery(from_date=_FIRST, to_date=_LAST)),
)

BANK: Kind = (
    "eurofxref-hist.csv",
    b"Date,USD,JPY,\n2014-01-02,1.3658,143.32,\n2014-01-03,1.3634,142.47,\n",
    {
        "kind": "rates",
        "source": "ECB",
        "date": "Date",
        "base": "EUR",
        "currencies": [{"currency": "USD", "rate": "USD"}, {"currency": "JPY", "rate": "JPY"}],
    },
    (
        Integrations,
        "exchange_rates",
        RatesQuery(target="EUR", currencies=("USD",), from_date=_FIRST, to_date=_LAST),
    ),
)


def data(visitor: Visitor) -> None:
    """Import the file: looked at first, then once, then again."""
    visitor.get("/api/integrations/catalog")
    upload(visitor, "?preview=true")
    upload(visitor, key="import-1")
    upload(visitor, key="import-1")
    upload(visitor)
    upload(visitor, mapping={"date": "NO SUCH COLUMN", "currency": "EUR", "channels": []})
    connections = visitor.get("/api/integrations/connections")["results"]
    visitor.get(f"/api/integrations/connections/{connections[0]['id']}")
    visitor.get("/api/integrations/imports")
    undo(visitor)
    brand = visitor.post("/api/organizations/brands", {"name": "Globex"})
    keep_kind(visitor, ORDERS, brand_id=brand["id"])
    keep_kind(visitor, TOUCHPOINTS)
    keep_kind(visitor, BANK)
    exchange(visitor)
    visitor.get("/api/organizations/me")


def undo(visitor: Visitor) -> None:
    """Import a corrected file, look at what it takes away, and undo it, twice."""
    columns = {"date": "DATE", "currency": "EUR", "channels": [{"name": "tv", "spend": "tv_S"}]}
    upload(visitor, "?preview=true", mapping=columns)
    made = upload(visitor, mapping=columns)
    for _ in range(2):
        visitor.step("DELETE", f"/api/integrations/imports/{made['import_id']}")
    visitor.step("DELETE", f"/api/integrations/imports/{UUID(int=1)}")
    visitor.get("/api/integrations/imports")


def exchange(visitor: Visitor) -> None:
    """Import money of another currency, to stay, and add, list, use and delete its rate."""
    columns = {"date": "day", "source": "us", "currency": "USD", "revenue": "sales"}
    channel = {"name": "tv", "spend": "spend"}
    upload(visitor, mapping={**columns, "channels": [channel]}, file=_DOLLARS)
    question = {**QUERY, "measures": ["spend"]}
    visitor.post("/api/analytics/query", question)
    rate = {"date": "2019-04-01", "base": "EUR", "currency": "USD", "rate": "1.25"}
    made = visitor.post("/api/integrations/rates", rate)
    visitor.post("/api/integrations/rates", {**rate, "rate": "0"})
    visitor.get("/api/integrations/rates")
    visitor.call(*RATES, principal=auth.principal(visitor.token))
    visitor.post("/api/analytics/query", question)
    for _ in range(2):
        visitor.step("DELETE", f"/api/integrations/rates/{made['id']}")


def keep_kind(visitor: Visitor, kind: Kind, **said: str) -> None:
    """Look at a file of another kind, import it and a corrected one, read it, and undo both."""
    name, content, mapping, call = kind
    mapping = {**mapping, **said}
    rows = content.splitlines(keepends=True)
    upload(visitor, "?preview=true", file=(name, content))
    first = upload(visitor, mapping=mapping, key=f"import-{name}", file=(name, content))
    visitor.call(*call, principal=auth.principal(visitor.token))
    visitor.post("/api/analytics/query", {**QUERY, **KIND_DAYS, "measures": ["revenue", "orders"]})
    visitor.get(COHORTS)
    visitor.get(ATTRIBUTION)
    corrected = (name, b"".join(rows[:-1]))
    upload(visitor, "?preview=true", mapping=mapping, file=corrected)
    second = upload(visitor, mapping=mapping, file=corrected)
    visitor.get("/api/integrations/imports")
    for made in (second, first):
        visitor.step("DELETE", f"/api/integrations/imports/{made['import_id']}")
        visitor.call(*call, principal=auth.principal(visitor.token))
    visitor.step("DELETE", find_connection(visitor))


def upload(
    visitor: Visitor,
    query: str = "",
    *,
    key: str = "",
    mapping: Any = None,
    file: tuple[str, bytes] | None = None,
) -> Any:
    """Send a file, the usual one by default, as a step; returns the answer."""
    text = MAPPING.read_text() if mapping is None else json.dumps(mapping)
    is_proposed = file is not None and mapping is None
    return visitor.step(
        "POST",
        f"/api/integrations/csv/import{query}",
        key=key,
        files={"file": file or (FILE.name, FILE.read_bytes())},
        data={} if is_proposed else {"mapping": text},
    )


def find_connection(visitor: Visitor) -> str:
    """Return the path of the first connection."""
    connections = visitor.get("/api/integrations/connections")["results"]
    return f"/api/integrations/connections/{connections[0]['id']}"


def calls(asker: Principal) -> tuple[Call, ...]:
    """Return a call of each method: contract, name, arguments."""
    return (
        (Integrations, "metrics_span"),
        (Integrations, "list_connections"),
        (Integrations, "list_organizations"),
        (Integrations, "entities", EntitiesQuery()),
        (Integrations, "list_files", _FIRST, _LAST),
        (Integrations, "list_channels"),
        (Integrations, "daily_metrics", DailyMetricsQuery(**DAYS, limit=40)),
        (Integrations, "orders", OrdersQuery(**DAYS)),
        (Integrations, "touchpoints", TouchpointsQuery(**DAYS)),
        RATES,
    )


def refused_calls(visitor: Visitor, asker: Principal) -> None:
    """Ask for connections as nobody, and for one that is not there."""
    visitor.call(Integrations, "list_connections", principal=ANONYMOUS)
    for name in ("get_connection", "freshness", "probe", "start_sync"):
        visitor.call(Integrations, name, UUID(int=1), principal=asker)
    target = ActionTarget(level="campaign", id="1")
    wanted = ActionRequest(connection_id=UUID(int=1), action="pause", target=target)
    visitor.call(Integrations, "execute_action", wanted, principal=asker)
