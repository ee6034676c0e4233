"""What a server says of itself is believed only if it is one of Omnify's."""

import http.server
import threading

import pytest

from omnify.topology.status import Target, ask_status
from tests.journeys.fleets import free_ports


@pytest.fixture
def someone(request):
    """A server of somebody else that answers everything with a status and a body."""
    status, body = request.param

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class TestAskStatus:
    @pytest.mark.parametrize(
        "someone",
        [(200, b"<h1>hello</h1>"), (200, b'{"status": "ok"}'), (200, b"[]")],
        indirect=True,
    )
    def test_tells_a_stranger_from_a_server(self, someone):
        status = ask_status(Target("core", someone, ("auth",)))

        assert not status.is_ready
        assert status.problems == ("another program answers there, with 200",)

    def test_tells_that_nobody_answers(self):
        [port] = free_ports(1)

        status = ask_status(Target("core", f"http://127.0.0.1:{port}", ("auth",)))

        assert (status.state, status.problems) == ("down", ("does not answer",))
