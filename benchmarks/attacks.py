"""Attacks on a server of this machine, each at a stated rate and for a stated time.

``python -m benchmarks.attacks NAME URL TOKEN SECONDS`` runs one, and prints the statuses it got.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.apps.integrations.imports.reading.workbooks import workbook_of

_JSON = {"Content-Type": "application/json"}
_BOUNDARY = "attack"
_MULTIPART = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
_TIMEOUT_SECONDS = 30.0
#: Where attackers ask from; honest users of the benchmark ask from 127.0.0.1.
_ADDRESSES = [f"127.0.0.{number}" for number in range(2, 10)]
#: What a member may send as JSON.
_LARGEST_JSON = 512 * 1024
_STEP = "/api/onboarding/steps/role_selection/complete"
_MAPPING = '{"date": "day", "currency": "EUR", "revenue": "sales", "channels": []}'


class Request(NamedTuple):
    """What an attack sends again and again; with a token it is a member who attacks."""

    path: str
    body: bytes
    headers: dict[str, str]
    is_signed: bool = False


class Flood(NamedTuple):
    """Whole requests at a rate, by at most so many at once."""

    request: Callable[[], Request]
    per_second: float
    at_once: int = 8

    def run(self, url: str, token: str, seconds: float) -> Counter[str]:
        """Send requests until the time is over; counts the statuses of their answers."""
        counts: Counter[str] = Counter()
        until, turns = time.monotonic() + seconds, itertools.count()
        started = time.monotonic()

        def send() -> None:
            while time.monotonic() < until:
                due = started + next(turns) / self.per_second
                if due > until:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                counts[_send(url, token, self.request())] += 1

        threads = [threading.Thread(target=send) for _ in range(self.at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return counts


class Hold(NamedTuple):
    """Connections that are opened, sent a beginning, kept, and opened anew when they are closed.

    ``drip`` is what each is sent once a second. No answer is read.
    """

    beginning: Callable[[str], bytes]
    connections: int
    drip: bytes = b""

    def run(self, url: str, token: str, seconds: float) -> Counter[str]:
        """Hold connections until the time is over; counts those that were opened and closed."""
        counts: Counter[str] = Counter()
        until = time.monotonic() + seconds
        held: list[socket.socket] = []
        while time.monotonic() < until:
            while len(held) < self.connections and time.monotonic() < until:
                try:
                    held.append(self._open(url, token))
                except OSError:
                    counts["refused"] += 1
                    break
                counts["opened"] += 1
            time.sleep(1.0)
            held = [each for each in held if self._is_kept(each, counts)]
        for each in held:
            each.close()
        return counts

    def _open(self, url: str, token: str) -> socket.socket:
        place = urlsplit(url)
        connection = socket.socket()
        # Small, so that an answer that is not read stays with the server.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(2.0)
        connection.bind((random.choice(_ADDRESSES), 0))  # noqa: S311 - a choice, no secret
        connection.connect((place.hostname, place.port))
        if beginning := self.beginning(token):
            connection.sendall(beginning)
        connection.setblocking(False)  # noqa: FBT003 - the library's
        return connection

    def _is_kept(self, connection: socket.socket, counts: Counter[str]) -> bool:
        try:
            if self.drip:
                connection.send(self.drip)
            is_open = bool(connection.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            is_open = True
        except OSError:
            is_open = False
        if not is_open:
            counts["closed"] += 1
            connection.close()
        return is_open


def _send(url: str, token: str, request: Request) -> str:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(
        str(place.hostname),
        place.port,
        timeout=_TIMEOUT_SECONDS,
        source_address=(random.choice(_ADDRESSES), 0),  # noqa: S311 - a choice, no secret
    )
    headers = dict(request.headers)
    if request.is_signed:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request("POST", request.path, request.body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    if answer.status == http.client.SERVICE_UNAVAILABLE and not answer.headers["Retry-After"]:
        return "503 without Retry-After"
    return str(answer.status)


def _head(path: str, *lines: str, ends: bool = True) -> bytes:
    text = "\r\n".join((f"POST {path} HTTP/1.1", "Host: localhost", *lines, ""))
    return f"{text}\r\n".encode() if ends else text.encode()


def _half_body(path: str) -> Callable[[str], bytes]:
    head = _head(path, "Content-Type: application/json", "Content-Length: 50000")
    return lambda _token: head + b'{"email": "'


def _unread_answer(_token: str) -> bytes:
    return b"GET /api/schema/ HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"


def _sign_in() -> Request:
    email = f"{random.getrandbits(40):x}@nowhere.example"
    body = {"email": email, "password": "a wrong password here"}
    return Request("/api/auth/login", json.dumps(body).encode(), _JSON)


def _json(path: str, body: bytes, *, is_signed: bool = False) -> Callable[[], Request]:
    request = Request(path, body, _JSON, is_signed=is_signed)
    return lambda: request


def _wrong_documents() -> bytes:
    """Return 2 MB of JSON in which everything is wrong."""
    return b'{"accepted_documents": [' + b"1," * 680_000 + b"1]}"


def _wide_object() -> bytes:
    fields = ",".join(f'"{number}":1' for number in range(150_000))
    return f"{{{fields}}}".encode()


def _many_values() -> bytes:
    """Return the largest body of a member, with almost as many values as one may have."""
    values = ",".join(f'"x{number:05}"' for number in range(49_990))
    return f'{{"measures": ["spend"], "dimensions": [{values}]}}'.ljust(_LARGEST_JSON).encode()


def _long_texts() -> bytes:
    """Return the largest body of a member, of texts that are stored."""
    texts = {f"text{number}": "x" * 20_000 for number in range(26)}
    return json.dumps({"data": {"role": "cmo", **texts}}).encode()


def _parts() -> Request:
    part = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
    body = (part * 5000 + f"--{_BOUNDARY}--\r\n").encode()
    return Request("/api/integrations/csv/import", body, _MULTIPART, is_signed=True)


def _file(content: bytes, name: str = "a.csv") -> Callable[[], Request]:
    disposition = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    ends = f'\r\n--{_BOUNDARY}\r\nContent-Disposition: form-data; name="mapping"\r\n\r\n{_MAPPING}'
    body = (
        f"--{_BOUNDARY}\r\n{disposition}\r\nContent-Type: text/csv\r\n\r\n".encode()
        + content
        + f"{ends}\r\n--{_BOUNDARY}--\r\n".encode()
    )
    path = "/api/integrations/csv/import?preview=true"
    request = Request(path, body, _MULTIPART, is_signed=True)
    return lambda: request


def _crowded_workbook() -> bytes:
    """Return a workbook of less than 1 MB with a million cells."""
    workbook: bytes = workbook_of(("<row>" + "<c><v>1</v></c>" * 20 + "</row>") * 50_000)
    return workbook


def _heavy_question() -> Request:
    question = {
        "measures": ["spend", "revenue", "blended_roas"],
        "dimensions": ["channel", "period"],
        "grain": "day",
        "from": "2015-11-23",
        "to": "2019-11-11",
    }
    forecast = {"metric": "revenue", "horizon": 104}
    path, body = random.choice(  # noqa: S311 - a choice, no secret
        [("/api/analytics/query", question), ("/api/predictive/forecast", forecast)]
    )
    return Request(path, json.dumps(body).encode(), _JSON, is_signed=True)


def _chunked() -> Request:
    body = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    headers = {**_JSON, "Transfer-Encoding": "chunked"}
    return Request("/api/auth/login", body * 60 + b"0\r\n\r\n", headers)


#: Each attack: what it is in words, and how to make it; bodies are built when it starts.
ATTACKS: dict[str, tuple[str, Callable[[], Flood | Hold]]] = {
    "idle": (
        "300 connections that send nothing",
        lambda: Hold(lambda _token: b"", 300),
    ),
    "half heads": (
        "300 heads, a byte a second each",
        lambda: Hold(lambda _token: _head("/api/auth/login", "X-A: a", ends=False), 300, b"a"),
    ),
    "half bodies": (
        "300 bodies, a byte a second each",
        lambda: Hold(_half_body("/api/auth/login"), 300, b"a"),
    ),
    "half calls": (
        "300 unsigned calls to /_rpc, a byte a second each",
        lambda: Hold(_half_body("/_rpc/auth/describe"), 300, b"a"),
    ),
    "slow readers": (
        "100 answers of half a megabyte that nobody reads",
        lambda: Hold(_unread_answer, 100),
    ),
    "sign-ins": (
        "30 sign-ins a second from 8 addresses",
        lambda: Flood(_sign_in, 30, 30),
    ),
    "errors": (
        "1 body of 680,000 errors a second",
        lambda: Flood(_json("/api/auth/register", _wrong_documents()), 1),
    ),
    "deep": (
        "20 bodies of 100,000 levels a second",
        lambda: Flood(_json("/api/auth/login", b"[" * 100_000), 20),
    ),
    "wide": (
        "2 bodies of 150,000 fields a second",
        lambda: Flood(_json("/api/auth/login", _wide_object()), 2),
    ),
    "chunked": (
        "5 chunked bodies of 1 MB a second",
        lambda: Flood(_chunked, 5),
    ),
    "values": (
        "20 questions of 512 KB and 50,000 values a second, of a member",
        lambda: Flood(_json("/api/analytics/query", _many_values(), is_signed=True), 20),
    ),
    "texts": (
        "20 answers of 512 KB to an onboarding step a second, of a member",
        lambda: Flood(_json(_STEP, _long_texts(), is_signed=True), 20),
    ),
    "parts": (
        "2 uploads of 5,000 parts a second",
        lambda: Flood(_parts, 2),
    ),
    "columns": (
        "2 files of 60,000 columns a second",
        lambda: Flood(_file(",".join(f"c{at}" for at in range(60_000)).encode()), 2),
    ),
    "blank lines": (
        "a file of 40 MB of blank lines every 4 seconds",
        lambda: Flood(_file(b"day,sales\n" + b"\n" * 40_000_000), 0.25),
    ),
    "workbooks": (
        "1 workbook of a million cells a second",
        lambda: Flood(_file(_crowded_workbook(), "a.xlsx"), 1),
    ),
    "questions": (
        "40 heavy questions of one tenant a second, 16 at once",
        lambda: Flood(_heavy_question, 40, 16),
    ),
}


def main() -> None:
    """Run the attack that the arguments name, and print what it got as JSON."""
    _, name, url, token, seconds = sys.argv
    # Honest users and the server come first on a machine that they share with the attack.
    os.nice(10)
    _, make = ATTACKS[name]
    print(json.dumps(make().run(url, token, float(seconds))))


if __name__ == "__main__":
    main()
