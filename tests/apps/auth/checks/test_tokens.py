"""Checks 20 to 24: access tokens, their keys, and the tenant's border (ASVS 9, 8.2)."""

import base64
import hmac
import json
import math
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.core.management import CommandError, call_command

from apps.auth.models import SigningKey
from apps.auth.operations.signing_keys import (
    PUBLISHED_BEFORE,
    forget_signing_key,
    get_signing_key,
    rotate_keys,
)
from apps.auth.tokens.signing import make_key
from omnify.exceptions import UnauthenticatedError
from omnify.identity.authentication import prove
from omnify.identity.keys import key_set
from omnify.identity.tokens import AUDIENCE, ISSUER, InvalidTokenError, verify_access_token
from settings.base import hosting
from tests.apps.auth.people import bearer, login, set_up_totp, token_in
from tests.architecture.authz import api_routes, takes_an_id
from tests.world import deliver

pytestmark = pytest.mark.django_db


def claims_of(principal, **changes):
    now = datetime.now(UTC)
    claims = {
        "sub": str(principal.user_id),
        "org": str(principal.organization_id),
        "sid": str(principal.session_id),
        "role": "owner",
        "permissions": [],
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "nbf": now,
        "exp": now + timedelta(minutes=5),
    }
    claims |= changes
    return {name: value for name, value in claims.items() if value is not None}


def sign(claims, *, key=None, **headers):
    signing = key or get_signing_key()
    sent = {"kid": signing.kid, "typ": "at+jwt", **headers}
    return jwt.encode(claims, signing.private_pem, algorithm="RS256", headers=sent)


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class TestCheck20Forgeries:
    def test_begin_with_a_token_that_passes(self, make_principal):
        principal = make_principal()

        assert verify_access_token(sign(claims_of(principal))).user_id == principal.user_id

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": None},
            {"nbf": datetime.now(UTC) + timedelta(hours=1)},
            {"exp": datetime.now(UTC) - timedelta(hours=1)},
            {"sub": None},
            {"sid": None},
        ],
    )
    def test_by_claims_are_refused(self, make_principal, changes):
        with pytest.raises(UnauthenticatedError):
            verify_access_token(sign(claims_of(make_principal(), **changes)))

    @pytest.mark.parametrize("name", ["exp", "iat", "nbf", "ver"])
    @pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400, "1", [], True, 1.5])
    def test_by_numbers_that_are_none_are_refused(self, api, make_principal, name, value):
        token = sign(claims_of(make_principal(), **{name: value}))

        assert api.get("/api/auth/me", headers=bearer(token)).status_code == 401

    @pytest.mark.parametrize(
        "changes",
        [
            {"sub": 1},
            {"sub": "ada"},
            {"sid": ["x"]},
            {"org": {}},
            {"role": 7},
            {"permissions": "org:admin"},
            {"permissions": [1]},
            {"staff": "yes"},
            {"docs": 0},
            {"ver": -1},
            {"ver": 2**63},
            {"aud": 5},
        ],
    )
    def test_by_claims_of_another_type_are_refused(self, api, make_principal, changes):
        token = sign(claims_of(make_principal(), **changes))

        assert api.get("/api/auth/me", headers=bearer(token)).status_code == 401

    @pytest.mark.parametrize("algorithm", ["none", "None", "nOnE"])
    def test_without_a_signature_are_refused(self, make_principal, algorithm):
        genuine = sign(claims_of(make_principal())).split(".")
        header = _part({"alg": algorithm, "typ": "at+jwt", "kid": get_signing_key().kid})
        token = f"{header}.{genuine[1]}."

        with pytest.raises(InvalidTokenError):
            verify_access_token(token)

    def test_signed_with_the_public_key_as_a_secret_are_refused(self, make_principal):
        signing = get_signing_key()
        private = serialization.load_pem_private_key(signing.private_pem.encode(), None)
        public = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        genuine = sign(claims_of(make_principal())).split(".")
        header = _part({"alg": "HS256", "kid": signing.kid, "typ": "at+jwt"})
        signed = f"{header}.{genuine[1]}".encode()
        mac = base64.urlsafe_b64encode(hmac.digest(public, signed, "sha256")).rstrip(b"=")
        token = f"{signed.decode()}.{mac.decode()}"

        with pytest.raises(InvalidTokenError):
            verify_access_token(token)

    @pytest.mark.parametrize("name", ["jku", "x5u", "jwk"])
    def test_that_bring_their_own_key_are_refused(self, make_principal, name):
        mine = make_key()
        brought = json.loads(mine.public_jwk) if name == "jwk" else "https://evil.example/keys"

        with pytest.raises(InvalidTokenError):
            verify_access_token(sign(claims_of(make_principal()), key=mine, **{name: brought}))

    def test_under_another_key_s_name_are_refused(self, make_principal):
        token = sign(claims_of(make_principal()), key=make_key(), kid=get_signing_key().kid)

        with pytest.raises(InvalidTokenError):
            verify_access_token(token)


class TestCheck20Copies:
    def test_are_kept_by_no_cache(self, api, registered):
        routes = [(each.method, each.path) for each in api_routes() if "<" not in each.path]
        library_s = ("POST", "/api/auth/app/v1/auth/login")

        kept = {
            path
            for method, path in (*routes, library_s)
            if "no-store" not in api.generic(method, path).headers["Cache-Control"]
        }

        assert kept == {"/.well-known/jwks.json"}
        assert "no-store" in login(api).headers["Cache-Control"]


class TestCheck21OtherTokens:
    @pytest.mark.django_db(transaction=True)
    def test_are_no_access_tokens(self, api, registered, mailoutbox):
        set_up_totp(registered)
        api.post("/api/auth/password/reset", {"email": "ada@acme.example"}, format="json")
        others = [
            registered.answer["refresh_token"],
            login(api).json()["challenge"],
            token_in(mailoutbox[0]),
            token_in(mailoutbox[-1]),
        ]

        for token in others:
            answer = api.get("/api/auth/me", headers=bearer(token))
            assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")

    def test_of_another_type_are_refused(self, make_principal):
        with pytest.raises(InvalidTokenError):
            verify_access_token(sign(claims_of(make_principal()), typ="JWT"))


class TestCheck22Audience:
    @pytest.mark.parametrize("changes", [{"aud": "other"}, {"iss": "other"}, {"aud": None}])
    def test_and_issuer_are_ours(self, make_principal, changes):
        with pytest.raises(InvalidTokenError):
            verify_access_token(sign(claims_of(make_principal(), **changes)))


class TestCheck23KeyRotation:
    def retire(self, kid, *options):
        call_command("keys", "retire", kid, *options)
        deliver()

    def test_publishes_a_key_before_it_signs(self):
        former, now = get_signing_key(), datetime.now(UTC)

        made, signs_from = rotate_keys(now=now)

        assert signs_from - now > timedelta(seconds=15)
        assert get_signing_key().kid == former.kid
        assert SigningKey.objects.filter(kid=made.kid, retired_at=None).exists()

    def test_signs_with_the_new_key_and_accepts_both(self, make_principal, time_machine):
        principal = make_principal()
        before = sign(claims_of(principal))
        made, _ = rotate_keys(now=datetime.now(UTC))
        time_machine.move_to(datetime.now(UTC) + PUBLISHED_BEFORE)
        forget_signing_key()
        after = sign(claims_of(principal))
        key_set.reset()

        assert jwt.get_unverified_header(after)["kid"] == made.kid
        assert verify_access_token(before)
        assert verify_access_token(after)

    def test_retires_a_key_everywhere_although_processes_remember_it(
        self, make_principal, time_machine
    ):
        former = get_signing_key()
        token = sign(claims_of(make_principal()))
        assert prove(token)
        rotate_keys(now=datetime.now(UTC))
        time_machine.move_to(datetime.now(UTC) + PUBLISHED_BEFORE)

        self.retire(former.kid, "--urgent")

        with pytest.raises(InvalidTokenError):
            prove(token)

    def test_refuses_to_retire_what_is_in_use(self, time_machine):
        former = get_signing_key()
        with pytest.raises(CommandError, match="in use"):
            call_command("keys", "retire", former.kid)
        rotate_keys(now=datetime.now(UTC))
        time_machine.move_to(datetime.now(UTC) + PUBLISHED_BEFORE)
        with pytest.raises(CommandError, match="in use"):
            call_command("keys", "retire", former.kid)
        time_machine.move_to(datetime.now(UTC) + timedelta(minutes=6))

        call_command("keys", "retire", former.kid)

        assert SigningKey.objects.get(kid=former.kid).retired_at is not None

    def test_names_what_there_is(self, capsys):
        former = get_signing_key()
        call_command("keys", "rotate")
        call_command("keys", "list")

        shown = capsys.readouterr().out
        assert f"{former.kid}  " in shown
        assert "signs\n" in shown
        assert "published, signs from" in shown

    def test_says_that_the_environment_wins(self, settings):
        settings.AUTH_SIGNING_KEYS = make_key().private_pem

        with pytest.raises(CommandError, match="AUTH_SIGNING_KEYS is set and wins"):
            call_command("keys", "rotate")

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("nothing", "holds no PEM"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no private key"),
        ],
    )
    def test_says_at_the_start_that_the_setting_is_wrong(self, value, reason):
        problems = hosting(("auth",), environ={"AUTH_SIGNING_KEYS": value})["STARTUP_PROBLEMS"]

        [found] = [problem for problem in problems if "AUTH_SIGNING_KEYS" in problem]
        assert reason in found


class TestCheck24ForeignIds:
    def test_are_walked_by_the_generated_matrix(self):
        walked = [route for route in api_routes() if takes_an_id(route)]

        # tests/architecture/test_isolation.py asks each of them with each role.
        assert {route.path.split("/")[2] for route in walked} >= {
            "analytics",
            "agentkit",
            "auth",
            "integrations",
            "mfa",
            "organizations",
            "rbac",
            "sessions",
        }
