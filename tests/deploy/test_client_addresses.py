"""Behind the gateway each client is limited by its own address, whatever it writes in a header."""

import os
import secrets
import subprocess
import sys
import time

import pytest
import requests
from requests.adapters import HTTPAdapter

from apps.auth.operations.limits import PAIR
from settings.test import TEST_ENVIRONMENT
from tests.conftest import wait_until
from tests.deploy.load import REGISTRATION
from tests.journeys.fleets import ROOT, free_ports
from tests.needs import needs, takes_long
from tests.omnify.topology.rendering.instances import RunningGateway
from tests.omnify.topology.test_fleet import answers

pytestmark = needs("nginx")
#: Where the proxies of these tests ask from; clients ask from other addresses of this machine.
PROXIES = "127.0.0.1/32"
WAYS = (
    "local gateway",
    "gateway of containers",
    "gateway of a cluster",
    "proxy before it",
    "no gateway",
)


class _From(HTTPAdapter):
    """Connections from one address of this machine."""

    def __init__(self, address):
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args, **options):
        super().init_poolmanager(*args, source_address=(self._address, 0), **options)


@pytest.fixture(scope="module")
def folder():
    # A socket's path has to be short.
    path = ROOT / "var" / f"test-{os.getpid()}"
    path.mkdir(parents=True)
    yield path
    for file in sorted(path.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    path.rmdir()


@pytest.fixture(scope="module")
def slice_of_auth(folder):
    """A server of auth; returns its port. Beside it listens on a socket."""
    [port] = free_ports(1)
    environ = {
        "PATH": os.environ["PATH"],
        **TEST_ENVIRONMENT,
        "OMNIFY_SERVICES": "auth",
        "OMNIFY_EMBEDDED_WORKER": "false",
        "DATABASE_URL": f"sqlite:///{folder}/auth.sqlite3",
        "OMNIFY_DRAIN_DIRECTORY": str(folder),
        "OMNIFY_DRAIN_SECONDS": "0",
        "TRUSTED_PROXIES": PROXIES,
        "BIND_ADDRESS": "127.0.0.1",
        "BIND_SOCKET": str(folder / "auth.sock"),
        "PORT": str(port),
    }
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "migrate"], cwd=ROOT, env=environ, check=True, capture_output=True)
    with subprocess.Popen([*command, "serve"], cwd=ROOT, env=environ) as server:
        try:
            wait_until(lambda: answers(f"http://127.0.0.1:{port}/health/ready") == 200)
            yield port
        finally:
            server.terminate()


@pytest.fixture
def ways(folder, slice_of_auth):
    """Addresses of auth: the local gateway's, a cluster's gateway behind a proxy, its own."""
    gateways = []

    def start(name, address, **options):
        own = folder / name
        own.mkdir(exist_ok=True)
        gateway = RunningGateway(own, address, address, address, **options)
        gateways.append(gateway)
        gateway.wait_until_up()
        return gateway.url

    inner = start("inner", f"127.0.0.1:{slice_of_auth}", trusts_forwarded=True)
    urls = (
        start("local", f"unix:{folder}/auth.sock"),
        start("compose", f"127.0.0.1:{slice_of_auth}"),
        inner,
        start("outer", inner.removeprefix("http://"), trusts_forwarded=True),
        f"http://127.0.0.1:{slice_of_auth}",
    )
    yield dict(zip(WAYS, urls, strict=True))
    for gateway in gateways:
        gateway.stop()


def login(url, address, email, password, **headers):
    with requests.Session() as session:
        session.mount("http://", _From(address))
        body = {"email": email, "password": password}
        return session.post(f"{url}/api/auth/login", json=body, headers=headers, timeout=30)


def register(url, email):
    body = {**REGISTRATION, "email": email}
    requests.post(f"{url}/api/auth/register", json=body, timeout=30).raise_for_status()


def guess_then_sign_in(url):
    """What the right password brings after guesses: where they came from, and elsewhere."""
    email = f"{secrets.token_hex(4)}@omnify.example"
    register(url, email)
    for number in range(PAIR.most):
        # The last one is a proxy's own address: whoever claims to be one is none.
        forged = {"X-Forwarded-For": f"203.0.113.{number}, 127.0.0.1"}
        login(url, "127.0.0.2", email, "wrong", **forged)
    right = REGISTRATION["password"]
    guesser = login(url, "127.0.0.2", email, right, **{"X-Forwarded-For": "192.0.2.1"})
    return guesser.status_code, login(url, "127.0.0.3", email, right).status_code


@takes_long
@pytest.mark.parametrize("way", WAYS)
def test_guessing_locks_out_the_address_that_guesses_and_no_other(ways, way):
    window = PAIR.window.total_seconds()
    started, found = -1.0, ()
    # Counting begins anew with each window of the limit.
    while started // window != time.time() // window:
        started = time.time()
        found = guess_then_sign_in(ways[way])

    assert found == (401, 200)
