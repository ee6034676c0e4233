"""The WSGI entry: draining first, calls between services next, Django for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from omnify.identity.addresses import client_address
from omnify.startup import refuse_unless_valid

_django = get_wsgi_application()
refuse_unless_valid()
# Import every view before the first request: a broken route stops the start.
_ = get_resolver().url_patterns

from omnify.health.draining import is_draining  # noqa: E402 - needs the apps
from omnify.services.rpc import PREFIX, rpc_application  # noqa: E402 - as above

StartResponse = Callable[..., Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request.

    A draining server answers 502, which here always means *not executed*: the gateway and our
    own client may send the request to another instance.
    """
    path = environ.get("PATH_INFO", "")
    if not path.startswith("/health") and is_draining():
        start_response("502 Not Executed", [("Content-Length", "0")])
        return [b""]
    # Decided once: what the client may have written goes no further.
    environ["REMOTE_ADDR"] = client_address(environ) or ""
    environ.pop("HTTP_X_FORWARDED_FOR", None)
    content_type, _, parameters = environ.get("CONTENT_TYPE", "").partition(";")
    if "*" in parameters:
        # Django would look up whatever encoding such a parameter names, and fail without one.
        environ["CONTENT_TYPE"] = content_type
    if path.startswith(PREFIX):
        return rpc_application(environ, start_response)
    return _django(environ, start_response)
