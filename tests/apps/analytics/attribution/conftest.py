"""Files of touchpoints and orders, sent and taken in."""

import pytest

from tests.apps.integrations.requests import send
from tests.factories.store import settle

PATHS = {
    "kind": "touchpoints",
    "source": "paths",
    "at": "day",
    "path": "path",
    "conversions": "n",
    "value": "worth",
    "nulls": "lost",
    "currency": "EUR",
}
TOUCHES = {
    "kind": "touchpoints",
    "source": "touches",
    "at": "at",
    "customer": "who",
    "channel": "via",
}
ORDERS = {
    "kind": "orders",
    "source": "shop",
    "date": "day",
    "customer": "who",
    "revenue": "total",
    "currency": "EUR",
}


def bring(client, text, mapping):
    """Send a file and take it in."""
    answer = send(client, text, mapping)
    assert answer.status_code in (200, 201), answer.json()
    settle()
    return answer.json()


@pytest.fixture
def ask(owner):
    """Ask for attribution; gives the answer's JSON."""

    def get(model="linear", **query):
        given = {"model": model, **query}
        answer = owner.get("/api/analytics/attribution", given)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return get


def credit_of(answer, field="conversions"):
    """What each channel is credited with."""
    return {each["name"]: each[field] for each in answer["channels"]}
