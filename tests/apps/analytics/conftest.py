"""Fixtures of analytics' tests: an organization with real numbers, and a service out of reach."""

import json
import socket
from contextlib import contextmanager

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
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings.HOSTED_SERVICES = tuple(n for n in settings.HOSTED_SERVICES if n != service)
    settings.SERVICE_URLS = {service: (address,)}
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
