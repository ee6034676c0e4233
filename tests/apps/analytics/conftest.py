"""Fixtures of analytics' tests: an organization with real numbers, and a service out of reach."""

import json
import socket
from contextlib import contextmanager, suppress

import pytest

from omnify.services.client import client_of
from tests.apps.integrations.requests import send
from tests.journeys import main_job


@pytest.fixture
def real(owner):
    """An organization that imported the real file."""
    mapping = json.loads(main_job.MAPPING.read_text())
    assert send(owner, main_job.FILE.read_bytes(), mapping).status_code == 201
    return owner


@contextmanager
def away(settings, service):
    """A service is another process, and nobody listens at its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    with moved(settings, service, address):
        yield


@contextmanager
def hanging(settings, service):
    """A service is another process, which takes calls and answers none."""
    with Hanging() as peer, moved(settings, service, peer.address):
        yield peer


class Hanging(socket.socket):
    """A server that answers nobody."""

    def __init__(self):
        super().__init__()
        self.bind(("127.0.0.1", 0))
        self.listen()
        self.setblocking(False)  # noqa: FBT003 - of the standard library
        self.address = self.getsockname()

    def count_callers(self):
        """How many have called since this was asked last."""
        count = 0
        with suppress(BlockingIOError):
            while True:
                self.accept()[0].close()
                count += 1
        return count


@contextmanager
def moved(settings, service, address):
    """A service is the process at an address."""
    settings.HOSTED_SERVICES = tuple(n for n in settings.HOSTED_SERVICES if n != service)
    settings.SERVICE_URLS = {service: (f"http://{address[0]}:{address[1]}",)}
    client_of.cache_clear()
    yield
    client_of.cache_clear()


@pytest.fixture
def integrations_away(settings):
    """Integrations does not answer."""
    with away(settings, "integrations"):
        yield


@pytest.fixture
def agentkit_away(settings):
    """Agentkit does not answer."""
    with away(settings, "agentkit"):
        yield


@pytest.fixture
def ml_away(settings):
    """Ml does not answer."""
    with away(settings, "ml"):
        yield


@pytest.fixture
def agentkit_hangs(settings):
    """Agentkit takes calls and answers none; gives who called."""
    with hanging(settings, "agentkit") as peer:
        yield peer


@pytest.fixture
def ml_hangs(settings):
    """Ml takes calls and answers none; gives who called."""
    with hanging(settings, "ml") as peer:
        yield peer
