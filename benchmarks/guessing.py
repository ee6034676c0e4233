"""What answers of sign-in, reset and verification cost, known or unknown, and a token's check."""

import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.conf import settings
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from rest_framework.test import APIClient

from apps.auth.models import Attempts, User
from omnify.api.authentication import prove
from tests.factories.auth import make_member, make_organization

TRIES = 200
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
PASSWORD = "a wrong password here"  # noqa: S105 - wrong on purpose


def main() -> None:
    """Print medians of 200 tries per case, the cases taken in turn."""
    setup_test_environment()
    settings.PASSWORD_HASHERS = [ARGON2]
    made = setup_databases(verbosity=0, interactive=False)
    try:
        _measure()
    finally:
        teardown_databases(made, verbosity=0)


def _measure() -> None:
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
    token = make_member(organization).client.tokens.access_token
    prove(token)
    median = _median([_time(lambda: prove(token)) for _ in range(2000)])
    print(f"verification of an access token, no network: {median * 1e6:.0f} us")
    client = make_member(organization).client
    median = _median([_time(lambda: client.get("/api/auth/me")) for _ in range(TRIES)])
    print(f"GET /api/auth/me, whole: {median * 1e3:.1f} ms")


def _compare(path: str, extra: dict[str, str], cases: dict[str, str]) -> str:
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
    from datetime import UTC, datetime

    from apps.auth.operations import limits

    for _ in range(limits.PAIR.most):
        limits.count_try(limits.PAIR, f"{email} 127.0.0.1", now=datetime.now(UTC))


def _time(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def _median(times: list[float]) -> float:
    return statistics.median(times)
