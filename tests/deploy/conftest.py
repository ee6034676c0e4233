"""Servers and checkouts for the scripts of deployment."""

import http.server
import itertools
import json
import threading

import pytest

from tests.deploy.stubs import Checkout


@pytest.fixture
def serve():
    """Serve a status and a health document at every path; returns the address."""
    servers, posted = [], []

    def start(status=200, *, statuses=None, answers=None, pages=None, **health):
        body = {"status": "ok", "version": "1", "services": [], "checks": {}, **health}
        known = {"/health": 200, **(statuses or {})}
        turns, answers = itertools.count(), answers or {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.send_response(200)
                self.end_headers()

            def do_GET(self):
                path, _, service = self.path.partition("?service=")
                said = answers.get(service, [body])
                said = (pages or {}).get(path) or said[next(turns) % len(said)]
                self.reply(known.get(path, status), said)

            def do_POST(self):
                seen = self.rfile.read(int(self.headers["Content-Length"]))
                posted.append(json.loads(seen))
                self.reply(202, {"next": "verify_email"})

            def reply(self, code, said):
                text = json.dumps(said).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args):
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    start.posted = posted
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def version(name, number, *, since="2025-01-01", asks=True):
    return {
        "document_type": name,
        "version": number,
        "effective_date": since,
        "requires_acceptance": asks,
    }


VERSIONS = {
    "results": [
        version("terms", "4", since="2999-01-01"),
        version("terms", "3", since="2026-01-01"),
        version("terms", "2"),
        version("cookies", "1", asks=False),
    ]
}


@pytest.fixture
def with_mail(serve):
    """A fleet that sends mails, so that a registration ends at one."""
    return serve(pages={"/api/legal/versions": VERSIONS})
