"""What other services add to the dashboard, which goes on without those that do not answer."""

from __future__ import annotations

from apps.agentkit.contract import Agentkit, LatestFindings
from omnify.exceptions import ServiceUnavailableError, UnknownMethodError
from omnify.services import client_of

#: No process answers; or one of an earlier version, which does not know the question.
_AWAY = (ServiceUnavailableError, UnknownMethodError)


def find_findings() -> LatestFindings | None:
    """Return what agents found last, None where agentkit does not answer."""
    try:
        found: LatestFindings = client_of(Agentkit).latest_findings()
    except _AWAY:
        return None
    return found
