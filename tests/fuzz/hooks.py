"""What Schemathesis has to know: who asks, from where, and how a dead session is replaced."""

import itertools
import os
import zoneinfo

import requests
import schemathesis
from hypothesis import strategies

from omnify.money import CURRENCIES

BASE = os.environ["FUZZ_BASE"]
EMAIL, PASSWORD = os.environ["FUZZ_EMAIL"], os.environ["FUZZ_PASSWORD"]
#: Limits count by address; each case comes from one of its own.
_addresses = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in itertools.count(1))


_session = {"token": ""}
schemathesis.openapi.format("iso-4217", strategies.sampled_from(sorted(CURRENCIES)))
schemathesis.openapi.format(
    "name", strategies.from_regex("[A-Za-z][A-Za-z0-9]{0,40}", fullmatch=True)
)
schemathesis.openapi.format("new-password", strategies.uuids().map(lambda value: f"fuzz {value}"))
schemathesis.openapi.format(
    "iana-time-zone", strategies.sampled_from(sorted(zoneinfo.available_timezones()))
)


@schemathesis.auth(refresh_interval=None)
class OwnersToken:
    """The owner's access token; a new session when a case ended the present one."""

    def get(self, case, context):
        if not _session["token"]:
            body = {"email": EMAIL, "password": PASSWORD}
            login = f"{BASE}/api/auth/login"
            answer = requests.post(login, json=body, headers=_own_address(), timeout=30)
            answer.raise_for_status()
            _session["token"] = answer.json()["access_token"]
        return _session["token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers.update(_own_address())


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 401:
        _session["token"] = ""
    elif response.status_code == 403 and b"documents_outstanding" in response.content:
        _accept_again()


def _accept_again():
    headers = {"Authorization": f"Bearer {_session['token']}", **_own_address()}
    for name in ("terms", "privacy", "acceptable-use"):
        body = {"document_type": name, "version": "1"}
        requests.post(f"{BASE}/api/legal/accept", json=body, headers=headers, timeout=30)
    _session["token"] = ""


def _own_address():
    return {"X-Forwarded-For": next(_addresses)}
