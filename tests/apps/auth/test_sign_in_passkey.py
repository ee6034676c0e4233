"""Signing in with a passkey alone, on the page."""

import json

import pytest
from fido2.utils import websafe_encode

from apps.auth.models import Session
from tests.apps.auth.people import Device

pytestmark = pytest.mark.django_db
PAGE = "/app/auth/sign-in/passkey"


@pytest.fixture
def device(owner):
    return Device(owner.client)


def begin(client):
    return client.post(f"{PAGE}/options").json()


def send(client, begun, proof):
    return client.post(PAGE, {"challenge": begun["challenge"], "passkey": json.dumps(proof)})


class TestPasskeySignIn:
    def test_opens_a_session_that_proved_more_than_a_password(self, client, owner, device):
        begun = begin(client)

        answer = send(client, begun, device.prove(begun["options"]))

        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert client.get("/app/auth/security").status_code == 200
        session = Session.objects.order_by("-id")[0]
        assert (session.user_id, session.methods) == (owner.user.id, "passkey")

    def test_is_good_once(self, client, device):
        begun = begin(client)
        proof = device.prove(begun["options"])
        send(client, begun, proof)

        again = send(client, begun, proof)

        assert again.status_code == 401
        assert "This sign-in has expired" in again.content.decode()

    @pytest.mark.parametrize(
        "changes",
        [
            {"is_verified": False},
            {"handle": websafe_encode(b"019a0000-0000-7000-8000-000000000000")},
            {"handle": "no base64 \u00e9"},
            {"handle": 7},
        ],
    )
    def test_is_refused_alike_for_every_flaw(self, client, device, changes):
        begun = begin(client)

        page = send(client, begun, device.prove(begun["options"], **changes))

        assert page.status_code == 401
        assert "This passkey opens no account here." in page.content.decode()
        assert 'name="email"' in page.content.decode()

    def test_is_refused_to_a_disabled_user(self, client, owner, device):
        owner.user.is_active = False
        owner.user.save()
        begun = begin(client)

        assert send(client, begun, device.prove(begun["options"])).status_code == 401

    def test_waits_until_the_address_is_proven(self, client, owner, device, settings):
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"
        owner.user.emailaddress_set.update(verified=False)
        begun = begin(client)

        page = send(client, begun, device.prove(begun["options"]))

        assert page.status_code == 403
        assert "Confirm your e-mail address first" in page.content.decode()

    def test_says_that_no_passkey_came(self, client, db):
        page = client.post(PAGE, {"challenge": "x"})

        assert page.status_code == 400
        assert "The browser used no passkey; try again." in page.content.decode()
