"""What the tests of auth do over and over: sign in, set factors up, read mails."""

import os
import re
import struct
import time
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from hmac import digest

import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from apps.auth.models import Session
from tests.conftest import REGISTRATION
from tests.factories.auth import PASSWORD as MEMBERS_PASSWORD

CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
PASSWORD = REGISTRATION["password"]


def totp(secret, *, steps=0):
    """The code that an authenticator app shows (RFC 6238), some steps from now."""
    counter = int(time.time()) // 30 + steps
    value = digest(b32decode(secret), struct.pack(">Q", counter), sha1)
    offset = value[-1] & 0x0F
    number = struct.unpack(">I", value[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def login(api, **changes):
    """Sign in with the registered owner's credentials."""
    return api.post("/api/auth/login", {**CREDENTIALS, **changes}, format="json")


def set_up_totp(client):
    """Take an authenticator app into use; returns its secret and the recovery codes.

    The code of the step before is used for that, so that the present one is still good. The clock
    stands still meanwhile: between two steps that code would be too old.
    """
    secret = client.post("/api/mfa/totp/setup").json()["secret"]
    with time_machine.travel(datetime.now(UTC), tick=False):
        body = {"code": totp(secret, steps=-1)}
        answer = client.post("/api/mfa/totp/verify", body, format="json")
    assert answer.status_code == 200, answer.json()
    return secret, answer.json()["recovery_codes"]


def make_passkey(options, *, origin="https://testserver", secret=None, key=None):
    """What a browser answers to the options for a new passkey, with a key of its own."""
    public = options["publicKey"]
    key = key or ec.generate_private_key(ec.SECP256R1()).public_key()
    secret = secret or os.urandom(16)
    held = AttestedCredentialData.create(Aaguid.NONE, secret, ES256.from_cryptography_key(key))
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    place = sha256(public["rp"]["id"].encode()).digest()
    proof = AttestationObject.create("none", AuthenticatorData.create(place, flags, 0, held), {})
    client = CollectedClientData.create("webauthn.create", public["challenge"], origin)
    return {
        "id": websafe_encode(secret),
        "rawId": websafe_encode(secret),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(proof),
        },
    }


def passkey_for(client, **device):
    """What a browser sends to register a new passkey."""
    begun = client.post("/api/mfa/passkeys/options").json()
    credential = make_passkey(begun["options"], **device)
    return {"challenge": begun["challenge"], "name": "Laptop", "credential": credential}


def add_passkey(client):
    """Take a passkey into use; returns the answer."""
    answer = client.post("/api/mfa/passkeys", passkey_for(client), format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json()


def finish_login(api, challenge, code):
    """Answer a challenge."""
    body = {"challenge": challenge, "code": code}
    return api.post("/api/auth/login/mfa", body, format="json")


def token_in(mail):
    """The secret of a mail's link."""
    return re.search(r"token=([\w-]+)", mail.body)[1]


def bearer(token):
    """The header of a token."""
    return {"authorization": f"Bearer {token}"}


def age_proofs():
    """Let all sessions' proofs of identity be too old."""
    Session.objects.update(authenticated_at=datetime.now(UTC) - timedelta(minutes=16))


def code_of(client, method="get", path="/api/analytics/views", **options):
    """Return the code of a refusal, or the status where there is none."""
    answer = getattr(client, method)(path, **options)
    return answer.json().get("code", answer.status_code)


def send(member, method, path, body=None):
    """Send a request as a member."""
    return getattr(member.client, method)(path, body or {}, format="json")


def refusal_in(answer):
    """Return the code of an answer that refuses."""
    return answer.json()["code"]


def open_browser(member):
    """Return a browser in which a member signed in on the page."""
    browser = Client()
    body = {"email": member.user.email, "password": MEMBERS_PASSWORD}
    assert browser.post("/app/auth/sign-in", body).status_code == 302
    return browser


class Device:
    """A device with one passkey, that can prove it."""

    def __init__(self, client):
        begun = client.post("/api/mfa/passkeys/options").json()
        public = begun["options"]["publicKey"]
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.handle, self._id = public["user"]["id"], os.urandom(16)
        body = {"challenge": begun["challenge"], "name": "Laptop"}
        body["credential"] = make_passkey(
            begun["options"], secret=self._id, key=self._key.public_key()
        )
        assert client.post("/api/mfa/passkeys", body, format="json").status_code == 201

    def prove(self, options, *, is_verified=True, handle=None):
        """What the browser answers to the options of a sign-in."""
        public = options["publicKey"]
        flags = AuthenticatorData.FLAG.UP
        flags |= AuthenticatorData.FLAG.UV if is_verified else 0
        place = sha256(public["rpId"].encode()).digest()
        data = AuthenticatorData.create(place, flags, 1)
        client = CollectedClientData.create(
            "webauthn.get", public["challenge"], "https://testserver"
        )
        signature = self._key.sign(data + client.hash, ec.ECDSA(SHA256()))
        return {
            "id": websafe_encode(self._id),
            "rawId": websafe_encode(self._id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.handle if handle is None else handle,
            },
        }
