"""Access tokens, and refresh tokens that work once."""

import base64
import contextlib
import hmac
import json
import threading
from datetime import UTC, datetime, timedelta

import jwt
import msgspec
import pytest
from django.db import connections

from apps.auth.exceptions import RefreshTokenInvalidError, RefreshTokenReusedError
from apps.auth.models import AuditEntry, Session, SigningKey
from apps.auth.operations.signing_keys import get_signing_key
from apps.auth.operations.tokens import TERMS, refresh_session
from apps.auth.tokens.signing import make_key
from omnify.identity.keys import key_set
from omnify.identity.tokens import InvalidTokenError, TokenExpiredError, verify_access_token
from tests.world import deliver


def encode_part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def now():
    return datetime.now(UTC)


class TestVerifyAccessToken:
    def test_gives_the_principal(self, make_principal, token_of):
        principal = make_principal("manager")

        assert verify_access_token(token_of(principal)) == principal

    def test_refuses_an_expired_one(self, make_principal, token_of):
        token = token_of(make_principal(), now=datetime.now(UTC) - timedelta(minutes=6))

        with pytest.raises(TokenExpiredError):
            verify_access_token(token)

    def test_refuses_one_from_the_future(self, make_principal, token_of):
        token = token_of(make_principal(), now=datetime.now(UTC) + timedelta(minutes=1))

        with pytest.raises(InvalidTokenError):
            verify_access_token(token)

    @pytest.mark.parametrize("field", ["issuer", "audience", "token_type"])
    def test_refuses_one_for_somebody_else(self, make_principal, token_of, field):
        terms = msgspec.structs.replace(TERMS, **{field: "other"})

        with pytest.raises(InvalidTokenError):
            verify_access_token(token_of(make_principal(), terms=terms))

    def test_refuses_a_stranger_s_key(self, make_principal, token_of):
        token_of(make_principal())
        stranger = make_key()
        kid = get_signing_key().kid
        claims = jwt.decode(token_of(make_principal()), options={"verify_signature": False})
        forged = jwt.encode(
            claims, stranger.private_pem, "RS256", headers={"kid": kid, "typ": "at+jwt"}
        )

        with pytest.raises(InvalidTokenError):
            verify_access_token(forged)

    @pytest.mark.parametrize("algorithm", ["none", "HS256"])
    def test_refuses_another_algorithm(self, make_principal, token_of, algorithm):
        claims = jwt.decode(token_of(make_principal()), options={"verify_signature": False})
        header = {"alg": algorithm, "typ": "at+jwt", "kid": get_signing_key().kid}
        parts = [encode_part(header), encode_part(claims)]
        # The classical confusion: the public key, which anybody has, as an HMAC secret.
        secret = get_signing_key().public_jwk.encode()
        mac = hmac.digest(secret, ".".join(parts).encode(), "sha256")
        signature = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

        with pytest.raises(InvalidTokenError):
            verify_access_token(".".join([*parts, "" if algorithm == "none" else signature]))

    def test_refuses_garbage(self, make_principal, token_of):
        token = token_of(make_principal())

        for garbage in ("", "a.b.c", token[:-4], token.replace(".", ""), "é.é.é"):
            with pytest.raises(InvalidTokenError):
                verify_access_token(garbage)

    def test_fetches_at_most_once_for_unknown_keys(self, make_principal, token_of, settings):
        token = token_of(make_principal())
        verify_access_token(token)
        tried_at = key_set._tried_at
        for kid in ("unknown-1", "unknown-2"):
            assert key_set.find(kid) is None

        assert key_set._tried_at == tried_at

    def test_needs_nobody_with_a_key_set_in_the_settings(self, make_principal, token_of, settings):
        token = token_of(make_principal())
        settings.JWKS = json.dumps({"keys": [json.loads(get_signing_key().public_jwk)]})
        SigningKey.objects.all().delete()
        key_set.reset()

        assert verify_access_token(token).role == "owner"


@pytest.fixture
def make_token(make_principal, token_of):
    """A token that proves nobody."""
    expired = token_of(make_principal(), now=datetime.now(UTC) - timedelta(minutes=6))
    return lambda kind: expired if kind == "expired" else kind


class TestPublicRoute:
    @pytest.mark.parametrize("token", ["garbage", "an old one", "omk_unknown"])
    def test_takes_a_token_of_no_use_for_none(
        self, api, registered, make_principal, token_of, token
    ):
        if token == "an old one":
            token = token_of(make_principal(), now=datetime.now(UTC) - timedelta(minutes=6))
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        body = {"refresh_token": registered.answer["refresh_token"]}

        assert api.post("/api/auth/refresh", body, format="json").status_code == 200
        assert api.get("/api/legal/terms").status_code == 200
        assert api.get("/api/auth/me").status_code == 401


@pytest.mark.django_db
class TestRefreshSession:
    def test_rotates(self, registered):
        first = registered.answer["refresh_token"]

        second = refresh_session(presented=first, now=now()).refresh_token
        third = refresh_session(presented=second, now=now()).refresh_token

        assert len({first, second, third}) == 3

    def test_forgives_a_second_use_within_the_grace(self, registered):
        token, later = registered.answer["refresh_token"], now()

        successors = {
            refresh_session(presented=token, now=later + timedelta(seconds=n)).refresh_token
            for n in (0, 5, 10)
        }

        assert len(successors) == 1

    def test_ends_the_session_on_later_reuse(self, registered):
        token, later = registered.answer["refresh_token"], now()
        newest = refresh_session(presented=token, now=later).refresh_token

        with pytest.raises(RefreshTokenReusedError):
            refresh_session(presented=token, now=later + timedelta(seconds=11))
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=newest, now=later + timedelta(seconds=12))

    def test_ends_the_session_on_reuse_after_the_clock_was_put_back(self, registered):
        token, later = registered.answer["refresh_token"], now()
        refresh_session(presented=token, now=later)

        with pytest.raises(RefreshTokenReusedError):
            refresh_session(presented=token, now=later - timedelta(hours=1))

    def test_tells_the_ledger_of_later_reuse_and_of_no_other(self, registered):
        token, later = registered.answer["refresh_token"], now()

        for seconds in (0, 10, 11):
            with contextlib.suppress(RefreshTokenReusedError):
                refresh_session(presented=token, now=later + timedelta(seconds=seconds))
        deliver()

        entry = AuditEntry.objects.get(action="auth.refresh_token.reused")
        assert (entry.outcome, entry.target_id) == ("refused", registered.answer["session_id"])
        assert str(entry.user_id) == registered.answer["user"]["id"]

    def test_ends_after_thirty_days_however_often_it_was_used(self, registered):
        token = registered.answer["refresh_token"]
        for day in (10, 20, 29):
            later = now() + timedelta(days=day)
            token = refresh_session(presented=token, now=later).refresh_token

        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=token, now=now() + timedelta(days=31))

    def test_accepts_tokens_of_a_key_until_it_is_dropped(self, registered, settings):
        first, former = registered.answer["refresh_token"], settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = 50 * "n", [50 * "x", former]

        second = refresh_session(presented=first, now=now()).refresh_token
        settings.SECRET_KEY_FALLBACKS = []

        assert refresh_session(presented=second, now=now()).refresh_token
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=first, now=now())

    @pytest.mark.parametrize("change", ["counter", "mac", "garbage", "empty"])
    def test_refuses_a_token_that_was_not_made_here(self, registered, change):
        session, counter, mac = registered.answer["refresh_token"].split(".")
        forged = {
            "counter": f"{session}.{int(counter) + 1}.{mac}",
            "mac": f"{session}.{counter}.{mac[::-1]}",
            "garbage": "a.b.c",
            "empty": "",
        }[change]

        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=forged, now=now())


@pytest.mark.django_db(transaction=True)
class TestRefreshSessionInParallel:
    def test_has_one_winner_and_one_successor(self, registered):
        token, answers, start = registered.answer["refresh_token"], [], threading.Barrier(20)

        def refresh():
            start.wait()
            try:
                answers.append(refresh_session(presented=token, now=now()).refresh_token)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=refresh) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (len(answers), len(set(answers))) == (20, 1)
        assert Session.objects.get().counter == 1
