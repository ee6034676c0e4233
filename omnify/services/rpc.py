"""Answer remote calls: plain WSGI, before Django's middleware."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.cache import close_caches
from django.db import close_old_connections

from omnify.exceptions import (
    MethodNotAllowedError,
    NotHostedHereError,
    OmnifyError,
    PayloadTooLargeError,
)
from omnify.giving_way import request_under_way
from omnify.services import signing, wire
from omnify.services.client import MAX_ARGUMENTS_BYTES
from omnify.services.http_transport import ANSWER_HEADER, CONTENT_TYPE
from omnify.services.invocation import invoke
from omnify.services.registry import is_hosted
from omnify.telemetry.metrics import RPC_SECONDS

log = structlog.get_logger(__name__)

PREFIX = "/_rpc/"
#: The largest body of a call, in bytes: what a client sends at most, and room for its context.
MAX_BODY_BYTES = MAX_ARGUMENTS_BYTES + 64 * 1024
#: The largest under version 1, whose signature proves nothing before the body is there.
FORMER_MAX_BODY_BYTES = 512 * 1024

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def rpc_application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer ``POST /_rpc/<service>/<method>``.

    The body of an answer is the encoded result (200) or an encoded error (its own status); a
    header distinguishes it from a page that a proxy made.
    """
    # What Django's signals around a request do, without their dispatch.
    close_old_connections()
    started = time.perf_counter()
    try:
        status, body, is_answer = _answer(environ)
    finally:
        close_old_connections()
        close_caches()
    service, method = _target(environ["PATH_INFO"])
    if is_hosted(service):
        RPC_SECONDS.labels(service, method, status).observe(time.perf_counter() - started)
    headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body)))]
    if is_answer:
        headers.append((ANSWER_HEADER, "1"))
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def largest_call(path: str, headers: Mapping[str, str]) -> int:
    """Return how many bytes of a call's body are received, by its head; 0 where it is refused.

    ``headers`` are named as in WSGI, without ``HTTP_``.
    """
    signature = headers.get(signing.WSGI_HEADER, "")
    former = headers.get(signing.FORMER_WSGI_HEADER, "")
    try:
        head = signing.verify_head(signature, former, audience=_target(path)[0], path=path)
    except signing.RefusedCallError:
        return 0
    return _limit(head)


def _answer(environ: Environ) -> tuple[int, bytes, bool]:
    """Return the status, the body, and whether the contract gave it.

    A call with a bad signature gets no answer of the contract: its caller is to treat the service
    as unavailable, not the user as signed out.
    """
    try:
        return 200, _run(environ), True
    except signing.RefusedCallError as error:
        log.warning("rpc_refused", code=error.code, path=environ["PATH_INFO"])
        return error.status, wire.encode_error(error), False
    except OmnifyError as error:
        return error.status, wire.encode_error(error), True


def _run(environ: Environ) -> bytes:
    service, method = _target(environ["PATH_INFO"])
    if environ["REQUEST_METHOD"] != "POST":
        raise MethodNotAllowedError(method=environ["REQUEST_METHOD"])
    head = signing.verify_head(
        environ.get(f"HTTP_{signing.WSGI_HEADER}", ""),
        environ.get(f"HTTP_{signing.FORMER_WSGI_HEADER}", ""),
        audience=service,
        path=environ["PATH_INFO"],
    )
    body = _body(environ, limit=_limit(head))
    signing.verify_body(head, body)
    if not is_hosted(service):
        raise NotHostedHereError(service=service)
    context, arguments = wire.decode_call(body)
    structlog.contextvars.bind_contextvars(request_id=context.request_id, service=service)
    try:
        with request_under_way():
            return invoke(service, method, context, arguments)
    finally:
        structlog.contextvars.clear_contextvars()


def _target(path: str) -> tuple[str, str]:
    service, _, method = path.removeprefix(PREFIX).partition("/")
    return service, method


def _limit(head: signing.SignedHead) -> int:
    return MAX_BODY_BYTES if head.body_digest else FORMER_MAX_BODY_BYTES


def _body(environ: Environ, *, limit: int) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > limit:
        raise PayloadTooLargeError(size_bytes=length, limit_bytes=limit)
    body: bytes = environ["wsgi.input"].read(int(length))
    return body
