"""One request per product, enough to know that the product itself answers."""

from __future__ import annotations

import socket
import struct
from typing import Any
from urllib.parse import urlsplit

import requests

TIMEOUT_SECONDS = 2.0
_OK = 200
_MAX_BYTES = 1_000_000


class ProbeError(Exception):
    """The product does not answer as it should; the text is safe to show."""


def probe_kong(url: str) -> str:
    """Return Kong's version, from its Admin API (``GET /``)."""
    document = _get_json(url.rstrip("/") + "/")
    version = document.get("version")
    if not isinstance(version, str):
        raise ProbeError("answers, but not as Kong's Admin API does")
    return version


def probe_airbyte(url: str) -> str:
    """Return an empty version once Airbyte's health endpoint answers."""
    response = _get(url.rstrip("/") + "/api/public/v1/health")
    if response.status_code != _OK:
        raise ProbeError(f"its health endpoint answers {response.status_code}")
    return ""


def probe_metabase(url: str) -> str:
    """Return an empty version once Metabase's health endpoint answers ``ok``."""
    document = _get_json(url.rstrip("/") + "/api/health")
    if document.get("status") != "ok":
        raise ProbeError("answers, but is not ready")
    return ""


def probe_kafka(servers: str) -> str:
    """Return an empty version once a broker answers ApiVersions (key 18, version 0)."""
    problems = []
    for server in servers.split(","):
        try:
            _ask_kafka(server.strip())
        except (OSError, ProbeError) as error:
            problems.append(str(error) or type(error).__name__)
        else:
            return ""
    raise ProbeError("; ".join(problems))


def probe_temporal(address: str) -> str:
    """Return an empty version once the frontend greets in HTTP/2 (RFC 9113, §3.4)."""
    with _connect(address) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0)))
        header = _read(connection, 9)
    if header[3] != 4:  # noqa: PLR2004 - the type of a SETTINGS frame
        raise ProbeError("answers, but not in HTTP/2")
    return ""


def _ask_kafka(server: str) -> None:
    correlation = 7
    client = b"omnify"
    request = struct.pack(">hhih", 18, 0, correlation, len(client)) + client
    with _connect(server) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        size, answered_correlation, error = struct.unpack(">iih", _read(connection, 10))
    if answered_correlation != correlation or error != 0 or size <= 0:
        raise ProbeError(f"{server} answers, but not as Kafka does")


def _connect(address: str) -> socket.socket:
    parts = urlsplit(f"//{address}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port:
        raise ProbeError(f"'{address}' is not of the form host:port")
    connection = socket.create_connection((host, port), timeout=TIMEOUT_SECONDS)
    connection.settimeout(TIMEOUT_SECONDS)
    return connection


def _read(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        more = connection.recv(count - len(received))
        if not more:
            raise ProbeError("closed the connection without an answer")
        received += more
    return received


def _get(url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        response = session.get(url, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True)
        if int(response.headers.get("Content-Length") or 0) > _MAX_BYTES:
            raise ProbeError("sends more than a status")
        _ = response.content
        return response


def _get_json(url: str) -> dict[str, Any]:
    response = _get(url)
    if response.status_code != _OK:
        raise ProbeError(f"answers {response.status_code}")
    try:
        document = response.json()
    except ValueError as error:
        raise ProbeError("does not answer in JSON") from error
    if not isinstance(document, dict):
        raise ProbeError("does not answer with a JSON object")
    return document
