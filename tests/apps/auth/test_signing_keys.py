"""The keys that sign access tokens."""

import json
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from apps.auth.models import SigningKey
from apps.auth.operations import signing_keys
from apps.auth.operations.signing_keys import forget_signing_key, get_signing_key
from apps.auth.tokens.signing import make_key

pytestmark = pytest.mark.django_db
#: The primes of a key whose id begins with a hyphen.
HYPHEN_PRIMES = (
    int(
        "fba0c6606c1fb01dec71418c5293e36922d86666fbb820b5b7515f97af5bb8a6"
        "a6a4f5c3c3c23f00288422f5c43816ecc29f80ead8feae4de0b89d52e8467b4b",
        16,
    ),
    int(
        "d249e4656c50f903501c4cad02cc49f5a2b43d740f54e44ee5dd305fa8846120"
        "1a92ad8830173c742a589cf8a60d73c5e147d1d9fda9db5ca03f73d7de75e285",
        16,
    ),
)


def build_key(p, q):
    """The RSA key of two primes."""
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    coefficients = d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *coefficients, public).private_key()


class TestMakeKey:
    def test_gives_an_id_that_a_command_takes(self, monkeypatch):
        first, generate = [build_key(*HYPHEN_PRIMES)], rsa.generate_private_key
        monkeypatch.setattr(
            rsa, "generate_private_key", lambda **how: first.pop() if first else generate(**how)
        )

        key = make_key()

        assert first == []
        assert not key.kid.startswith("-")


class TestGetSigningKey:
    def test_makes_a_key_once(self):
        first = get_signing_key()
        forget_signing_key()

        assert get_signing_key().kid == first.kid
        assert SigningKey.objects.count() == 1

    def test_keeps_the_private_part_encrypted(self):
        key = get_signing_key()

        assert b"PRIVATE" not in bytes(SigningKey.objects.get().private_encrypted)
        assert "d" not in json.loads(key.public_jwk)

    def test_makes_another_when_the_ring_lost_its_key(self, settings):
        first = get_signing_key()
        settings.ENCRYPTION_KEYS = ("b3RoZXItZW5jcnlwdGlvbi1rZXktb2YtMzItYnl0ZXM=",)
        forget_signing_key()

        assert get_signing_key().kid != first.kid
        assert SigningKey.objects.count() == 2

    def test_prefers_what_is_configured(self, settings):
        mine = make_key()
        settings.AUTH_SIGNING_KEYS = mine.private_pem + make_key().private_pem

        assert get_signing_key().kid == mine.kid
        assert SigningKey.objects.count() == 0

    def test_does_not_take_another_for_a_damaged_setting(self, settings):
        settings.AUTH_SIGNING_KEYS = "no key at all"

        with pytest.raises(ImproperlyConfigured, match="AUTH_SIGNING_KEYS"):
            get_signing_key()
        assert SigningKey.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestGetSigningKeyInParallel:
    def test_makes_one_key_that_all_agree_on(self):
        kids, start = [], threading.Barrier(4)

        def make():
            start.wait()
            try:
                # What another process does, which shares neither the copy nor the thread's lock.
                kids.append(signing_keys._make_once().kid)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (len(kids), len(set(kids)), SigningKey.objects.count()) == (4, 1, 1)


class TestKeySetRoute:
    def test_has_a_key_before_the_first_sign_in(self, api):
        answer = api.get("/.well-known/jwks.json")

        assert len(answer.json()["keys"]) == 1
        assert answer["Cache-Control"] == "public, max-age=60"

    def test_publishes_the_public_parts(self, api, make_principal, token_of):
        token_of(make_principal())

        [key] = api.get("/.well-known/jwks.json").json()["keys"]

        assert set(key) == {"alg", "e", "kid", "kty", "n", "use"}
