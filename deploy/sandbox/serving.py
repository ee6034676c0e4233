"""What the peers of platforms have in common: a small HTTP server that remembers what it was asked.

A peer follows its vendor's documents and shares no code with the adapters. It listens on loopback
alone, and makes its numbers from a seed, so that what is right is known.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came.

    Attributes:
        path: without the query.
        query, form: the last value of each name; ``form`` is empty unless the body is one.
        headers: by names in lower case.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form's body."""
        if "x-www-form-urlencoded" not in self.headers.get("content-type", ""):
            return {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The body as JSON; None without a body."""
        return json.loads(self.body) if self.body else None

    @property
    def token(self) -> str:
        """The bearer's token."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass
class Reply:
    """What is answered; ``body`` is JSON unless it is bytes, text or an iterator of bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Any, Asked], Reply]


def route(method: str, pattern: str) -> Callable[[Handler], Handler]:
    """Mark a peer's method as the answer to a method and a path (a regular expression)."""

    def mark(handler: Handler) -> Handler:
        handler.route = (method, re.compile(pattern))  # type: ignore[attr-defined]
        return handler

    return mark


class Peer:
    """A platform over loopback.

    Use it as a context manager. A handler is a method with ``@route``; it takes what was asked,
    with the groups of its pattern as keyword arguments.

    Args:
        port: to listen on; 0 for any that is free.

    Attributes:
        ledger: all that was asked, in order.
        faults: called in turn before a request is answered; one that returns a reply is used up
            and answers instead, one that returns None stays.
    """

    def __init__(self, port: int = 0) -> None:
        self.ledger: list[Asked] = []
        self.faults: list[Callable[[Asked], Reply | None]] = []
        self.lock = threading.RLock()
        own = ((name, getattr(type(self), name)) for name in dir(type(self)))
        self._routes = [
            (*each.route, getattr(self, name)) for name, each in own if hasattr(each, "route")
        ]
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", port), type("Handler", (_RequestHandler,), {"peer": self})
        )
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The origin of its addresses."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        serve = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        serve.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serve in this thread until the process ends."""
        self._server.serve_forever()

    def answer(self, asked: Asked) -> Reply:
        """Answer a request, by a fault first."""
        with self.lock:
            self.ledger.append(asked)
            for fault in list(self.faults):
                if (reply := fault(asked)) is not None:
                    self.faults.remove(fault)
                    return reply
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(asked.path)
            if match and method == asked.method:
                return handler(asked, **match.groupdict())
        return Reply({"error": f"nothing at {asked.method} {asked.path}"}, 404)

    def asked_of(self, part: str) -> list[Asked]:
        """Return the requests whose path has a part."""
        with self.lock:
            return [asked for asked in self.ledger if part in asked.path]


class ConsentPeer(Peer):
    """A peer with a page of consent and rotating tokens, as RFC 6749 and RFC 7636 have them.

    Attributes:
        name: of the platform, as the page shows it.
        client_id, client_secret: of the one client that it knows.
        lives: seconds of an access token; ``rotates``: whether a refresh gives a new refresh
            token, and a used one revokes the family.
        authorize_path, token_path: of consent and tokens, as the vendor has them.
    """

    name = "Sample platform"
    client_id, client_secret = "sandbox", "sandbox-secret"
    lives, rotates = 3600, True
    authorize_path, token_path = "/authorize", "/token"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.codes: dict[str, dict[str, str]] = {}
        #: Per access token when it ends; per refresh token whether it is good still.
        self.access: dict[str, float] = {}
        self.refresh: dict[str, bool] = {}

    @property
    def settings(self) -> dict[str, str]:
        """The settings by which a deployment asks this peer, without the platform's name."""
        return {
            "CLIENT_ID": self.client_id,
            "CLIENT_SECRET": self.client_secret,
            "AUTHORIZE_URL": f"{self.url}{self.authorize_path}",
            "TOKEN_URL": f"{self.url}{self.token_path}",
            "API_URL": self.url,
        }

    def consent(self, asked: Asked, code_name: str = "code") -> Reply:
        """Answer the address of consent: a page with one button, or at once with ``agreed``."""
        wanted = asked.query
        back = wanted.get("redirect_uri", "")
        if wanted.get("client_id") != self.client_id or not back:
            return Reply({"error": "invalid_client"}, 400)
        if "agreed" not in wanted:
            return Reply(_consent_page(self.name, asked), headers={"Content-Type": "text/html"})
        code = secrets.token_urlsafe(24)
        with self.lock:
            self.codes[code] = dict(wanted)
        return self.send_back(back, {code_name: code, "state": wanted.get("state", "")})

    @staticmethod
    def send_back(url: str, parameters: dict[str, str]) -> Reply:
        """Return an answer that leads a browser back with parameters."""
        mark = "&" if urlsplit(url).query else "?"
        return Reply(status=302, headers={"Location": f"{url}{mark}{urlencode(parameters)}"})

    def give_tokens(self) -> dict[str, Any]:
        """Return a new pair of tokens."""
        access, refresh = (f"{kind}-{secrets.token_hex(8)}" for kind in ("access", "refresh"))
        with self.lock:
            self.access[access] = time.time() + self.lives
            self.refresh[refresh] = True
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.lives,
            "token_type": "Bearer",
        }

    def is_good(self, token: str) -> bool:
        """Tell whether an access token is taken."""
        return self.access.get(token, 0) > time.time()


def _consent_page(name: str, asked: Asked) -> str:
    again = f"{asked.path}?{urlencode({**asked.query, 'agreed': 'yes'})}"
    again = again.replace("&", "&amp;").replace('"', "&quot;")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{name} (sample)</title>"
        "<meta name=viewport content='width=device-width'>"
        "<body style='font:16px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem'>"
        f"<main><h1>{name}</h1><p>A sample of this platform, on this machine. Nothing leaves it, "
        "and its accounts and numbers are made up.</p>"
        f'<p><a id="allow" href="{again}" style="display:inline-block;padding:.75rem 1.5rem;'
        'background:#1a56db;color:#fff;border-radius:.5rem;text-decoration:none">'
        "Allow Omnify</a></p></main>"
    )


class _RequestHandler(BaseHTTPRequestHandler):
    peer: Peer
    protocol_version = "HTTP/1.1"
    #: Else a body waits 40 ms until its head is acknowledged.
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        query = parse_qs(parts.query, keep_blank_values=True)
        reply = self.peer.answer(
            Asked(
                method=self.command,
                path=parts.path,
                query={name: values[-1] for name, values in query.items()},
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
        )
        self._write(reply)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def _write(self, reply: Reply) -> None:
        headers = {"Content-Type": "application/json", **reply.headers}
        body = reply.body
        if isinstance(body, Iterator):
            self._write_chunks(reply.status, headers, body)
            return
        if not isinstance(body, bytes):
            text = body if isinstance(body, str) else json.dumps(body)
            body = text.encode()
        self.send_response(reply.status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _write_chunks(self, status: int, headers: dict[str, str], body: Any) -> None:
        self.send_response(status)
        for name, value in {**headers, "Transfer-Encoding": "chunked"}.items():
            self.send_header(name, value)
        self.end_headers()
        for chunk in body:
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            """Who asked did not wait for the answer."""

    def log_message(self, *args: object) -> None:
        """Say nothing: the ledger remembers."""
