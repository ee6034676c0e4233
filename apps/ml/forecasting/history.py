"""Whether a history is long, dense and fine enough to say anything of the future."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from apps.ml.exceptions import HistoryCoarserError, HistoryGapsError, HistoryTooShortError
from apps.ml.forecasting.periods import add_periods, count_periods

_WEEK, _MONTH = 7, 28


def complete_values(
    points: Sequence[tuple[date, Decimal]], *, grain: str, needed: int
) -> list[Decimal]:
    """Return the values of consecutive periods.

    Raises:
        HistoryCoarserError: the points lie further apart than the grain's periods.
        HistoryGapsError: some periods have no point.
        HistoryTooShortError: there are fewer than ``needed``.
    """
    if len(points) > 1:
        _refuse_coarser(points, grain)
        _refuse_gaps(points, grain)
    if len(points) < needed:
        raise HistoryTooShortError(
            grain=grain, needed_periods=needed, available_periods=len(points)
        )
    return [value for _, value in points]


def _refuse_coarser(points: Sequence[tuple[date, Decimal]], grain: str) -> None:
    steps = Counter((later - earlier).days for (earlier, _), (later, _) in pairwise(points))
    spacing = steps.most_common(1)[0][0]
    suggested = "month" if spacing >= _MONTH else "week" if spacing >= _WEEK else "day"
    if ("day", "week", "month").index(suggested) > ("day", "week", "month").index(grain):
        raise HistoryCoarserError(spacing_days=spacing, suggested_grain=suggested)


def _refuse_gaps(points: Sequence[tuple[date, Decimal]], grain: str) -> None:
    first, last = points[0][0], points[-1][0]
    expected = count_periods(first, last, grain)
    if expected == len(points):
        return
    present = {day for day, _ in points}
    missing = (add_periods(first, step, grain) for step in range(expected))
    first_missing = next(day for day in missing if day not in present)
    raise HistoryGapsError(
        missing_periods=expected - len(points), first_missing=first_missing, grain=grain
    )
