"""The processes of a server: itself, gunicorn with its web processes, and a worker."""

import contextlib
from pathlib import Path


def is_running(process_id):
    """Whether a process runs: one that nobody has waited for does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def children(process_id):
    """The children of a process that run, none of one that does not."""
    listed = ""
    with contextlib.suppress(OSError):
        listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text()
    return [int(child) for child in listed.split() if is_running(child)]


def web_processes(server):
    """The processes that answer requests: gunicorn, a child of the server, has started them."""
    return [web for child in children(server) for web in children(child)]


def embedded_workers(server):
    """The children of a server that have no children; there is one, unless it has just died."""
    return [child for child in children(server) if not children(child)]
