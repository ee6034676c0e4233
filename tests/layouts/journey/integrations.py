"""Integrations' part: a file comes, and its connection goes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from apps.integrations.contract import DailyMetricsQuery, Integrations
from omnify.context import ANONYMOUS, Principal
from tests.journeys.main_job import FILE, MAPPING
from tests.layouts.journey.analytics import DAYS
from tests.layouts.visitor import Call, Visitor


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


def upload(visitor: Visitor, query: str = "", *, key: str = "", mapping: Any = None) -> Any:
    """Send the file, as a step; returns the answer."""
    text = MAPPING.read_text() if mapping is None else json.dumps(mapping)
    return visitor.step(
        "POST",
        f"/api/integrations/csv/import{query}",
        key=key,
        files={"file": (FILE.name, FILE.read_bytes())},
        data={"mapping": text},
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
        (Integrations, "daily_metrics", DailyMetricsQuery(**DAYS, limit=40)),
    )


def refused_calls(visitor: Visitor, asker: Principal) -> None:
    """Ask for connections as nobody."""
    visitor.call(Integrations, "list_connections", principal=ANONYMOUS)
