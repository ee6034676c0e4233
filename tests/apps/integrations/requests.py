"""Requests of integrations' tests, and a small file to send."""

import io
import json
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

MAPPING = {
    "date": "day",
    "currency": "EUR",
    "revenue": "sales",
    "channels": [{"name": "tv", "spend": "tv"}],
}
GOOD = "day,sales,tv\n2026-01-01,100.5,10\n2026-01-02,-3,0\n"


def send(client, text=GOOD, mapping=MAPPING, *, query="", headers=None):
    content = text if isinstance(text, bytes) else text.encode()
    file = io.BytesIO(content)
    file.name = "file.csv"
    body = {"file": file}
    if mapping is not None:
        body["mapping"] = mapping if isinstance(mapping, str) else json.dumps(mapping)
    return client.post(f"/api/integrations/csv/import{query}", body, headers=headers)


def spend_of(client):
    query = {"measures": ["spend", "revenue"], "from": "2026-01-01", "to": "2026-12-31"}
    return client.post("/api/analytics/query", query, format="json").json()["totals"]


def pages_of(client, path, *, limit):
    """All rows of a list, asked for page by page."""
    rows, cursor = [], ""
    while cursor is not None:
        query = f"?limit={limit}&cursor={cursor}" if cursor else f"?limit={limit}"
        page = client.get(f"{path}{query}").json()
        rows += page["results"]
        cursor = page["next"]
    return rows


@contextmanager
def own_queries(number):
    """Hold a block to a number of queries of integrations' tables.

    What a process knows of rights and flags is read anew whenever it is old.
    """
    with CaptureQueriesContext(connection) as captured:
        yield
    own = [query["sql"] for query in captured if '"omnify_integrations_' in query["sql"]]
    assert len(own) == number, own
