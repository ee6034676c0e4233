"""Render what the gateway itself answers: a problem for programs, a page for people."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

#: What the names of locations that answer with pages end with.
_OF_PAGES: Final = "-page"
#: The variable that says so, where a browser asks.
ENDING: Final = "$ending"
_TO_BE_ASKED_AGAIN: Final = 503
_PROBLEM: Final = (
    '{{"type": "urn:omnify:problem:{code}", "title": "{title}", "status": {status},'
    ' "code": "{code}", "detail": "{detail}", "request_id": "$omnify_request_id"}}'
)
#: Nothing is asked of servers for it, since it is shown where none of them answers.
_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{margin:0;font:1rem/1.5 system-ui,sans-serif;background:light-dark(#f7f8fa,#0e1013);"
    "color:light-dark(#14181f,#e8eaed)}"
    "main{box-sizing:border-box;max-width:35rem;margin:12vh auto 0;padding:0 1rem}"
    "section{padding:1.5rem;border:1px solid light-dark(#e4e7ec,#282d34);border-radius:.75rem;"
    "background:light-dark(#fff,#15181c);overflow-wrap:anywhere}"
    "h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}p{margin:0 0 1rem}"
    "a{display:inline-block;padding:.625rem 1rem;border-radius:.5rem;text-decoration:none;"
    "background:light-dark(#0b6b7d,#5cc8d8);color:light-dark(#fff,#06252b)}"
    "small{color:light-dark(#59626f,#9ba4b0)}code{user-select:all}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
_PAGE: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{heading} · Omnify</title><style>$ending_style</style></head>"
    "<body><main><p><strong>Omnify</strong></p><section><h1>{heading}</h1><p>{advice}</p>"
    '<p><a href="{url}">{button}</a></p>'
    "<p><small>Reference <code>$omnify_request_id</code></small></p></section></main></body></html>"
)


class Ending(NamedTuple):
    """How a request ends at the gateway: as programs read it, and as people do."""

    status: int
    code: str
    title: str
    detail: str
    heading: str
    advice: str
    #: Whether the page offers to ask for the same address again, or else to start anew.
    is_tried_again: bool = False


def ending_maps() -> Iterator[str]:
    """Yield what tells browsers from programs, and the style of the pages."""
    yield "# Browsers get a page where the gateway itself answers, programs a problem."
    yield f'map $http_accept {ENDING} {{ default ""; "~*text/html" {_OF_PAGES}; }}'
    yield f"map $host $ending_style {{ default '{_STYLE}'; }}"


def ending_locations(name: str, ending: Ending, *, is_internal: bool = False) -> Iterator[str]:
    """Yield the two locations of an ending: their names are ``name``, and that of the page.

    One ``is_internal`` has a path; requests that cannot be read have no other.
    """
    for suffix, shown in (("", _problem(ending)), (_OF_PAGES, _page(ending))):
        yield f"location {name}{suffix} {{"
        if is_internal:
            yield "    internal;"
        yield from shown
        if ending.status == _TO_BE_ASKED_AGAIN:
            yield "    add_header Retry-After 1 always;"
        yield "    add_header X-Request-ID $omnify_request_id always;"
        yield "    add_header Vary Accept always;"
        yield "}"


def _problem(ending: Ending) -> Iterator[str]:
    body = _PROBLEM.format(**ending._asdict())
    yield "    default_type application/problem+json;"
    yield f"    return {ending.status} '{body}';"


def _page(ending: Ending) -> Iterator[str]:
    url, button = ("", "Try again") if ending.is_tried_again else ("/", "Go to the start")
    body = _PAGE.format(
        heading=escape(ending.heading), advice=escape(ending.advice), url=url, button=button
    )
    yield '    default_type "text/html; charset=utf-8";'
    yield f'    add_header Content-Security-Policy "{_POLICY}" always;'
    yield f"    return {ending.status} '{body}';"
