"""Find ports for the servers of a benchmark, and wait for the servers."""

import socket
import time
import urllib.error
import urllib.request


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, seconds: float = 60) -> float:
    """Wait for the first answer and return the seconds it took."""
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        try:
            urllib.request.urlopen(url, timeout=5).read()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.01)
        else:
            break
    return time.perf_counter() - started
