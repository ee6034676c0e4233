"""Configure gunicorn for every slice; ``manage.py serve`` starts it."""

import os
from pathlib import Path

from prometheus_client import multiprocess

bind = [f"{os.environ.get('BIND_ADDRESS', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"]  # noqa: S104 - a server in a container
if os.environ.get("BIND_SOCKET"):
    bind.append(f"unix:{os.environ['BIND_SOCKET']}")
worker_class = "omnify.serving.worker.WaitressWorker"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
graceful_timeout = 20
timeout = 60
# manage.py serve loads the application before the fork.
preload_app = True
# All servers of a user would share its path.
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - memory
# Requests are logged by the application, with their context.
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_worker_init(_worker: object) -> None:
    """Start the threads that handle events; before the fork they would be lost."""
    from omnify.events.worker import start_threads

    start_threads()


def child_exit(_server: object, worker: object) -> None:
    """Drop the gauges of a worker process that is gone."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)
