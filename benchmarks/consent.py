"""Measure a refresh of a token and a way back from consent, at a platform that takes its time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import requests

from benchmarks.database import test_database

#: What the platform takes for each answer, in seconds.
PAUSE, TRIES = 0.1, 15
GOAL = 1.3


def main() -> None:
    """Compare both, in turns, with the same requests to the same platform by a bare session."""
    with test_database(), pytest.MonkeyPatch.context() as patch:
        from tests.apps.integrations.connecting.sample import Browser, connect, sampling
        from tests.factories.auth import make_member, make_organization

        organization = make_organization()
        browser = Browser(make_member(organization, "owner").client)
        with sampling(patch) as peer:
            connection_id = UUID(connect(browser))
            peer.faults.append(lambda _: time.sleep(PAUSE))
            bare = Bare(peer)
            _print("refresh of a token", peer, bare.refresh, _refreshing(connection_id))
            _print("way back from consent", peer, bare.connect, _coming_back(browser))


class Bare:
    """A session that asks what is asked for a connection, and nothing else."""

    def __init__(self, peer: Any) -> None:
        self._peer, self._session = peer, requests.Session()

    def refresh(self) -> float:
        """Return the seconds of asking for a token."""
        given = self._peer.give_tokens()
        return _time(lambda: self._take(given))

    def connect(self) -> float:
        """Return the seconds of asking for a token, whose it is, and for its accounts."""
        given = self._peer.give_tokens()

        def ask() -> None:
            signed = {"Authorization": f"Bearer {self._take(given)}"}
            for _ in range(2):
                url = f"{self._peer.url}/accounts"
                self._session.get(url, headers=signed, timeout=9).raise_for_status()

        return _time(ask)

    def _take(self, given: dict[str, str]) -> str:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": given["refresh_token"],
            "client_id": self._peer.client_id,
            "client_secret": self._peer.client_secret,
        }
        answer = self._session.post(f"{self._peer.url}/token", form, timeout=9)
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def _refreshing(connection_id: UUID) -> Callable[[], float]:
    from apps.integrations.authorizing.models import Credential
    from apps.integrations.authorizing.tokens import Tokens
    from omnify.context import Principal, acting_as

    def refresh() -> float:
        row = Credential.unscoped.get(connection_id=connection_id)
        with acting_as(Principal(organization_id=row.organization_id)):
            return _time(lambda: Tokens(connection_id).renew(row.version))

    return refresh


def _coming_back(browser: Any) -> Callable[[], float]:
    from tests.apps.integrations.connecting.sample import consent

    def come_back() -> float:
        sent = consent(browser.leave())

        def go() -> None:
            answer = browser.come_back(sent)
            if answer.status_code != requests.codes.ok:
                raise RuntimeError(f"{answer.status_code}: {answer.content!r}")

        return _time(go)

    return come_back


def _print(name: str, peer: Any, bare: Callable[[], float], own: Callable[[], float]) -> None:
    seconds: tuple[list[float], list[float]] = ([], [])
    asked: set[int] = set()
    for turn in range(1 + TRIES):
        for found, run in zip(seconds, (bare, own), strict=True):
            peer.ledger.clear()
            took = run()
            asked.add(sum(each.path in ("/token", "/accounts") for each in peer.ledger))
            # The first turn finds nothing imported.
            found.extend([took] if turn else [])
    [count] = asked
    reference, ours = map(statistics.median, seconds)
    print(
        f"{name:<24}{ours * 1e3:6.0f} ms   the same requests ({count}), bare"
        f" {reference * 1e3:6.0f} ms   {ours / reference:.2f} (goal: {GOAL})"
    )


def _time(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
