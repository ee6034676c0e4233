"""Kill a worker while it syncs, compare what is kept: ``python -m tests.kills.syncs --kills 200``.

A worker reads 90 days of Google Ads and Meta at three levels, with what their campaigns and ads
are called, and a shop's orders, customers and touches, from peers over loopback. It is killed
(SIGKILL) at random moments and around random commits and started again, until all is read;
sometimes its runs are ended and others begun. Then each row, and each day that counts as asked, has
to be what a run leaves that nobody disturbs.
"""

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from settings.test import TEST_ENVIRONMENT
from tests.kills.servers import PostgreSql

ROOT = Path(__file__).resolve().parents[2]
#: Kills after which a planted bug has to have been seen.
KILLS_OF_PLANTS = 60
PLANTS = (
    "cursor committed before its rows",
    "slice done before its rows",
    "names kept after their slice",
)


def main():
    """Run what the arguments ask for; a planted bug in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--postgresql", action="store_true", help="Default: SQLite.")
    parser.add_argument("--plant", choices=PLANTS, help="Succeed if this bug is seen.")
    parser.add_argument("--plants", action="store_true", help="Show that planted bugs are seen.")
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    with contextlib.ExitStack() as stack:
        tokens = _prepare(stack, asked)
        is_clean = _kill(tokens, asked)
    is_right = is_clean != bool(asked.plant)
    for plant in PLANTS if asked.plants else ():
        again = [sys.executable, "-m", "tests.kills.syncs", "--plant", plant]
        again += ["--kills", str(KILLS_OF_PLANTS), "--seed", str(asked.seed)]
        again += ["--postgresql"] * asked.postgresql
        is_right &= subprocess.run(again, cwd=ROOT, check=False).returncode == 0
    return 0 if is_right else 1


def _prepare(stack, asked):
    """Start the database and the peers, and set the environment; return the peers' tokens."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="omnify-kills-"))
    # Whoever owns the server's process has to get in.
    Path(folder).chmod(0o755)
    url = f"sqlite:///{folder}/kills.sqlite3"
    if asked.postgresql:
        server = PostgreSql(folder)
        server.start()
        stack.callback(server.kill)
        url = server.url
    peers = subprocess.Popen(
        [sys.executable, "-m", "tests.kills.sync_peers"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(peers.wait)
    stack.callback(peers.stdin.close)
    said = json.loads(peers.stdout.readline())
    os.environ |= {
        **TEST_ENVIRONMENT,
        **said["settings"],
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "settings.monolith",
        "LOG_LEVEL": "CRITICAL",
        "OMNIFY_DRAIN_DIRECTORY": folder,
    }
    return said["tokens"]


def _kill(tokens, asked):
    """Sync under kills, print what was counted, and tell whether nothing was lost or doubled."""
    # The environment says which database its settings have.
    from tests.kills.sync_rounds import Rounds, count_kinds

    rounds = Rounds(tokens, seed=asked.seed, plant=asked.plant)
    lost = doubled = 0
    for found, missing, surplus in rounds.go_on(asked.kills):
        if not lost and not doubled:
            print(f"{rounds.kills:>4} kills: {_tell(count_kinds(found))}", flush=True)
        for row in [*missing][:3]:
            print("  lost", row, flush=True)
        for row in [*surplus][:3]:
            print("  too much", row, flush=True)
        lost, doubled = lost + missing.total(), doubled + surplus.total()
        if asked.plant and lost + doubled:
            break
    where = "PostgreSQL" if asked.postgresql else "SQLite"
    planted = f"   planted: {asked.plant}" if asked.plant else ""
    print(
        f"{where:<12}{rounds.kills:>5} kills in {rounds.rounds} syncs of three platforms,"
        f" {rounds.runs} runs   lost {lost}, doubled {doubled}{planted}",
        flush=True,
    )
    return not lost + doubled


def _tell(kinds):
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


if __name__ == "__main__":
    sys.exit(main())
