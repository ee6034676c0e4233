"""What other services add to the dashboard, which goes on without those that do not answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import msgspec

from apps.agentkit.contract import Agentkit, LatestFindings
from apps.ml.contract import Ml, StoredPrediction
from omnify.exceptions import ServiceUnavailableError, UnknownMethodError
from omnify.services import client_of

#: No process answers; or one of an earlier version, which does not know the question.
AWAY: Final = (ServiceUnavailableError, UnknownMethodError)


class Charted(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as a chart shows it, of a channel or (empty) of the whole.

    ``first`` and ``last`` are its periods, ``as_of`` says which data they are counted from.
    """

    measure: str
    grain: str
    currency: str
    first: date
    last: date
    channel: str = ""
    as_of: datetime | None = None


def find_findings() -> LatestFindings:
    """Return what agents found last.

    Raises:
        ServiceUnavailableError, UnknownMethodError: agentkit does not answer (see ``AWAY``).
    """
    found: LatestFindings = client_of(Agentkit).latest_findings()
    return found


def find_forecast(charted: Charted) -> StoredPrediction | None:
    """Return the latest forecast that goes on where a chart's line ends, None without one.

    It holds while the data that it was made of is the present one.

    Raises:
        ServiceUnavailableError, UnknownMethodError: ml does not answer (see ``AWAY``).
    """
    found: StoredPrediction | None = client_of(Ml).latest_prediction(
        charted.measure, charted.grain, charted.channel
    )
    if found is None or not found.result.points:
        return None
    result = found.result
    is_of_these = (result.currency, result.as_of) == (charted.currency, charted.as_of)
    return found if is_of_these and charted.first <= result.trained_to <= charted.last else None
