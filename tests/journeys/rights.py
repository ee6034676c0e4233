"""Rights and keys in a fleet: calls of it, and a rotation of keys under load."""

import os
import subprocess
import sys
import threading
import time
from uuid import uuid4

import jwt
import requests

from tests.journeys import main_job
from tests.journeys.fleets import ROOT

ROUTES = {
    "auth": "/api/auth/me",
    "integrations": "/api/integrations/connections",
    "agentkit": "/api/agentkit/agents",
    "analytics": "/api/analytics/measures",
    "onboarding": "/api/onboarding/status",
}
PASSWORD = "another long passphrase"


class Fleet:
    """Calls of a running fleet."""

    def __init__(self, addresses, database):
        self.addresses, self.database = addresses, database

    def call(self, method, path, *, token="", service="auth", **options):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.addresses[service]}{path}"
        return requests.request(method, url, headers=headers, timeout=60, **options)

    def manage(self, *command):
        """Run a command of an operator on the fleet's database, with its secrets."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        found = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env={**kept, "DEBUG": "true", "DATABASE_URL": self.database},
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, found.stdout + found.stderr
        return found.stdout

    def register(self):
        """An organization; its owner's tokens."""
        body = {**main_job.REGISTRATION, "email": self.new_email()}
        return self.call("POST", "/api/auth/register", json=body).json()

    def new_email(self):
        """An address that nobody of this fleet has."""
        return f"{uuid4().hex[:12]}@journey.example"

    def join(self, owner, role):
        """Somebody who was invited and accepted all there is; their tokens."""
        token, email = owner["access_token"], self.new_email()
        body = {"email": email, "role": role}
        made = self.call("POST", "/api/organizations/invitations", token=token, json=body).json()
        new = {"first_name": "Grace", "last_name": "H", "password": PASSWORD}
        self.call(
            "POST", "/api/organizations/invitations/accept", json={"token": made["token"], **new}
        )
        return self.sign_in(email)

    def sign_in(self, email):
        body = {"email": email, "password": PASSWORD}
        return self.call("POST", "/api/auth/login", json=body).json()

    def refresh(self, tokens):
        body = {"refresh_token": tokens["refresh_token"]}
        return self.call("POST", "/api/auth/refresh", json=body).json()

    def codes(self, token):
        """What each service answers to a token: a problem's code, or nothing."""
        answers = {
            name: self.call("GET", path, token=token, service=name) for name, path in ROUTES.items()
        }
        return {name: "" if found.ok else found.json()["code"] for name, found in answers.items()}

    def wait_for(self, code, token):
        """Wait until every service refuses a token with a code; the last answers otherwise."""
        until = time.monotonic() + 10
        found = self.codes(token)
        while set(found.values()) != {code} and time.monotonic() < until:
            found = self.codes(token)
        return set(found.values())


class Drill:
    """A rotation of the signing key while a member's devices refresh and ask every service.

    ``calls`` were made, ``refused`` are those of them that were not answered as they should be,
    ``accepted`` are the answers to tokens of the retired key after ``wait_for`` saw none.
    """

    def __init__(self, fleet, owner, member, devices):
        self.fleet, self.owner = fleet, owner
        self.former = kid_of(owner)
        self.calls, self.refused, self.accepted = 0, [], []
        email = member["user"]["email"]
        self._pairs = [fleet.sign_in(email) for _ in range(devices)]
        self._changed = threading.Barrier(devices + 1)
        self._stopped = threading.Event()

    def run(self):
        """Rotate under load, retire, and go on for a while; the tokens that the new key signed."""
        crowd = [
            threading.Thread(target=self._ask, args=(place,)) for place in range(len(self._pairs))
        ]
        for device in crowd:
            device.start()
        self.fleet.manage("keys", "rotate")
        self._changed.wait()
        old_answers = self.fleet.codes(self.owner["access_token"])
        self.refused += [found for found in old_answers.items() if found[1]]
        self.fleet.manage("keys", "retire", self.former, "--urgent")
        self.fleet.wait_for("token_invalid", self.owner["access_token"])
        for _ in range(5):
            found = self.fleet.codes(self.owner["access_token"])
            self.accepted += [item for item in found.items() if item[1] != "token_invalid"]
        self._stopped.set()
        for device in crowd:
            device.join()
        return [pair["access_token"] for pair in self._pairs]

    def _ask(self, place):
        has_changed = False
        # A moment between two rounds: devices do not ask as fast as a machine can answer.
        while not self._stopped.wait(0.3):
            pair = self._pairs[place] = self.fleet.refresh(self._pairs[place])
            found = self.fleet.codes(pair["access_token"])
            self.calls += len(found)
            self.refused += [item for item in found.items() if item[1]]
            if not has_changed and kid_of(pair) != self.former:
                # Until all carry the new key, nothing is retired.
                has_changed = True
                self._changed.wait()


def kid_of(tokens):
    """The id of the key that signed an access token."""
    return jwt.get_unverified_header(tokens["access_token"])["kid"]
