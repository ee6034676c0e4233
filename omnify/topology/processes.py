"""Start child processes of a local fleet, read their lines, stop them with their parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import IO

_PR_SET_PDEATHSIG = 1
_REMEMBERED_LINES = 20


def die_with_parent() -> None:
    """Have the kernel send TERM when the parent ends in any way (Linux, prctl(2)).

    The kernel watches the thread that started the process: start children from the main thread.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A running process of a fleet, whose lines are printed with its name in front."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        out: IO[str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.last_lines: deque[str] = deque(maxlen=_REMEMBERED_LINES)
        self._out = out
        self._is_swept = False
        self._stop_signal = stop_signal
        # A group of its own, so that Ctrl-C in the terminal reaches only the parent, which then
        # stops its children in order.
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            env=dict(environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - a system call, which takes no lock
        )
        self._reader = threading.Thread(target=self._copy_lines, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Return the id of the process, and of the group that it leads."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Return the code it ended with, None while it runs; what it left behind is ended too."""
        code = self._process.poll()
        if code is not None:
            self._sweep()
        return code

    def terminate(self) -> None:
        """Ask the process to drain and stop."""
        if self.exit_code is None:
            self._process.send_signal(self._stop_signal)

    def finish(self, timeout: float) -> None:
        """Wait until it has stopped; kill it and all it started when it takes too long."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._sweep()
            self._process.wait()
        self._sweep()
        self._reader.join(timeout=1)

    def _sweep(self) -> None:
        """Kill the process's group, once: orphans would hold its port against the next process."""
        if not self._is_swept:
            self._is_swept = True
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _copy_lines(self) -> None:
        lines: IO[str] = self._process.stdout  # type: ignore[assignment]
        with lines:
            for line in lines:
                self.last_lines.append(line.rstrip())
                self._out.write(f"{self.name:<16} | {line.rstrip()}\n")
                self._out.flush()
