"""Where a service that is not hosted here listens: by environment, or by DNS."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from omnify.conf import settings
from omnify.exceptions import ServiceUnavailableError
from omnify.services.registry import manifests

#: How long an answer of the name service is used, in seconds.
DNS_TTL_SECONDS = 5.0


class ServiceAddressUnknownError(ServiceUnavailableError):
    """No address of the service is configured, and none is found."""

    code = "service_address_unknown"
    message = "No address of '{service}' is known; set {variable} or OMNIFY_DISCOVERY=dns."


class Addresses:
    """The instances of one service, handed out in turn."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._turn = itertools.count()
        self._cached: tuple[str, ...] = ()
        self._expires_at = 0.0

    def in_turn(self) -> Iterator[str]:
        """All known base URLs once, each call beginning with the next one.

        Raises:
            ServiceAddressUnknownError: there is none.
        """
        urls = self._urls()
        start = next(self._turn) % len(urls)
        yield from (urls[(start + step) % len(urls)] for step in range(len(urls)))

    def _urls(self) -> tuple[str, ...]:
        configured: tuple[str, ...] = settings.SERVICE_URLS.get(self._service, ())
        if configured:
            return configured
        with self._lock:
            if time.monotonic() >= self._expires_at:
                self._cached = _resolve(self._service)
                self._expires_at = time.monotonic() + DNS_TTL_SECONDS
            return self._cached


def _resolve(service: str) -> tuple[str, ...]:
    variable = f"{service.upper()}_SERVICE_URL"
    if settings.DISCOVERY != "dns":
        raise ServiceAddressUnknownError(service=service, variable=variable)
    port = manifests()[service].port
    try:
        found = socket.getaddrinfo(service, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise ServiceAddressUnknownError(service=service, variable=variable) from error
    hosts = dict.fromkeys(str(address[4][0]) for address in found)
    return tuple(f"http://[{h}]:{port}" if ":" in h else f"http://{h}:{port}" for h in hosts)


def find_public_url(service: str) -> str:
    """The address of a service for browsers, empty when it is not known here."""
    public: str = settings.PUBLIC_URLS.get(service, "")
    if public:
        return public.rstrip("/")
    inside = settings.SERVICE_URLS.get(service, ())
    loopback = [url for url in inside if urlsplit(url).hostname in ("localhost", "127.0.0.1")]
    return loopback[0].rstrip("/") if loopback else ""
