"""Refusals as RFC 9457 problem details, the one error shape of every route."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf
from rest_framework.response import Response

from omnify import exceptions as omnify
from omnify.conf import settings
from omnify.context import current
from omnify.exceptions import OmnifyError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_UNAVAILABLE = 503
#: When to come back to a part that does not answer now.
_SHORTLY_SECONDS = 5
#: Its code for ``disk_full``.
_POSTGRESQL_DISK_FULL = "53100"


class DatabaseUnavailableError(omnify.ServiceUnavailableError):
    """The database refuses or has no connection free."""

    code = "database_unavailable"
    message = "The database does not answer now; try again shortly."


class DatabaseFullError(omnify.ServiceUnavailableError):
    """The database has no room to write."""

    code = "database_full"
    message = "The database has no room to write now; what is stored can be read."


class HostNotServedError(omnify.InvalidInputError):
    """The request names a host that is not one of this server's."""

    code = "host_not_served"
    message = "This server does not answer under the host name that the request gives."


class NotAcceptableError(OmnifyError):
    """The client accepts no representation that this route has."""

    code = "not_acceptable"
    status = 406
    title = "Not acceptable"
    message = "This route answers application/json."


def to_problem(error: OmnifyError) -> dict[str, Any]:
    """Return the problem document of an error; its details are members of their own."""
    return {
        **error.details,
        "type": f"urn:omnify:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "request_id": current().request_id,
    }


def problem_response(error: OmnifyError) -> JsonResponse:
    """Return an error as an answer, outside of REST framework."""
    return JsonResponse(
        to_problem(error),
        status=error.status,
        content_type=MEDIA_TYPE,
        headers=_headers(error),
    )


def handle_exception(exception: Exception, _context: dict[str, Any]) -> Response:
    """Answer any exception of a view as a problem; REST framework calls it."""
    error = to_omnify_error(exception)
    # The content type is set on the rendered response by the renderer's media type.
    return Response(
        to_problem(error), status=error.status, headers=_headers(error), content_type=MEDIA_TYPE
    )


def to_omnify_error(exception: Exception) -> OmnifyError:
    """Return the error of our tree for any exception; log the unexpected ones."""
    if isinstance(exception, OmnifyError):
        error = exception
    elif isinstance(exception, drf.APIException):
        error = _from_drf(exception)
    elif isinstance(exception, Http404):
        error = omnify.NotFoundError()
    elif isinstance(exception, PermissionDenied):
        error = omnify.PermissionDeniedError()
    elif isinstance(exception, _UNREADABLE):
        error = _from_unreadable(exception)
    elif isinstance(exception, DataError):
        log.warning("value_refused", exc_info=exception)
        error = omnify.InvalidInputError("A value is out of range, or no text that is kept.")
    elif isinstance(exception, OperationalError | InterfaceError):
        error = DatabaseFullError() if _is_full(exception) else DatabaseUnavailableError()
        log.error(error.code, exc_info=exception)
    else:
        log.error("request_failed", exc_info=exception)
        error = omnify.InternalServiceError()
    return error


#: What Django raises for a request whose host, form or body cannot be read.
_UNREADABLE = (SuspiciousOperation, MultiPartParserError, UnreadablePostError)


def _from_unreadable(exception: Exception) -> OmnifyError:
    if isinstance(exception, DisallowedHost):
        return HostNotServedError()
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        most = f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} fields"
        files = f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES} files"
        return omnify.PayloadTooLargeError(f"A form has at most {most} and {files}.")
    if isinstance(exception, RequestDataTooBig):
        return omnify.PayloadTooLargeError("The request is larger than this route allows.")
    return omnify.InvalidInputError("The body ended early, or is not the form that it says.")


def _is_full(exception: Exception) -> bool:
    cause = exception.__cause__
    codes = (getattr(cause, "sqlite_errorcode", None), getattr(cause, "sqlstate", None))
    return codes in ((sqlite3.SQLITE_FULL, None), (None, _POSTGRESQL_DISK_FULL))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer unknown paths; Django's 404 handler."""
    return problem_response(omnify.NotFoundError())


def retry_after(error: OmnifyError) -> dict[str, str]:
    """Return the header that says when to come back, none where that would not help."""
    if "retry_after_seconds" in error.details:
        return {"Retry-After": str(error.details["retry_after_seconds"])}
    return {"Retry-After": str(_SHORTLY_SECONDS)} if error.status == _UNAVAILABLE else {}


def _headers(error: OmnifyError) -> dict[str, str]:
    headers = retry_after(error)
    if isinstance(error, omnify.UnauthenticatedError):
        headers["WWW-Authenticate"] = 'Bearer realm="omnify"'
    return headers


def _from_drf(exception: drf.APIException) -> OmnifyError:
    if isinstance(exception, drf.ValidationError):
        return omnify.InvalidInputError(errors=list(_flatten(exception.detail)))
    if isinstance(exception, drf.ParseError):
        return omnify.InvalidInputError(str(exception.detail), errors=[])
    for theirs, ours in _DRF_ERRORS.items():
        if isinstance(exception, theirs):
            has_text = ours in (omnify.MethodNotAllowedError, omnify.UnsupportedMediaTypeError)
            return ours(str(exception.detail) if has_text else None)
    log.error("request_failed", exc_info=exception)
    return omnify.InternalServiceError()


_DRF_ERRORS: dict[type[drf.APIException], type[OmnifyError]] = {
    drf.NotAuthenticated: omnify.UnauthenticatedError,
    drf.AuthenticationFailed: omnify.UnauthenticatedError,
    drf.MethodNotAllowed: omnify.MethodNotAllowedError,
    drf.UnsupportedMediaType: omnify.UnsupportedMediaTypeError,
    drf.NotFound: omnify.NotFoundError,
    drf.PermissionDenied: omnify.PermissionDeniedError,
    drf.NotAcceptable: NotAcceptableError,
}


def _flatten(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flatten(value, ".".join(part for part in (path, name) if part))
    elif isinstance(detail, list):
        for position, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _flatten(value, f"{path}.{position}" if nested else path)
    else:
        yield {"field": path, "message": str(detail), "code": getattr(detail, "code", "invalid")}
