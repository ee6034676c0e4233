"""Compare the time of sign-in, reset, verification and registration by kind of account."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.test import override_settings
from rest_framework.test import APIClient

from benchmarks.database import test_database

TRIES = 200
WRONG = "a wrong password here"
UNKNOWN = "nobody@nowhere.example"
REGISTRATION = {
    "organization_name": "Acme",
    "first_name": "Ada",
    "last_name": "Byron",
    "password": "correct horse staple",
    "accepted_documents": [],
}


def main() -> None:
    """Print the medians of 200 tries per case, the cases in turn."""
    with test_database():
        _measure()


def _measure() -> None:
    from apps.auth.models import User
    from tests.factories.auth import make_member, make_organization

    organization = make_organization()
    known = make_member(organization).user.email
    disabled = make_member(organization).user
    User.objects.filter(id=disabled.id).update(is_active=False)
    locked = make_member(organization).user.email
    # What two known accounts differ by is the noise that the others are read against.
    alike = {"known": known, "another known": make_member(organization).user.email}
    cases = {**alike, "unknown": UNKNOWN, "disabled": disabled.email, "locked": locked}
    for path, extra in (
        ("/api/auth/login", {"password": WRONG}),
        ("/api/auth/password/reset", {}),
        ("/api/auth/verify-email/resend", {}),
    ):
        print(f"{path}: {_compare(path, extra, cases)}")
    path, asking = "/api/auth/change-email", make_member(organization).client
    print(f"{path}: {_compare(path, {}, {**alike, 'unknown': UNKNOWN}, asking)}")
    with override_settings(AUTH_EMAIL_VERIFICATION="mandatory"):
        path = "/api/auth/register"
        print(f"{path}: {_compare(path, REGISTRATION, {**alike, 'unknown': UNKNOWN})}")


def _compare(
    path: str, extra: dict[str, Any], cases: dict[str, str], client: APIClient | None = None
) -> str:
    from apps.auth.models import Attempts

    times: dict[str, list[float]] = {name: [] for name in cases}
    client = client or APIClient()
    turns = random.Random(1)  # noqa: S311 - an order, no secret
    for _ in range(TRIES):
        for name, email in turns.sample(list(cases.items()), len(cases)):
            # Each try is the first of its window, except for the locked account's; before each,
            # another account was locked, so that the database has done the same work.
            Attempts.objects.all().delete()
            _lock(email if name == "locked" else "somebody@else.example")
            body = {**extra, "email": email}
            times[name].append(_time(lambda b=body: client.post(path, b, format="json")))
    base = statistics.median(times["known"])
    shown = (f"{name} {statistics.median(found) / base:.3f}" for name, found in times.items())
    return f"{base * 1e3:.1f} ms; as ratios: " + ", ".join(shown)


def _lock(email: str) -> None:
    from apps.auth.operations import limits

    for _ in range(limits.PAIR.most):
        limits.count_try(limits.PAIR, f"{email} 127.0.0.1", now=datetime.now(UTC))


def _time(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
