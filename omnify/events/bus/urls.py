"""Parse the URL of a bus; the settings do so too, before Django has any."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

#: Each subscriber's queue is called ``<prefix>.<service>``; ``?prefix=`` in the URL keeps two
#: fleets on one broker apart.
DEFAULT_PREFIX = "omnify"
_KINDS = {"amqp": "rabbitmq", "amqps": "rabbitmq", "redis": "streams", "rediss": "streams"}


class BusAddress(NamedTuple):
    """A bus: ``rabbitmq`` or ``streams``, the URL for its library, the prefix of its queues."""

    kind: str
    url: str
    prefix: str


def find_problem(url: str) -> str:
    """Say what is wrong with a bus's URL; empty if nothing is."""
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in _KINDS:
        return "begin with amqp://, amqps://, redis:// or rediss://"
    return "" if parts.hostname else "name a host"


def parse(url: str) -> BusAddress:
    """Parse a URL that has no problem."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not pair.startswith("prefix=")]
    prefix = parse_qs(parts.query).get("prefix", [DEFAULT_PREFIX])[0]
    return BusAddress(_KINDS[parts.scheme], parts._replace(query="&".join(kept)).geturl(), prefix)


def bus_name(url: str) -> str:
    """Return the name of a bus for operators: scheme, host, path and prefix, no credentials."""
    if not url:
        return "no broker"
    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    return f"{parts.scheme}://{where}{parts.path.rstrip('/')} ({parse(url).prefix})"
