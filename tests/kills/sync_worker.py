"""A worker of the proof of syncs: runs jobs as in production, and dies where it is told to."""

import logging
import os
import random
import signal
import time

from django.db import connections

from apps.integrations.calling.operations.asking import SystemClock
from apps.integrations.syncing.models import SyncSlice
from apps.integrations.syncing.operations import keeping, running
from omnify.db import atomic
from omnify.jobs.worker import JobWorker
from omnify.topology.processes import die_with_parent

#: Platforms that want to be waited for are, so many times shorter.
HASTE = 50


def work(*, plant, commits, seed):
    """Run jobs until this process is killed; with ``commits``, by itself around that commit."""
    # The proof's end in any way is the worker's.
    die_with_parent()
    random.seed(seed)
    # The engine tells of each run that was ended, and of each process that was killed.
    logging.disable()
    SystemClock.sleep = lambda _, seconds: time.sleep(seconds / HASTE)
    if plant:
        PLANTS[plant]()
    if commits:
        die_around_commit(commits, is_before=random.random() < 0.5)
    worker = JobWorker(["integrations"], beat_seconds=0.3, dead_seconds=2.0, look_seconds=0.05)
    worker.start()
    while True:
        time.sleep(60)


def die_around_commit(number, *, is_before):
    """Let the process die right before or right after one of its commits."""
    database = type(connections["default"])
    commit, left = database._commit, [number]

    def counted(self):
        left[0] -= 1
        if left[0] == 0 and is_before:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    database._commit = counted


def cursor_before_rows():
    """The cursor moves in a transaction of its own, before the rows are written."""
    keep = keeping.keep_metrics

    def keep_apart(asked, piece, rows):
        rows = list(rows)
        with atomic("integrations"):
            keeping._move_cursor(asked, (piece.first, piece.last), rows)
        time.sleep(0.02)
        keep(asked, piece, rows)

    running.keep_metrics = keep_apart


def done_before_kept():
    """A slice is said to be done before its rows are written."""
    keep = running._keep

    def keep_later(asked, piece, rows):
        SyncSlice.objects.filter(id=asked.slice.id).update(state=SyncSlice.State.DONE)
        time.sleep(0.02)
        keep(asked, piece, rows)

    running._keep = keep_later


def names_after_slices():
    """What rows name is kept once their slice is done, in transactions of its own."""
    keep_entities, ask, later = keeping.keep_entities, running._ask, []

    def ask_and_name(*asked):
        ask(*asked)
        time.sleep(0.2)
        while later:
            with atomic("integrations"):
                keep_entities(*later.pop(0))

    keeping.keep_entities = lambda *named: later.append(named)
    running._ask = ask_and_name


#: Bugs that the proof has to see.
PLANTS = {
    "cursor committed before its rows": cursor_before_rows,
    "slice done before its rows": done_before_kept,
    "names kept after their slice": names_after_slices,
}
