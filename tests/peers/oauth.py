"""A token endpoint over loopback that rotates refresh tokens and revokes a family on reuse."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class TokenPeer:
    """Gives tokens; ``asked`` is the ledger, ``answer`` what comes instead of a token."""

    def __init__(self):
        self.asked, self.answer, self.is_revoked = [], None, False
        self.good = "refresh-0"
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        """The endpoint's address."""
        return f"http://127.0.0.1:{self._server.server_port}/token"

    def close(self):
        """End serving."""
        self._server.shutdown()
        self._server.server_close()

    def give(self, form):
        """Answer one request: status and body."""
        with self._lock:
            self.asked.append(form)
            if self.answer is not None:
                return self.answer
            if self.is_revoked or form.get("refresh_token") != self.good:
                self.is_revoked = True
                return 400, {"error": "invalid_grant"}
            number = len(self.asked)
            self.good = f"refresh-{number}"
        body = {"access_token": f"access-{number}", "refresh_token": self.good}
        return 200, body | {"token_type": "Bearer", "expires_in": 3600}


def _handler_of(peer):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, body = peer.give({key: value[0] for key, value in parse_qs(text).items()})
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            """Say nothing."""

    return Handler
