"""What networks, and those who listen on them, do to a call: each fault as a proxy does it."""

from __future__ import annotations

import socket
import struct
import time

from django.conf import settings

from omnify.services import signing
from tests.layouts.proxy import LIMIT, Fault, Message, Proxy

_TRICKLE_SECONDS = 0.1
_UNAVAILABLE = b"\r\n".join(
    (
        b"HTTP/1.1 503 Service Unavailable",
        b"Content-Length: 5",
        b"Content-Type: text/plain",
        b"",
        b"sorry",
    )
)
#: Older than the 30 s that two clocks may differ.
_SKEW_SECONDS = 60


def _never_deliver(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The request does not arrive before the caller gives up."""
    _wait_for_the_end(caller)


def _never_answer(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The callee does its work, and its answer does not come back in time."""
    proxy.forward(request)
    _wait_for_the_end(caller)


def _trickle(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The answer comes byte by byte: there is never a long silence, and never an end in time."""
    answer = proxy.forward(request)
    caller.sendall(answer.head)
    for position in range(len(answer.body) - 1):
        caller.sendall(answer.body[position : position + 1])
        time.sleep(_TRICKLE_SECONDS)
    _wait_for_the_end(caller)


def _reset_in_the_body(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """Half of the answer, then a reset."""
    answer = proxy.forward(request)
    caller.sendall(answer.head + answer.body[: len(answer.body) // 2])
    _reset(caller)


def _reset_before_the_answer(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The callee does its work, and the connection is reset."""
    proxy.forward(request)
    _reset(caller)


def _unavailable_before(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """Something on the way says 503 and the callee hears nothing."""
    caller.sendall(_UNAVAILABLE)


def _unavailable_after(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The callee does its work, and something on the way says 503."""
    proxy.forward(request)
    caller.sendall(_UNAVAILABLE)


def _duplicate(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The request arrives twice; the caller gets the first answer."""
    answer = proxy.forward(request)
    proxy.second_statuses.append(proxy.forward(request).status)
    caller.sendall(answer.head + answer.body)


def _replay(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """Someone who listened sends the request again, when all is over."""
    proxy.pass_on(caller, request)
    proxy.second_statuses.append(proxy.forward(request).status)


def _duplicate_overtakes(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The request arrives twice; the caller gets the second answer, which is a refusal."""
    proxy.forward(request)
    answer = proxy.forward(request)
    proxy.second_statuses.append(answer.status)
    caller.sendall(answer.head + answer.body)


def _skewed_clock(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The caller's clock is a minute behind."""
    proxy.pass_on(caller, _signed_anew(request, settings.RPC_SECRETS[0], -_SKEW_SECONDS))


def _wrong_secret(proxy: Proxy, caller: socket.socket, request: Message) -> None:
    """The caller signs with a secret that the callee does not know."""
    proxy.pass_on(caller, _signed_anew(request, "a secret of another fleet", 0))


#: The port is closed: not done to a call, but instead of one.
REFUSED = "refused"
FAULTS: dict[str, Fault] = {
    "slow beyond the deadline": _never_deliver,
    "timeout after commit": _never_answer,
    "trickling answer": _trickle,
    "reset mid-body": _reset_in_the_body,
    "reset after commit": _reset_before_the_answer,
    "503 before": _unavailable_before,
    "503 after commit": _unavailable_after,
    "duplicate delivery": _duplicate,
    "duplicate overtakes": _duplicate_overtakes,
    "replay": _replay,
    "clock skew": _skewed_clock,
    "wrong secret": _wrong_secret,
}


def _wait_for_the_end(connection: socket.socket) -> None:
    while connection.recv(LIMIT):
        pass


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _signed_anew(request: Message, secret: str, seconds: int) -> Message:
    """A request as signed with another secret or at another time."""
    path = request.path
    audience, nonce = path.split("/")[2], "0" * 24
    timestamp = str(int(time.time()) + seconds)
    body_digest = signing._body_digest(request.body)
    digest = signing._digest(secret, (path, audience, timestamp, nonce), body_digest)
    names = tuple(f"{name.lower()}:".encode() for name in (signing.HEADER, signing.FORMER_HEADER))
    lines = [line for line in request.head.split(b"\r\n") if not line.lower().startswith(names)]
    header = f"{signing.HEADER}: v2 {timestamp} {nonce} {body_digest} {digest}".encode()
    return Message(b"\r\n".join([lines[0], header, *lines[1:]]), request.body)
