"""Back-ends are asked over their own protocols, and told apart truthfully."""

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apps.infrastructure.backends import BACKENDS, probe_all

NOTHING = {backend.name: "" for backend in BACKENDS}


def probe(name, address):
    [outcome] = [o for o in probe_all({**NOTHING, name: address}) if o.name == name]
    return outcome


@pytest.fixture
def http_peer():
    """Serve fixed answers by path; returns the address."""
    servers = []

    def start(answers):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = answers.get(self.path, (404, b""))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
def tcp_peer():
    """Answer one connection by a function of what was received; returns host:port."""
    peers = []

    def start(answer):
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                received = connection.recv(4096)
                connection.sendall(answer(received))

        thread = threading.Thread(target=serve)
        thread.start()
        peers.append((listener, thread))
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener, thread in peers:
        listener.close()
        thread.join(timeout=5)


def answer_as_kafka(received):
    key, version, correlation = struct.unpack(">hhi", received[4:12])
    assert (key, version) == (18, 0)
    body = struct.pack(">ihi", correlation, 0, 0)
    return struct.pack(">i", len(body)) + body


def answer_as_http2(received):
    assert received.startswith(b"PRI * HTTP/2.0")
    return bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))


class TestProbeAll:
    def test_says_what_is_not_configured(self):
        assert {outcome.status for outcome in probe_all(NOTHING)} == {"not_configured"}

    def test_reads_kong_s_version(self, http_peer):
        found = probe("kong", http_peer({"/": (200, b'{"version": "3.9.1"}')}))

        assert (found.status, found.version) == ("ok", "3.9.1")
        assert found.latency_ms > 0

    @pytest.mark.parametrize(
        ("name", "answers"),
        [
            ("airbyte", {"/api/public/v1/health": (200, b"Successful operation")}),
            ("metabase", {"/api/health": (200, b'{"status": "ok"}')}),
        ],
    )
    def test_believes_a_health_endpoint(self, http_peer, name, answers):
        assert probe(name, http_peer(answers)).status == "ok"

    @pytest.mark.parametrize(
        ("name", "answers"),
        [
            ("kong", {"/": (200, b"<html>welcome</html>")}),
            ("kong", {"/": (200, b"[]")}),
            ("kong", {"/": (200, b'{"hello": 1}')}),
            ("kong", {}),
            ("airbyte", {"/api/public/v1/health": (503, b"")}),
            ("metabase", {"/api/health": (200, b'{"status": "initializing"}')}),
        ],
    )
    def test_does_not_take_anything_for_the_product(self, http_peer, name, answers):
        found = probe(name, http_peer(answers))

        assert (found.status, bool(found.detail)) == ("down", True)

    def test_speaks_kafka_s_protocol(self, tcp_peer):
        assert probe("kafka", tcp_peer(answer_as_kafka)).status == "ok"

    def test_asks_the_next_broker(self, tcp_peer):
        assert probe("kafka", f"127.0.0.1:9,{tcp_peer(answer_as_kafka)}").status == "ok"

    def test_speaks_http2_to_temporal(self, tcp_peer):
        assert probe("temporal", tcp_peer(answer_as_http2)).status == "ok"

    @pytest.mark.parametrize("name", ["kafka", "temporal"])
    def test_does_not_take_a_web_server_for_it(self, tcp_peer, name):
        found = probe(name, tcp_peer(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n"))

        assert found.status == "down"

    @pytest.mark.parametrize("name", ["kafka", "temporal"])
    def test_notices_a_peer_that_hangs_up(self, tcp_peer, name):
        assert probe(name, tcp_peer(lambda _: b"")).status == "down"

    @pytest.mark.parametrize("backend", BACKENDS)
    def test_notices_a_dead_port(self, backend):
        address = "http://user:secret@127.0.0.1:9" if "URL" in backend.setting else "127.0.0.1:9"

        found = probe(backend.name, address)

        assert found.status == "down"
        assert "secret" not in found.detail


@pytest.mark.django_db
class TestOverview:
    def test_is_for_staff_only(self, client_for, make_principal, api):
        customer = client_for(make_principal())

        assert customer.get("/api/infrastructure/overview").json()["code"] == "staff_only"
        assert api.get("/api/infrastructure/overview").status_code == 401

    def test_tells_since_when(self, client_for, make_principal, settings, http_peer):
        staff = client_for(make_principal(is_staff=True))
        settings.KONG_ADMIN_URL = http_peer({"/": (200, b'{"version": "3.9.1"}')})

        def kong():
            rows = staff.get("/api/infrastructure/overview").json()["backends"]
            return next(row for row in rows if row["name"] == "kong")

        first, second = kong(), kong()
        settings.KONG_ADMIN_URL = "http://127.0.0.1:9"
        third = kong()

        assert first["since"] == second["since"] < third["since"]
        assert [row["status"] for row in (first, second, third)] == ["ok", "ok", "down"]
