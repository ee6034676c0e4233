"""Requests of analytics' tests, and files whose numbers they know."""

from tests.apps.integrations.requests import MAPPING
from tests.factories.analytics import QUERY

TWO_CHANNELS = {
    **MAPPING,
    "channels": [
        {"name": "tv", "spend": "tv"},
        {"name": "web", "spend": "web", "clicks": "clicks"},
    ],
}
TWO_MONTHS = "day,sales,tv,web,clicks\n2026-01-05,100,10,5,4\n2026-02-02,50,0,5,0\n"


def ask(client, **changes):
    return client.post("/api/analytics/query", {**QUERY, **changes}, format="json")


def stats(client, **params):
    return client.get("/api/analytics/dashboard/stats", params)
