"""Connections to public addresses alone, whatever a name resolves to and whenever it changes.

The addresses are checked by the connection itself, which then connects to one that was checked: a
name that resolves otherwise a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from apps.integrations.platforms.refusals import UnreachableError

#: How long connecting to one address may take.
_CONNECT_SECONDS: Final = 5.0


class Watch:
    """A deadline of one exchange, which cuts its connection however slowly bytes come."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.ends_at = monotonic() + seconds
        self.has_ended = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def guard(self, connected: socket.socket | None) -> None:
        """Cut this socket when the time has come."""
        self._socket = connected
        if self.has_ended:
            self._end()

    def stop(self) -> None:
        """Let the socket live on, in the pool."""
        self._timer.cancel()
        self._socket = None

    def _end(self) -> None:
        self.has_ended = True
        if self._socket is not None:
            # Not the method of TLS sockets: it takes the state away from the thread that reads.
            try:
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                return  # Closed already.


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched_by(watch: Watch) -> Iterator[None]:
    """Let connections that this context uses be cut by a watch."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


class CheckedAdapter(HTTPAdapter):
    """Sends requests to addresses that were checked."""

    def __init__(self, *, allows_loopback: bool) -> None:
        self._allows_loopback = allows_loopback
        super().__init__(pool_connections=32, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Give the pools connections that check their addresses."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = (
            {"http": _LoopbackPool, "https": _TlsLoopbackPool}
            if self._allows_loopback
            else {"http": _PublicPool, "https": _TlsPublicPool}
        )


class _Checked(HTTPConnection):
    allows_loopback = False

    def _new_conn(self) -> socket.socket:
        watch = _watch.get()
        left = watch.ends_at - monotonic() if watch else _CONNECT_SECONDS
        return _connect(
            self,
            list(_resolve(self.host, self.port, allows_loopback=self.allows_loopback)),
            seconds=max(0.01, min(_CONNECT_SECONDS, left)),
        )

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request, watched if its socket is from the pool."""
        self._guard()
        super().request(*args, **kwargs)

    def getresponse(self) -> Any:
        """Return the head of the answer, watched from here on at the latest."""
        self._guard()
        return super().getresponse()

    def _guard(self) -> None:
        watch = _watch.get()
        if watch is not None:
            watch.guard(self.sock)


class _Loopback(_Checked):
    allows_loopback = True


class _TlsChecked(_Checked, HTTPSConnection):
    pass


class _TlsLoopback(_Loopback, HTTPSConnection):
    pass


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _Checked


class _LoopbackPool(HTTPConnectionPool):
    ConnectionCls = _Loopback


class _TlsPublicPool(HTTPSConnectionPool):
    ConnectionCls = _TlsChecked


class _TlsLoopbackPool(HTTPSConnectionPool):
    ConnectionCls = _TlsLoopback


def is_allowed(address: str, *, allows_loopback: bool) -> bool:
    """Tell whether an IP address may be asked: a public one, or the operator's loopback."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    ip = mapped or ip
    if ip.is_loopback:
        return allows_loopback
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _resolve(host: str, port: int, *, allows_loopback: bool) -> Iterator[str]:
    """Yield the addresses of a name; one that is not allowed refuses them all."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UnreachableError(f"The address of {host} was not found.") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not all(is_allowed(each, allows_loopback=allows_loopback) for each in addresses):
        raise UnreachableError(f"{host} leads to an address that is not a public one.")
    yield from addresses


def _connect(owner: HTTPConnection, addresses: list[str], *, seconds: float) -> socket.socket:
    last: OSError | None = None
    for address in addresses:
        try:
            connected = socket.create_connection((address, owner.port), timeout=seconds)
        except OSError as error:
            last = error
            continue
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected
    if isinstance(last, TimeoutError):
        raise ConnectTimeoutError(owner, f"no connection to {owner.host}") from last
    raise NewConnectionError(owner, f"no connection to {owner.host}") from last
