"""Determine the address of a client, as far as it can be believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import cache
from typing import Any

from omnify.conf import settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(meta: Mapping[str, Any]) -> str | None:
    """Return the nearest address that is no proxy of ours, None without one.

    ``X-Forwarded-For`` counts only behind ``TRUSTED_PROXIES`` and over a Unix socket, which has no
    address and is there for the gateway alone. It is read from its end: what a client writes at its
    beginning changes nothing.
    """
    address = str(meta.get("REMOTE_ADDR") or "")
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    while (not address or _is_trusted(address)) and hops:
        hop = hops.pop()
        if not is_ip_address(hop):
            break
        address = hop
    return address if is_ip_address(address) else None


def is_ip_address(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(text: str) -> bool:
    if not is_ip_address(text):
        return False
    address = ipaddress.ip_address(text)
    return any(address in network for network in _networks(settings.TRUSTED_PROXIES))


@cache
def _networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(name, strict=False) for name in names)
