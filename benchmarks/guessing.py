"""What answers of sign-in, reset and verification cost, for accounts that are known or not."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from rest_framework.test import APIClient

from benchmarks.database import test_database

TRIES = 200
PASSWORD = "a wrong password here"  # noqa: S105 - wrong on purpose


def main() -> None:
    """Print medians of 200 tries per case, the cases taken in turn."""
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
    for path, extra in (
        ("/api/auth/login", {"password": PASSWORD}),
        ("/api/auth/password/reset", {}),
        ("/api/auth/verify-email/resend", {}),
    ):
        cases = {"wrong": known, "unknown": "nobody@nowhere.example", "disabled": disabled.email}
        print(f"{path}: " + _compare(path, extra, {**cases, "locked": locked}))


def _compare(path: str, extra: dict[str, str], cases: dict[str, str]) -> str:
    from apps.auth.models import Attempts

    times: dict[str, list[float]] = {name: [] for name in cases}
    client = APIClient()
    for _ in range(TRIES):
        for name, email in cases.items():
            # Each try stands at the beginning of its window, but for the locked account's.
            Attempts.objects.all().delete()
            if name == "locked":
                _lock(email)
            body = {"email": email, **extra}
            times[name].append(_time(lambda b=body: client.post(path, b, format="json")))
    base = _median(times["wrong"])
    shown = (f"{name} {_median(found) / base:.3f}" for name, found in times.items())
    return f"{base * 1e3:.1f} ms; as ratios: " + ", ".join(shown)


def _lock(email: str) -> None:
    from apps.auth.operations import limits

    for _ in range(limits.PAIR.most):
        limits.count_try(limits.PAIR, f"{email} 127.0.0.1", now=datetime.now(UTC))


def _time(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _median(times: list[float]) -> float:
    return statistics.median(times)
