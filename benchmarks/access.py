"""Measure a sign-in, the verification of a token, and ``GET /api/auth/me``."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest.mock import patch

import django.test
import jwt
from django.contrib.auth.hashers import get_hasher, make_password
from django.urls import path
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.test import APIClient

from benchmarks.database import test_database

TRIES, CHECKS, SIGN_INS = 400, 2000, 40
ROUTE, BARE = "/api/auth/me", "/bare/me"


def main() -> None:
    """Measure each in turns with its reference and compare their medians."""
    with test_database():
        from tests.factories.auth import PASSWORD, make_member, make_organization

        member = make_member(make_organization())
        token = member.client.tokens.access_token
        _sign_in(member.user.email, PASSWORD)
        _token(token)
        _me(token)


def _sign_in(email: str, password: str) -> None:
    from apps.auth.models import Attempts

    hasher: Any = get_hasher()
    client = APIClient()
    body = {"email": email, "password": password}

    def sign_in() -> None:
        Attempts.objects.all().delete()
        _must(client.post("/api/auth/login", body, format="json"))

    bare, ours = _interleaved(lambda: make_password(password), sign_in, SIGN_INS)
    cost = f"{hasher.memory_cost} KiB, {hasher.time_cost} rounds"
    print(f"one Argon2id hash at Django's cost          {bare * 1e3:6.1f} ms   (reference; {cost})")
    print(f"sign-in with its writes                     {ours * 1e3:6.1f} ms   {ours / bare:.2f}")


def _token(token: str) -> None:
    from omnify.identity.authentication import prove
    from omnify.identity.keys import key_set

    prove(token)
    key = key_set.find(jwt.get_unverified_header(token)["kid"])

    def bare() -> Any:
        return jwt.decode(token, key, algorithms=["RS256"], audience="omnify", issuer="omnify")

    reference, ours = _interleaved(bare, lambda: prove(token), CHECKS)
    print(f"PyJWT's decode of an access token           {reference * 1e6:6.0f} us   (reference)")
    print(
        f"the same proven, with revocation and rights {ours * 1e6:6.0f} us   {ours / reference:.2f}"
        "   (goal: 150 us)"
    )


def _me(token: str) -> None:
    from apps.auth import queries
    from apps.auth.api.users import MeView
    from apps.auth.models import Organization, User
    from omnify.context import current
    from omnify.identity.authentication import adopt
    from omnify.identity.tokens import verify_access_token
    from omnify.urls import urlpatterns

    class SignatureOnly(BaseAuthentication):
        """Verify the token's signature and times, and no revocations."""

        def authenticate(self, request: Request) -> tuple[Any, str]:
            principal = verify_access_token(request.META["HTTP_AUTHORIZATION"].partition(" ")[2])
            adopt(principal)
            return principal, ""

    def viewer_by_id(**_now: Any) -> tuple[User, Organization]:
        principal = current().principal
        user = User.objects.get(id=principal.user_id)
        return user, Organization.objects.get(id=principal.organization_id)

    bare_view = MeView.as_view(authentication_classes=(SignatureOnly,), permission_classes=())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    def get(route: str) -> None:
        _must(client.get(route))

    routes = ModuleType("routes")
    routes.urlpatterns = [path(BARE.removeprefix("/"), bare_view), *urlpatterns]  # type: ignore[attr-defined]

    patched = patch.object(queries, "get_viewer", viewer_by_id)
    with django.test.override_settings(ROOT_URLCONF=routes):
        reference, ours = _interleaved(lambda: get(BARE), lambda: get(ROUTE), TRIES, around=patched)
    print(f"GET {ROUTE} without those checks      {reference * 1e3:6.2f} ms   (reference)")
    print(
        f"GET {ROUTE}                           {ours * 1e3:6.2f} ms   {ours / reference:.2f}"
        "   (goal: 1.3)"
    )


def _interleaved(
    reference: Callable[[], Any], ours: Callable[[], Any], tries: int, around: Any = None
) -> tuple[float, float]:
    """Return the medians in seconds of both, run in turns; the reference runs inside ``around``."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(tries + tries // 10):
        if around is not None:
            around.start()
        bare = _time(reference)
        if around is not None:
            around.stop()
        own = _time(ours)
        if turn >= tries // 10:
            times[0].append(bare)
            times[1].append(own)
    return statistics.median(times[0]), statistics.median(times[1])


def _must(answer: Any) -> None:
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.content!r}")


def _time(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
