"""A worker process of gunicorn that serves with waitress."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Any

from gunicorn.workers.base import Worker  # type: ignore[import-untyped]
from waitress import wasyncore  # type: ignore[import-untyped]

from omnify.serving import limits

_TURN_SECONDS, _STOPPING_TURN_SECONDS = 1.0, 0.1
#: How long a thread that computes keeps the interpreter from another one, a fraction of Python's
#: default: a short request needs it again after each query.
_SWITCH_SECONDS = 0.0002


class WaitressWorker(Worker):  # type: ignore[misc]
    """Serves until it is told to stop, then finishes what it has begun."""

    def run(self) -> None:
        """Serve; gunicorn calls it in the process that it forked."""
        # gunicorn loads this class before the application, whose models it needs.
        from omnify.serving.listening import Threads, listen

        sys.setswitchinterval(_SWITCH_SECONDS)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._polled: dict[int, Any] = {}
        threads = Threads(self.cfg.threads)
        self._listeners = [
            listen(self.wsgi, listener.sock, threads, self._polled) for listener in self.sockets
        ]
        while self.alive and self.ppid == os.getppid():
            self._turn(_TURN_SECONDS)
        self._stop()

    def handle_exit(self, sig: int, frame: object) -> None:
        """Note that the worker is to stop, and end its wait for connections."""
        super().handle_exit(sig, frame)
        for listener in getattr(self, "_listeners", ()):
            listener.pull_trigger()

    def _turn(self, seconds: float) -> None:
        self.notify()
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._polled, count=1)

    def _stop(self) -> None:
        """Answer what was asked, and for a while what is on its way."""
        started = time.monotonic()
        for listener in self._listeners:
            # Refused at once, a client asks another server.
            listener.del_channel()
            listener.socket.close()
        while (passed := time.monotonic() - started) < self.cfg.graceful_timeout:
            open_ones = [c for each in self._listeners for c in each.active_channels.values()]
            is_lingering = passed < limits.LINGER_SECONDS
            if not any(not c.is_waiting or (is_lingering and c.has_begun) for c in open_ones):
                return
            for listener in self._listeners:
                listener.maintenance()
            self._turn(_STOPPING_TURN_SECONDS)
