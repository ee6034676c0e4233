"""Render the server block of the gateway: whose each path is, how it is asked, how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from omnify.services.manifest import LARGEST_UPLOAD_BYTES
from omnify.services.registry import manifests
from omnify.topology.rendering.endings import ENDING, Ending, ending_locations

#: The largest body that nginx receives, on its own disk; each route has a smaller limit of its own.
_LARGEST_BODY = 1
LARGEST_BODY = f"{_LARGEST_BODY}m"
_LARGEST_UPLOAD = LARGEST_UPLOAD_BYTES // 1024**2
#: Receiving a large file ends when the slice has kept it.
_UPLOAD_SECONDS = 300
_OWN_PAGES = "/_gateway"
_UPLOAD_REFUSAL = "413-upload"
#: What the ways of large files begin with.
UPLOAD = "upload-"


def _too_large(largest: int) -> Ending:
    return Ending(
        413,
        "payload_too_large",
        "Too large",
        f"The request has $sent bytes; at most {largest}m are taken here.",
        "This is too large",
        f"What you sent has $sent bytes; at most {largest} MB are taken here. Send a smaller file.",
    )


#: What nginx itself refuses before it chooses a service, by its code.
_REFUSALS = {
    400: Ending(
        400,
        "malformed_request",
        "Malformed request",
        "This is no HTTP request.",
        "Your request could not be read",
        "Go to the start and try again from there.",
    ),
    413: _too_large(_LARGEST_BODY),
    414: Ending(
        414,
        "address_too_long",
        "Address too long",
        "Shorten the address of the request.",
        "The address is too long",
        "Shorten it, or go to the start.",
    ),
    494: Ending(
        431,
        "headers_too_large",
        "Headers too large",
        "Send fewer or shorter headers.",
        "Your browser sent too much about itself",
        "Delete the cookies of this site in your browser, then sign in again.",
    ),
}
_NO_ANSWER = (
    "No answer came: the connection broke, or time ran out. See what was done before you ask again,"
    " or ask with an Idempotency-Key."
)
#: Where the gateway says that it is alive, without asking any service.
HEALTH_PATH = "/health/gateway"
_ENDINGS = {
    "nowhere": Ending(
        404,
        "not_found",
        "Not found",
        "There is nothing at this address.",
        "There is no such page",
        "Check the address, or go to the start.",
    ),
    "unavailable": Ending(
        503,
        "service_unavailable",
        "Service unavailable",
        "No server of this service answers now; try again shortly.",
        "This page cannot be shown now",
        "None of our servers for it answers, and nothing was changed. Try again in a minute.",
        is_tried_again=True,
    ),
    "unknown": Ending(
        504,
        "outcome_unknown",
        "Outcome unknown",
        _NO_ANSWER,
        "We cannot say whether it was done",
        "No answer came in time. Look whether your change is there before you send it again.",
    ),
    "late": Ending(
        504,
        "deadline_exceeded",
        "Out of time",
        "The request ran out of time.",
        "This took too long",
        "Try again in a minute; if you sent a change, look first whether it is there.",
        is_tried_again=True,
    ),
}


def server_lines(groups: Iterable[str], *, flags: str) -> Iterator[str]:
    """Yield the lines of the server block: a location per path, the ways to ask, the endings."""
    yield "recursive_error_pages on;"
    yield "proxy_intercept_errors on;"
    yield 'set $service "";'
    yield "error_page 418 = $way;"
    yield f"error_page 404 = @nowhere{ENDING};"
    yield from _service_locations()
    yield from _floor_locations()
    for prefix in ("", UPLOAD):
        yield from _way(prefix, "once", groups, flags, "http_502")
        yield from _way(prefix, "again", groups, flags, "error http_502")
    yield from _endings()


def _service_locations() -> Iterator[str]:
    for service, manifest in manifests().items():
        for prefix in manifest.owned_prefixes:
            for match in (f"= {prefix}", f"^~ {prefix}/"):
                yield from _location(match, service)
        for path in manifest.uploads:
            yield from _upload_location(path, service)


def _floor_locations() -> Iterator[str]:
    """Yield the paths that every process answers alike; ``/_rpc`` and ``/metrics`` stay inside."""
    first = next(iter(manifests()))
    home = next((m.name for m in manifests().values() if m.is_home), first)
    yield from _location("= /", home)
    yield from _location("= /health", "$healthy")
    for match in ("^~ /health/", "^~ /api/schema/", "^~ /api/docs/", "^~ /static/"):
        yield from _location(match, first)
    yield f"location = {HEALTH_PATH} {{ access_log off; return 204; }}"
    yield f"location / {{ error_page 418 = @nowhere{ENDING}; return 418; }}"


def _location(match: str, service: str) -> Iterator[str]:
    yield f"location {match} {{ set $service {service}; return 418; }}"


def _upload_location(path: str, service: str) -> Iterator[str]:
    yield f"location = {path} {{"
    yield f"    client_max_body_size {_LARGEST_UPLOAD}m;"
    yield "    error_page 418 = $upload_way;"
    yield f"    error_page 413 =413 {_OWN_PAGES}/{_UPLOAD_REFUSAL}{ENDING};"
    yield f"    set $service {service};"
    yield "    return 418;"
    yield "}"


def _way(
    prefix: str, way: str, groups: Iterable[str], flags: str, repeated_on: str
) -> Iterator[str]:
    yield f"location @{prefix}{way} {{"
    yield '    set $all "";'
    yield '    if ($upstream_addr != "") { set $all "-all"; }'
    yield "    set $group $owner;"
    yield f"    if (!-e {flags}/$service) {{ break; }}"
    for group in groups:
        yield f"    if (-e {flags}/$service.{group}) {{ set $group {group}; }}"
    yield f"    proxy_next_upstream {repeated_on} non_idempotent;"
    yield "    proxy_connect_timeout 2s;"
    yield f"    proxy_read_timeout {_UPLOAD_SECONDS if prefix else 60}s;"
    yield "    proxy_http_version 1.1;"
    yield '    proxy_set_header Connection "";'
    yield "    proxy_set_header Host $http_host;"
    yield "    proxy_set_header X-Request-ID $omnify_request_id;"
    yield "    proxy_set_header X-Forwarded-For $omnify_client;"
    yield "    proxy_set_header X-Forwarded-Proto $omnify_scheme;"
    yield f"    error_page 502 = $after_{way};"
    yield f"    error_page 504 = $late_{way};"
    yield "    proxy_pass http://$group$all;"
    yield "}"


def _endings() -> Iterator[str]:
    for name, ending in _ENDINGS.items():
        yield from ending_locations(f"@{name}", ending)
    # A path of its own, since a request that cannot be read has none.
    for reason, ending in _REFUSALS.items():
        yield f"error_page {reason} ={ending.status} {_OWN_PAGES}/{reason}{ENDING};"
        yield from _own_page(str(reason), ending)
    yield from _own_page(_UPLOAD_REFUSAL, _too_large(_LARGEST_UPLOAD))


def _own_page(name: str, ending: Ending) -> Iterator[str]:
    yield from ending_locations(f"= {_OWN_PAGES}/{name}", ending, is_internal=True)
