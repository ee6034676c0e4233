"""Consul is told who serves what, and watched; over a real socket, with its own protocol."""

import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from omnify.services import consul
from omnify.services.discovery import Addresses, ServiceAddressUnknownError
from tests.conftest import wait_until


class Agent:
    """As much of Consul's HTTP API as is asked for, blocking queries included."""

    def __init__(self):
        self.registered, self.healthy, self.index = {}, [], 1
        self.changed = threading.Condition()
        self.is_broken, self.refused = False, 0
        agent = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.startswith("/v1/agent/services"):
                    self.reply(agent.registered, agent.index)
                    return
                asked = parse_qs(urlsplit(self.path).query)
                with agent.changed:
                    if asked.get("index") == [str(agent.index)]:
                        agent.changed.wait(timeout=10)
                    nodes = [
                        {"Node": {"Address": "10.0.0.9"}, "Service": {"Address": a, "Port": p}}
                        for a, p in agent.healthy
                    ]
                    self.reply(nodes, agent.index)

            def do_PUT(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = urlsplit(self.path).path
                if path.endswith("/register"):
                    found = json.loads(body)
                    agent.registered[found["id"]] = found
                else:
                    agent.registered.pop(path.rpartition("/")[2])
                self.reply(None, agent.index)

            def reply(self, body, index):
                text = json.dumps(body).encode()
                agent.refused += agent.is_broken
                self.send_response(500 if agent.is_broken else 200)
                self.send_header("X-Consul-Index", str(index))
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args):
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"consul://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def set_healthy(self, *places):
        with self.changed:
            self.healthy, self.index = list(places), self.index + 1
            self.changed.notify_all()


@pytest.fixture
def agent(settings):
    running = Agent()
    settings.SERVICE_URLS, settings.DISCOVERY = {}, running.url
    consul._watch.cache_clear()
    yield running
    consul._watch.cache_clear()
    running.set_healthy()
    running.server.shutdown()
    running.server.server_close()


class TestAddresses:
    def test_are_the_healthy_instances(self, agent):
        agent.set_healthy(("10.0.0.1", 8006), ("", 8016))

        found = list(Addresses("ml").in_turn())

        assert found == ["http://10.0.0.1:8006", "http://10.0.0.9:8016"]

    def test_follow_what_changes(self, agent):
        agent.set_healthy(("10.0.0.1", 8006))
        addresses = Addresses("ml")
        list(addresses.in_turn())

        agent.set_healthy(("10.0.0.2", 8006))

        wait_until(lambda: list(addresses.in_turn()) == ["http://10.0.0.2:8006"])

    def test_stay_when_consul_goes(self, agent):
        agent.set_healthy(("10.0.0.1", 8006))
        addresses = Addresses("ml")
        list(addresses.in_turn())

        agent.server.shutdown()
        agent.server.server_close()

        assert list(addresses.in_turn()) == ["http://10.0.0.1:8006"]

    def test_are_refused_by_name_when_none_is_healthy(self, agent):
        with pytest.raises(ServiceAddressUnknownError, match="ML_SERVICE_URL"):
            list(Addresses("ml").in_turn())


@pytest.fixture
def keep():
    """Keep services registered for as long as the test runs."""
    stopping, threads = threading.Event(), []

    def start(*services):
        threads.append(
            consul.keep_registered(
                services, address="10.0.0.1", port=8000, stopping=stopping, every=0.05
            )
        )

    yield start
    stopping.set()
    for thread in threads:
        thread.join()


class TestRegistration:
    def test_names_each_service_with_its_check(self, agent, keep):
        keep("ml", "auth")

        wait_until(lambda: len(agent.registered) == 2)
        assert agent.registered.keys() == {
            "omnify-ml-10.0.0.1-8000",
            "omnify-auth-10.0.0.1-8000",
        }
        check = agent.registered["omnify-ml-10.0.0.1-8000"]["checks"][0]
        assert check["http"] == "http://10.0.0.1:8000/health/ready"
        assert check["header"] == {"Host": ["localhost"]}

    def test_is_told_again_when_consul_forgot_it(self, agent, keep):
        keep("ml")
        wait_until(lambda: agent.registered)

        agent.registered.clear()

        wait_until(lambda: agent.registered)

    def test_is_told_when_consul_is_back(self, agent, keep):
        agent.is_broken = True
        keep("ml")
        wait_until(lambda: agent.refused)

        agent.is_broken = False

        wait_until(lambda: agent.registered)

    def test_leaves_what_consul_knows_as_it_is(self, agent, keep):
        agent.registered["omnify-ml-10.0.0.1-8000"] = {"known": "already"}

        keep("ml", "auth")

        wait_until(lambda: len(agent.registered) == 2)
        assert agent.registered["omnify-ml-10.0.0.1-8000"] == {"known": "already"}

    def test_is_taken_back(self, agent):
        agent.registered["omnify-ml-10.0.0.1-8000"] = {}

        consul.deregister(["ml"], address="10.0.0.1", port=8000)

        assert agent.registered == {}
