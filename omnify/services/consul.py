"""Consul as a name service: it knows the instances of each service and checks their health.

An extra: ``requirements/consul.txt``, and ``OMNIFY_DISCOVERY=consul://host:port``. The library
reads ``CONSUL_HTTP_TOKEN``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import structlog

from omnify.conf import settings

if TYPE_CHECKING:
    from consul import Consul

log = structlog.get_logger(__name__)

#: How long a watch waits for something to change before it asks anew.
WATCH = "30s"
_RETRY_SECONDS = 1.0
#: How often Consul asks a server whether it is ready, and when it forgets one that is not.
_CHECK_INTERVAL, _FORGET_AFTER = "2s", "5m"
#: How often a server checks that Consul still knows it.
_REGISTER_SECONDS = 10.0


def consul_name(service: str) -> str:
    """Return what a service is called in Consul, which may know other systems too."""
    return f"omnify-{service}"


def find_in_consul(service: str) -> tuple[str, ...]:
    """Return the healthy instances of a service; only the first call waits for an answer."""
    return _watch(service).current()


class Watch:
    """The healthy instances of one service, kept up to date by a thread of this process.

    While Consul does not answer, the instances it named last are returned.
    """

    def __init__(self, service: str) -> None:
        self._service = service
        self._urls: tuple[str, ...] = ()
        self._index: str | None = None
        self._client = _client()
        self._is_reached = True
        self._ask()
        threading.Thread(target=self._follow, name=f"consul-{service}", daemon=True).start()

    def current(self) -> tuple[str, ...]:
        """Return the instances as Consul last told them."""
        return self._urls

    def _follow(self) -> None:
        while True:
            if not self._ask():
                time.sleep(_RETRY_SECONDS)

    def _ask(self) -> bool:
        from consul import ConsulException

        try:
            self._index, nodes = self._client.health.service(
                consul_name(self._service), index=self._index, wait=WATCH, passing=True
            )
        except (ConsulException, requests.RequestException) as error:
            if self._is_reached:
                log.warning("consul_unreachable", service=self._service, reason=str(error))
            self._is_reached = False
            # Changes meanwhile are unknown, so the next query starts afresh.
            self._index = None
            return False
        self._is_reached = True
        self._urls = tuple(
            f"http://{node['Service']['Address'] or node['Node']['Address']}"
            f":{node['Service']['Port']}"
            for node in nodes
        )
        return True


def keep_registered(
    services: Iterable[str],
    *,
    address: str,
    port: int,
    stopping: threading.Event,
    every: float = _REGISTER_SECONDS,
) -> threading.Thread:
    """Keep the hosted services registered in Consul until the server stops.

    Consul forgets a server that was not ready for long, or all servers when it restarts, and may
    be away when the server starts: whenever it does not know the server, it is told again.

    Returns the thread that does this.
    """
    from consul import ConsulException

    wanted = tuple(services)

    def register() -> None:
        while True:
            try:
                _register_missing(wanted, address=address, port=port)
            except (ConsulException, requests.RequestException) as error:
                log.warning("consul_unreachable", services=wanted, reason=str(error))
            if stopping.wait(every):
                return

    thread = threading.Thread(target=register, name="consul-registration", daemon=True)
    thread.start()
    return thread


def _register_missing(services: tuple[str, ...], *, address: str, port: int) -> None:
    """Register what Consul does not know; what it knows keeps the state of its check."""
    from consul import Check

    client = _client()
    known = client.agent.services()
    # The server answers to this host name, whatever its address is.
    check = Check.http(
        f"http://{address}:{port}/health/ready",
        _CHECK_INTERVAL,
        timeout="5s",
        deregister=_FORGET_AFTER,
        header={"Host": ["localhost"]},
    )
    for service in services:
        identity = _instance_id(service, address, port)
        if identity not in known:
            client.agent.service.register(
                consul_name(service), service_id=identity, address=address, port=port, check=check
            )


def deregister(services: Iterable[str], *, address: str, port: int) -> None:
    """Remove the registrations; where that fails, Consul's check removes them."""
    from consul import ConsulException

    for service in services:
        try:
            _client().agent.service.deregister(_instance_id(service, address, port))
        except (ConsulException, requests.RequestException) as error:
            log.warning("consul_unreachable", service=service, reason=str(error))


def _instance_id(service: str, address: str, port: int) -> str:
    return f"{consul_name(service)}-{address}-{port}"


@cache
def _watch(service: str) -> Watch:
    return Watch(service)


def _client() -> Consul:
    """Return a client with connections of its own."""
    from consul import Consul

    parts = urlsplit(settings.DISCOVERY)
    return Consul(host=parts.hostname, port=parts.port or 8500)
