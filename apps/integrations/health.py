"""Report versions of platforms' APIs that end as a part of readiness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError
from django.utils import timezone
from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning

from apps.integrations.connections.queries import EndingVersion, list_ending_versions
from omnify.services.registry import is_hosted

#: From so many days before the end on, how pressing a move is.
_PRESSING: Final = ((0, "its connections bring nothing"), (7, "move at once"), (30, "move now"))


@dataclass
class PlatformVersions(HealthCheck):
    """Versions that end within 60 days; until then all works, so it only degrades."""

    def run(self) -> None:
        """Name those that connections ask."""
        try:
            ending = list_ending_versions(timezone.now().date())
        except DatabaseError:
            return  # The database's own part reports it.
        if ending:
            raise ServiceWarning("; ".join(map(_describe, ending)))


def find_parts() -> dict[str, HealthCheck]:
    """Return the part, where the service that asks platforms is hosted."""
    return {"platform_versions": PlatformVersions()} if is_hosted("integrations") else {}


def _describe(each: EndingVersion) -> str:
    pressing = next((words for days, words in _PRESSING if each.days <= days), "plan the move")
    when = f"ends on {each.ends}, in {each.days} days" if each.days > 0 else f"ended on {each.ends}"
    variable = f"{each.platform.upper()}_API_VERSION"
    return f"{each.name} {each.version} {when}: {pressing} ({variable}, {variable}_ENDS)"
