"""The names of those who look at pages, asked for once a minute."""

from __future__ import annotations

import threading
import time
from uuid import UUID

import structlog

from omnify.context import Principal
from omnify.exceptions import OmnifyError
from omnify.identity.contract import Identity, Viewer
from omnify.services import client_of

log = structlog.get_logger(__name__)

#: A changed name is shown everywhere after so long, in seconds.
CACHE_SECONDS = 60.0
_MOST_REMEMBERED = 10_000


class Viewers:
    """A process's copy of the names of recent viewers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget all names; the next page fetches them."""
        self._known: dict[tuple[UUID | None, UUID | None], tuple[float, Viewer]] = {}

    def describe(self, principal: Principal) -> Viewer:
        """Return the names, empty while auth does not answer: a page can do without."""
        if not principal.is_authenticated:
            return Viewer()
        place = (principal.user_id, principal.organization_id)
        expires_at, viewer = self._known.get(place, (0.0, Viewer()))
        if time.monotonic() < expires_at:
            return viewer
        try:
            viewer = client_of(Identity).describe_viewer()
        except OmnifyError as error:
            log.info("viewer_unknown", reason=error.code)
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[place] = (time.monotonic() + CACHE_SECONDS, viewer)
        return viewer


viewers = Viewers()
