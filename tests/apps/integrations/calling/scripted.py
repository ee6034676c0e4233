"""A platform that answers as a test says, and an adapter of it."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from apps.integrations.calling.operations.asking import ConnectionApi
from apps.integrations.platforms.port import Adapter, Usage, shape_key
from apps.integrations.platforms.refusals import (
    RequestRefusedError,
    ThrottledError,
    TokenRefusedError,
    UnreachableError,
)
from apps.integrations.platforms.specs import Configuration

START = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self):
        self.present, self.waits = START, []

    def now(self):
        return self.present

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.present += timedelta(seconds=seconds)


class Tokens:
    """Tokens by versions; each renewal is noted."""

    def __init__(self):
        self.version, self.renewed = 1, []

    def current(self):
        return f"token-{self.version}", self.version

    def renew(self, version):
        self.renewed.append(version)
        self.version = version + 1
        return self.current()


class ScriptedAdapter(Adapter):
    """The adapter of the scripted platform."""

    spec = SimpleNamespace(id="scripted", quota_of="")

    throttle_key = "app"

    def __init__(self, limits=()):
        self.limits = limits

    def headers(self, configuration, token):
        return {"Authorization": f"Bearer {token}"}

    def find_account(self, path):
        return path.split("/")[2] if path.startswith("/accounts/") else ""

    def find_shape(self, body):
        return (body or {}).get("shape", "")

    def classify(self, answer, now):
        code = answer.body.get("code", 0) if isinstance(answer.body, dict) else 0
        if answer.status == 401:
            raise TokenRefusedError("refused")
        if answer.status >= 500:
            raise UnreachableError("failed")
        if code == 40100 or answer.status == 429:
            wait = float(answer.headers.get("retry-after", 3600))
            raise ThrottledError(
                "too fast", until=now + timedelta(seconds=wait), key=self.throttle_key
            )
        if code == 9:
            key = shape_key(answer.account, answer.shape)
            raise ThrottledError("too dear", until=now + timedelta(hours=1), key=key)
        if answer.status >= 400:
            raise RequestRefusedError("refused")

    def read_usage(self, answer, now):
        if "x-used" in answer.headers:
            yield Usage(key="account:1", used=float(answer.headers["x-used"]))

    def list_accounts(self, api):
        yield from ()

    def read(self, api, account, wanted):
        yield from ()


@contextmanager
def scripted(answer, heads=("Authorization",)):
    """Serve what a function of the path and headers returns: a status, a body, headers."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.path, *(self.headers.get(name, "") for name in heads)))
            status, body, headers = answer(*asked[-1])
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": len(data)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", asked=asked)
        server.shutdown()


def open_api(connection, url, **options):
    daily_calls = options.pop("daily_calls", None)
    configuration = Configuration(
        *("scripted", "", "", "", "", url, "1", None, ()), daily_calls=daily_calls
    )
    tokens = options.pop("tokens", None) or Tokens()
    adapter = options.pop("adapter", None) or ScriptedAdapter()
    return ConnectionApi(
        connection,
        adapter,
        configuration,
        tokens,
        facts={},
        allows_loopback=True,
        **{"clock": Clock(), **options},
    )
