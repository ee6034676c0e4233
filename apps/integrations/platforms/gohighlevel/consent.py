"""Consent of GoHighLevel: a token is of one sub-account, which the answer names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from apps.integrations.platforms.oauth import OAuth
from apps.integrations.platforms.refusals import RequestRefusedError
from apps.integrations.platforms.specs import Grant

#: How long a refresh token lives that is not used.
_REFRESH_LIFE: Final = timedelta(days=365)


class GoHighLevelOAuth(OAuth):
    """The code flow, whose tokens are of a sub-account (a location)."""

    def complete(self, grant: Grant, token: Mapping[str, Any], now: datetime) -> Grant:
        """Return a grant with its sub-account."""
        location = token.get("locationId")
        if not (isinstance(location, str) and location):
            words = "GoHighLevel gave a token of the agency; choose one of its sub-accounts there."
            raise RequestRefusedError(words, code="sub_account_missing")
        facts = {"location": location}
        return replace(grant, facts=facts, refresh_expires_at=now + _REFRESH_LIFE)
