"""The journey inside this process, without a server: by direct calls, or over RPC to itself."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import msgspec
from django.core.management import call_command
from rest_framework.test import APIClient

from omnify import context as ctx
from omnify.context import ANONYMOUS, Context, Principal
from omnify.events.worker import run_once
from omnify.exceptions import OmnifyError
from omnify.identity.revocations import revocations
from omnify.services import Contract, client_of
from omnify.services.invocation import implementations
from omnify.services.rpc import rpc_application
from tests.layouts.canonical import Canonical

#: Sessions show it, so it has to be the same from everywhere.
USER_AGENT = "journey"
_PATIENCE_SECONDS = 10.0


class InsideVisitor:
    """Walks the journey as ``Visitor`` does; ``steps`` are name, status and body."""

    def __init__(self) -> None:
        self.token = ""
        self.steps: list[tuple[str, int, Any]] = []
        self._canonical = Canonical()

    def get(self, path: str, **options: Any) -> Any:
        """GET as a step; returns the body."""
        return self.step("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Any:
        """POST as a step; returns the body."""
        return self.step("POST", path, json=json, **options)

    def step(
        self,
        method: str,
        path: str,
        *,
        until: int | None = None,
        traceparent: str = "",
        key: str = "",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Any:
        """Ask, and keep the answer; repeated for a while ``until`` it has a status."""
        sent = {
            "User-Agent": USER_AGENT,
            "X-Request-ID": self._request_id(),
            **(headers or {}),
        }
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if key:
            sent["Idempotency-Key"] = key
        name = f"{method} {self._canonical.value(path)}"
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while True:
            answer = _send(method, path, sent, **options)
            if until in (None, answer.status_code) or time.monotonic() > give_up:
                break
            run_once()
            revocations.reset()
        body = answer.json() if answer.content else ""
        self._keep(name, answer.status_code, body)
        return body

    def call(
        self, contract: type[Contract], name: str, *arguments: Any, principal: Principal = ANONYMOUS
    ) -> None:
        """Call a contract's method as another service would, as a step."""
        client = client_of(contract)
        context = Context(principal, principal.organization_id, self._request_id())
        status = 200
        try:
            with ctx.use(context):
                body = msgspec.to_builtins(getattr(client, name)(*arguments))
        except OmnifyError as error:
            status, body = error.status, body_of_error(error)
        self._keep(f"call {contract.__name__}.{name}", status, body)

    def manage(self, service: str, *arguments: str) -> None:
        """Run an operator's command, as a step."""
        said = io.StringIO()
        call_command(*arguments, stdout=said)
        self._keep(f"manage {' '.join(arguments)}", 0, said.getvalue())

    def _keep(self, name: str, status: int, body: Any) -> None:
        self.steps.append((name, status, self._canonical.value(body)))

    def _request_id(self) -> str:
        return f"journey-{len(self.steps) + 1:03}"


def body_of_error(error: OmnifyError) -> dict[str, Any]:
    """An error as its caller sees it."""
    return {
        "class": type(error).__name__,
        "code": error.code,
        "title": error.title,
        "detail": error.detail,
        "details": error.details,
    }


def _send(method: str, path: str, headers: dict[str, str], **options: Any) -> Any:
    kind = headers.pop("Content-Type", "application/json")
    send = APIClient(headers=headers).generic
    if "files" in options:
        form = {**options["data"], **{n: _upload(*file) for n, file in options["files"].items()}}
        return getattr(APIClient(headers=headers), method.lower())(path, form, format="multipart")
    data = options.get("data")
    if data is None and options.get("json") is not None:
        data = msgspec.json.encode(options["json"])
    return send(method, path, data or b"", content_type=kind if data else "")


def _upload(name: str, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each connection: a call may cause another one to the same server."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def rpc_server(application: Callable[..., Any]) -> Iterator[str]:
    """Serve a WSGI application from this process; gives its URL."""
    server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class LosesEveryFirstAnswer:
    """The RPC endpoint, but each call that may be repeated has to be: its first answer is lost."""

    def __init__(self) -> None:
        self.lost = 0
        self._lock = threading.Lock()
        self._is_repeated: dict[str, bool] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Run the call; answer it when it comes again."""
        if self._answers(environ["PATH_INFO"]):
            return rpc_application(environ, start_response)
        rpc_application(environ, lambda *_: None)
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]

    def _answers(self, path: str) -> bool:
        service, method = path.split("/")[2:]
        compiled = implementations(service).get(method)
        if compiled is None or compiled[0].policy.attempts == 1:
            return True
        with self._lock:
            answers = self._is_repeated.get(path, False)
            self._is_repeated[path] = not answers
            self.lost += not answers
        return answers
