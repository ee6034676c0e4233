"""Asking a fleet as a gateway would: each service where it is."""

from __future__ import annotations

from typing import Any

import requests

from omnify.services.registry import owner_of
from tests.layouts.fleet import Fleet
from tests.layouts.inside import USER_AGENT


class Asker:
    """HTTP requests to a fleet; ``token`` is sent with each."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.token = ""
        self.answers: list[requests.Response] = []
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = USER_AGENT

    def ask(
        self,
        method: str,
        path: str,
        *,
        key: str = "",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """The answer of the service that owns the path."""
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if key:
            sent["Idempotency-Key"] = key
        owner = owner_of(path.partition("?")[0])
        addresses = self.fleet.addresses
        # What nobody owns goes to some slice, as behind a gateway without a rule for it.
        address = addresses.get(owner.name if owner else "", next(iter(addresses.values())))
        answer = self._session.request(
            method, address + path, headers=sent, timeout=60, allow_redirects=False, **options
        )
        self.answers.append(answer)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def body_of(answer: requests.Response) -> Any:
    """The JSON of an answer, or its text."""
    try:
        return answer.json()
    except ValueError:
        return answer.text
