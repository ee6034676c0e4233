"""A listener of this process, served by few threads."""

import contextlib
import http.client
import io
import socket
import threading

import pytest
from waitress import wasyncore

from omnify.api.limits import REFUSAL_KEY
from omnify.serving.listening import Threads, listen

LARGE = 8 * 1024 * 1024


class Served:
    """A small application behind a listener, and clients of it."""

    def __init__(self, threads, find_refusal):
        self.may_go_on = threading.Event()
        self.seen, self.refusals = [], []
        self._polled = {}
        self._is_over = threading.Event()
        self._clients = contextlib.ExitStack()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.threads = Threads(threads, find_refusal=find_refusal)
        self.listener = listen(self._answer, self._socket, self.threads, self._polled)
        self._loop = threading.Thread(target=self._turn)
        self._loop.start()

    def open(self, *, sends=b"", reads_slowly=False):
        """A client's connection, on which it has sent something."""
        client = self._clients.enter_context(socket.socket())
        client.settimeout(10)
        if reads_slowly:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", self.port))
        client.sendall(sends)
        return client

    def ask(self, path="/", *, method="GET", **options):
        """The answer to a request on a connection of its own, and its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path, **options)
            answer = connection.getresponse()
            return answer, answer.read()

    def connections(self):
        return list(self.listener.active_channels.values())

    def close(self):
        self.may_go_on.set()
        self._is_over.set()
        self.listener.pull_trigger()
        self._loop.join()
        self._clients.close()
        for connection in self.connections():
            connection.handle_close()
        wasyncore.close_all(self._polled)

    def _turn(self):
        while not self._is_over.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._polled, count=1)

    def _answer(self, environ, start_response):
        path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
        self.seen.append((path, environ.get("CONTENT_LENGTH"), body))
        self.refusals.append(environ.get(REFUSAL_KEY))
        if path == "/waits":
            self.may_go_on.wait(10)
        if path == "/parts":
            start_response("200 OK", [])
            return iter([b"one", b"two"])
        if path == "/file":
            start_response("200 OK", [("Content-Length", "6")])
            file = io.BytesIO(b"a file")
            return environ["wsgi.file_wrapper"](file) if "wsgi.file_wrapper" in environ else file
        status = "502 Not Executed" if path == "/draining" else "200 OK"
        content = b"x" * LARGE if path == "/large" else b"read %d" % len(body)
        start_response(status, [("Content-Length", str(len(content)))])
        return [content]


@pytest.fixture
def serve():
    with contextlib.ExitStack() as served:

        def start(*, threads=1, find_refusal=lambda _credentials: None):
            return served.enter_context(contextlib.closing(Served(threads, find_refusal)))

        yield start
