"""Forecasts of a series by its own past, with intervals and a backtest."""

from apps.ml.forecasting.seasonal import SEASONS, Forecast, Point, forecast

__all__ = ["SEASONS", "Forecast", "Point", "forecast"]
