"""Ml's part: forecasts, also under traces of other versions."""

from __future__ import annotations

from apps.ml.contract import ForecastQuery, Ml
from omnify.context import Principal
from tests.layouts.visitor import Call, Visitor


def before_data(visitor: Visitor) -> None:
    """Ask while there are no numbers."""
    visitor.post("/api/predictive/forecast", {"metric": "revenue", "horizon": 13})


def forecasts(visitor: Visitor) -> None:
    """Ask for forecasts, one of which cannot be."""
    visitor.post("/api/predictive/forecast", {"metric": "revenue", "horizon": 13})
    visitor.post("/api/predictive/forecast", {"metric": "revenue", "grain": "day"})
    visitor.get("/api/predictive/forecast?metric=spend&grain=week&horizon=4&channel=tv")


def traces(visitor: Visitor) -> None:
    """Ask over three services under a trace of a future version, and under none that is one."""
    state = {"tracestate": "vendor=1"}
    for header in ("cc-{trace}-{span}-01-more", "00-{trace}-{span}-00", "ff-{trace}-{span}-01"):
        visitor.get("/api/predictive/forecast?metric=spend", traceparent=header, headers=state)


def calls(asker: Principal) -> tuple[Call, ...]:
    """Return a call of each method: contract, name, arguments."""
    return (
        (Ml, "forecast", ForecastQuery(metric="spend", grain="week", horizon=3)),
        (Ml, "latest_predictions"),
        (Ml, "latest_prediction", "revenue", "week"),
    )


def refused_calls(visitor: Visitor, asker: Principal) -> None:
    """Ask for a forecast of nothing."""
    visitor.call(Ml, "forecast", ForecastQuery(metric="x", grain="x", horizon=0), principal=asker)
