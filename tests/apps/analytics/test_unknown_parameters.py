"""A parameter that is not known is named, as a filter that is left out answers wrongly."""

import pytest

pytestmark = pytest.mark.django_db
FORECAST = {"metric": "revenue", "grain": "day", "horizon": 7}


def refused_fields(answer):
    errors = answer.json()["errors"]
    return answer.status_code, [(error["field"], error["code"]) for error in errors]


class TestUnknownParameters:
    def test_are_refused_by_the_dashboard(self, registered):
        stats = "/api/analytics/dashboard/stats"

        days = registered.get(f"{stats}?start_date=2026-01-01&end_date=2026-01-31")
        channel = registered.get(f"{stats}?channel=google")

        assert refused_fields(days) == (400, [("start_date", "unknown"), ("end_date", "unknown")])
        assert refused_fields(channel) == (400, [("channel", "unknown")])

    def test_are_refused_by_forecasts(self, registered):
        body = {**FORECAST, "chanel": "google"}

        answer = registered.post("/api/predictive/forecast", body, format="json")

        assert refused_fields(answer) == (400, [("chanel", "unknown")])

    def test_are_refused_by_agents(self, registered):
        agent = {"name": "Analyst", "type": "analytics"}
        made = registered.post("/api/agentkit/agents", agent, format="json").json()

        answer = registered.post(
            f"/api/agentkit/agents/{made['id']}/execute",
            {"from": "2026-01-01", "to": "2026-01-31"},
            format="json",
        )

        assert refused_fields(answer) == (400, [("from", "unknown"), ("to", "unknown")])

    def test_are_refused_where_there_are_none(self, registered):
        answer = registered.post("/api/predictive/predictions", {"metric": "spend"}, format="json")

        assert refused_fields(answer) == (400, [("metric", "unknown")])
