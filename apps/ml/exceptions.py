"""The requests that ml refuses."""

from __future__ import annotations

from omnify.exceptions import InsufficientDataError, InvalidInputError, NotFoundError


class ForecastInvalidError(InvalidInputError):
    """The query names what cannot be forecast."""

    code = "forecast_invalid"
    message = "The forecast is not valid; 'errors' names each field."


class ForecastNotFoundError(NotFoundError):
    """No stored forecast of the organization has the id."""

    code = "forecast_not_found"
    message = "There is no forecast '{forecast_id}'."


class HistoryTooShortError(InsufficientDataError):
    """Fewer periods than the method needs."""

    message = (
        "A forecast by {grain} needs {needed_periods} periods of history;"
        " there are {available_periods}."
    )


class HistoryGapsError(InsufficientDataError):
    """Periods without data, or with data of some days only, inside the history."""

    message = (
        "The history lacks {missing_periods} whole periods, the first in {first_missing}: each"
        " needs numbers of all its days."
    )


class CalendarEndError(InsufficientDataError):
    """A forecast of periods that no calendar has."""

    message = "{horizon} periods after {last} would pass the last day of the calendar."


class HistoryCoarserError(InsufficientDataError):
    """The data has fewer points than the grain asks for."""

    message = (
        "The data has one row every {spacing_days} days; ask for the grain '{suggested_grain}'."
    )
