"""Find where other services listen: by the environment, DNS, a file, or Consul."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from omnify.conf import settings
from omnify.exceptions import ServiceUnavailableError
from omnify.services.consul import find_in_consul
from omnify.services.registry import manifests

#: How long an answer of the name service is used, in seconds.
DNS_TTL_SECONDS = 5.0
#: How often a file of addresses is read: servers start and stop while a fleet is rearranged.
FILE_TTL_SECONDS = 0.2


class ServiceAddressUnknownError(ServiceUnavailableError):
    """No address of the service is configured or found."""

    code = "service_address_unknown"
    message = "No address of '{service}' is known; set {variable} or OMNIFY_DISCOVERY."


class Addresses:
    """The instances of one service, handed out in turn."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._turn = itertools.count()
        self._cached: tuple[str, ...] = ()
        self._expires_at = 0.0

    def in_turn(self) -> Iterator[str]:
        """Yield all known base URLs once, each call beginning with the next one.

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
                urls, seconds = _find(self._service)
                if not urls:
                    variable = f"{self._service.upper()}_SERVICE_URL"
                    raise ServiceAddressUnknownError(service=self._service, variable=variable)
                self._cached, self._expires_at = urls, time.monotonic() + seconds
            return self._cached


def _find(service: str) -> tuple[tuple[str, ...], float]:
    """Return what the configured discovery finds, and for how many seconds that is valid."""
    if settings.DISCOVERY == "dns":
        return _resolve(service), DNS_TTL_SECONDS
    if settings.DISCOVERY.startswith("file://"):
        return _read(service), FILE_TTL_SECONDS
    if settings.DISCOVERY.startswith("consul://"):
        # Its watch keeps itself up to date.
        return find_in_consul(service), 0.0
    return (), 0.0


def _resolve(service: str) -> tuple[str, ...]:
    port = manifests()[service].port
    try:
        addresses = socket.getaddrinfo(service, port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return ()
    hosts = dict.fromkeys(str(address[4][0]) for address in addresses)
    return tuple(f"http://[{h}]:{port}" if ":" in h else f"http://{h}:{port}" for h in hosts)


def _read(service: str) -> tuple[str, ...]:
    try:
        document = json.loads(Path(urlsplit(settings.DISCOVERY).path).read_text("utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(document.get(service, ()))


def find_public_url(service: str) -> str:
    """Return the address of a service for browsers, empty when it is not known here."""
    public: str = settings.PUBLIC_URLS.get(service, "")
    if public:
        return public.rstrip("/")
    inside = settings.SERVICE_URLS.get(service, ())
    loopback = [url for url in inside if urlsplit(url).hostname in ("localhost", "127.0.0.1")]
    return loopback[0].rstrip("/") if loopback else ""
