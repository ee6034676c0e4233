"""A server on loopback that answers with the very bytes a test wants, as slowly as it wants."""

import socket
import threading
import time
from contextlib import contextmanager


class RawServer:
    """Answers each connection with its parts, and keeps what it was asked."""

    def __init__(self, parts, pause):
        self.parts, self.pause, self.asked = parts, pause, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connected, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connected,), daemon=True).start()

    def answer(self, connected):
        with connected:
            self.asked.append(connected.recv(65536))
            try:
                for part in self.parts:
                    connected.sendall(part)
                    time.sleep(self.pause)
            except OSError:
                return


def head(body, kind="application/json", status="200 OK", **headers):
    """Return the bytes of an answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\nConnection: close\r\n\r\n").encode() + body


@contextmanager
def serving(*parts, pause=0.0):
    server = RawServer(parts, pause)
    try:
        yield server
    finally:
        server.listener.close()
