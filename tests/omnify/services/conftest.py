"""A sample service, its clients over each transport, and its process behind real HTTP."""

import importlib.util
import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from omnify.services.client import build_client
from omnify.services.http_transport import HttpTransport
from omnify.services.invocation import implementations
from omnify.services.rpc import rpc_application
from omnify.services.transports import LocalTransport
from tests.layouts.inside import LosesEveryFirstAnswer

SAMPLE = Path(__file__).parent / "sample"


def load(name):
    spec = importlib.util.spec_from_file_location(f"apps.sample.{name}", SAMPLE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample_modules():
    package = ModuleType("apps.sample")
    package.__path__ = [str(SAMPLE)]
    package.__spec__ = importlib.util.spec_from_loader("apps.sample", loader=None)
    sys.modules["apps.sample"] = package
    return SimpleNamespace(contract=load("contract"), facade=load("facade"))


@pytest.fixture
def sample(sample_modules, settings):
    settings.HOSTED_SERVICES = (*settings.HOSTED_SERVICES, "sample")
    settings.DATABASE_ALIASES = {**settings.DATABASE_ALIASES, "sample": "default"}
    implementations.cache_clear()
    yield sample_modules.contract
    implementations.cache_clear()


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def serve():
    """Serve a WSGI application on loopback; returns its URL."""
    servers = []

    def start(application):
        server = make_server(
            "127.0.0.1", 0, application, server_class=WSGIServer, handler_class=QuietHandler
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def local_client(sample):
    return build_client(sample.Sample, "sample", LocalTransport("sample"))


@pytest.fixture
def remote_client(sample, settings, serve):
    settings.SERVICE_URLS = {"sample": (serve(rpc_application),)}
    return build_client(sample.Sample, "sample", HttpTransport("sample"))


@pytest.fixture
def retried_client(sample, settings, serve):
    settings.SERVICE_URLS = {"sample": (serve(LosesEveryFirstAnswer()),)}
    return build_client(sample.Sample, "sample", HttpTransport("sample"))


@pytest.fixture(params=["local", "remote", "retried"])
def client(request):
    """The sample's client: in process, over signed HTTP, and with each first answer lost."""
    return request.getfixturevalue(f"{request.param}_client")
