"""A fork server: starts slices from an interpreter that has imported what reads no settings.

Run as ``python -m tests.layouts.zygote`` in the tree whose code the slices shall run. Reads one
JSON request a line and answers each with one line. A slice's own start, ``manage.py serve``,
imports all that first; what runs then is the same gunicorn with the same configuration.
"""

import ctypes
import json
import os
import signal
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path

from tests.forking import preload

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 20.0


def serve() -> None:
    """Become gunicorn for the slice that the environment describes, with a worker beside it."""
    import_module("tests.layouts.observed")
    from django.db import connections
    from gunicorn.app.wsgiapp import run

    from omnify.topology.embedded import EmbeddedWorker

    connections.close_all()
    EmbeddedWorker().keep_running()

    configuration = Path.cwd() / "deploy" / "gunicorn.py"
    sys.argv = ["gunicorn", "--config", str(configuration), "tests.layouts.observed:application"]
    run()


def manage(*arguments: str) -> None:
    """Run a management command."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *arguments])


def _become(request: dict) -> int:
    """Fork a child for a request; its output goes to the file that the request names."""
    process_id = os.fork()
    if process_id:
        return process_id
    code = 1
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        for file, standard in ((null, 0), (log, 1), (log, 2)):
            os.dup2(file, standard)
        os.environ.clear()
        os.environ.update(request["environ"])
        time.tzset()
        serve() if request["do"] == "serve" else manage(*request["arguments"])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:  # noqa: BLE001 - a child must not go on as its parent
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)


def _wait(process_id: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1])


def _stop(process_ids: list[int]) -> dict[str, int]:
    """Ask processes to stop, kill what takes too long; returns the codes they ended with."""
    for process_id in process_ids:
        os.killpg(process_id, signal.SIGQUIT)  # at once: nobody waits for an answer
    codes, until = {}, time.monotonic() + _STOP_SECONDS
    while len(codes) < len(process_ids):
        for process_id in process_ids:
            if str(process_id) in codes:
                continue
            ended, status = os.waitpid(process_id, os.WNOHANG)
            if ended:
                codes[str(process_id)] = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                os.killpg(process_id, signal.SIGKILL)
        time.sleep(0.005)
    return codes


def main() -> None:
    """Answer requests until the input ends."""
    preload("gunicorn.app.wsgiapp", "omnify.serving.worker", "prometheus_client.multiprocess")
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "stop":
            answer = _stop(request["pids"])
        elif request["do"] == "wait":
            answer = _wait(request["pid"])
        else:
            answer = _become(request)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
