"""What the tests of auth do over and over: sign in, set factors up, read mails."""

import re
import struct
import time
from base64 import b32decode, urlsafe_b64encode
from hashlib import sha1, sha256
from hmac import digest
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tests.conftest import REGISTRATION

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

    The code of the step before is used for that, so that the present one is still good.
    """
    secret = client.post("/api/mfa/totp/setup").json()["secret"]
    body = {"code": totp(secret, steps=-1)}
    answer = client.post("/api/mfa/totp/verify", body, format="json")
    assert answer.status_code == 200, answer.json()
    return secret, answer.json()["recovery_codes"]


def set_up_passkey(client):
    """Take a passkey into use; returns its id."""
    answer = client.post("/api/mfa/passkeys", passkey_for(client), format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


def passkey_for(client):
    """What a browser sends to register a new passkey (WebAuthn, without attestation)."""
    begun = client.post("/api/mfa/passkeys/options").json()
    challenge = begun["options"]["publicKey"]["challenge"]
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(bytes(16), uuid4().bytes, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    host = b"testserver"
    proof = AttestationObject.create(
        "none", AuthenticatorData.create(sha256(host).digest(), flags, 0, made), {}
    )
    said = CollectedClientData.create(
        CollectedClientData.TYPE.CREATE, challenge, f"https://{host.decode()}"
    )
    credential = {
        "id": _base64(made.credential_id),
        "rawId": _base64(made.credential_id),
        "type": "public-key",
        "response": {"attestationObject": _base64(proof), "clientDataJSON": _base64(said)},
    }
    return {"challenge": begun["challenge"], "name": "Laptop", "credential": credential}


def _base64(value):
    return urlsafe_b64encode(value).rstrip(b"=").decode()


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
