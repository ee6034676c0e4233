"""``python -m tests.layouts``: run layouts, faults and planted bugs, and print what was found."""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from tests.layouts.crew import Crew
from tests.layouts.edges import EDGES
from tests.layouts.faults import Case, every_case, share_out
from tests.layouts.network import FAULTS, REFUSED
from tests.layouts.plans import (
    MONOLITH,
    SINGLES,
    Partition,
    Plan,
    pair_cover,
    parse,
    random_partition,
    shipped,
)
from tests.layouts.selfproof import TRAPS
from tests.layouts.transcript import Transcript
from tests.layouts.workshop import make_key

#: How many layouts run at a time: each waits in part for the others' processes.
CREWS = 2


class Report:
    """The counts of a run."""

    def __init__(self, oracle: Transcript | None) -> None:
        self.layouts, self.calls = (1, oracle.call_count) if oracle else (0, 0)
        self.faults = self.differences = self.caught = self.planted = 0

    def table(self) -> str:
        """What it comes to."""
        rows = (
            ("layouts run", self.layouts),
            ("calls compared", self.calls),
            ("faults injected", self.faults),
            ("differences", self.differences),
            ("planted bugs caught", f"{self.caught} of {self.planted}"),
        )
        return "\n".join(f"{name:<22}{value:>8}" for name, value in rows)


def main() -> int:
    """Run what is asked for; the exit code says whether all was the same and all was caught."""
    asked = _arguments()
    # What a fault does is logged by the caller, here the runner itself, as it should be.
    logging.disable(logging.ERROR)
    plans, cases, bugs = list(_plans(asked)), _cases(asked), list(_bugs(asked))
    with (
        tempfile.TemporaryDirectory(prefix="omnify-layouts-") as folder,
        ProcessPoolExecutor(CREWS, get_context("fork")) as crews,
    ):
        crew = Crew(Path(folder), make_key())
        walked = crews.submit(crew.walk_monolith) if plans or bugs else None
        faults = [crews.submit(crew.inject, share) for share in share_out(cases, CREWS)]
        oracle = walked.result() if walked else None
        layouts = [crews.submit(crew.compare, plan, oracle) for plan in plans]
        planted = [crews.submit(crew.plant, bug, oracle) for bug in bugs]
        report = Report(oracle)
        for injected, problems in (share.result() for share in faults):
            report.faults += injected
            report.differences += problems
        for calls, problems in (layout.result() for layout in layouts):
            report.layouts += 1
            report.calls += calls
            report.differences += problems
        report.planted, report.caught = len(planted), sum(bug.result() for bug in planted)
    print("\n" + report.table())
    return 1 if report.differences or report.caught < report.planted else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.layouts", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--random", type=int, default=0, help="further random layouts")
    parser.add_argument(
        "--layout", type=_partition, help="this one alone, as 'auth,ml|analytics|…'"
    )
    parser.add_argument("--own-databases", action="store_true", help="… with a database each")
    parser.add_argument("--faults", choices=("none", "some", "all"), default="some")
    parser.add_argument("--edge", choices=EDGES, help="this edge alone")
    parser.add_argument("--fault", choices=(REFUSED, *FAULTS), help="this fault alone")
    parser.add_argument("--lasting", action="store_true", help="… for as long as it is asked")
    parser.add_argument("--plant", choices=TRAPS, help="this planted bug alone")
    return parser.parse_args()


def _partition(text: str) -> Partition:
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _plans(asked: argparse.Namespace) -> Iterator[Plan]:
    """The layouts to compare, once each; every other one has a database per service."""
    if asked.layout:
        yield Plan(asked.layout, asked.own_databases)
    if asked.layout or asked.fault or asked.plant:
        return
    print(f"seed {asked.seed}: repeat these layouts with --seed {asked.seed}", flush=True)
    chance = random.Random(asked.seed)  # noqa: S311 - a choice of cases, to be repeated
    chosen = [
        *shipped().values(),
        *pair_cover(asked.seed),
        *(random_partition(chance) for _ in range(asked.random)),
    ]
    plans = [
        Plan(MONOLITH, has_own_databases=True),
        Plan(SINGLES, has_own_databases=True),
        *(Plan(slices, index % 2 == 1) for index, slices in enumerate(chosen)),
    ]
    # The monolith with one database is what they are compared with.
    yield from (plan for plan in dict.fromkeys(plans) if plan != Plan(MONOLITH))


def _cases(asked: argparse.Namespace) -> list[Case]:
    if asked.edge and asked.fault:
        return [Case(asked.edge, asked.fault, asked.lasting)]
    if asked.layout or asked.plant or asked.faults == "none":
        return []
    cases = [case for case in every_case() if asked.edge in (None, case.edge)]
    return cases if asked.faults == "all" else _some(cases)


def _some(cases: list[Case]) -> list[Case]:
    """Each edge with a port that is closed, a time that runs out and an answer that is lost."""
    wanted = (
        (REFUSED, True),
        ("timeout after commit", True),
        ("503 after commit", False),
        ("replay", False),
    )
    return [case for case in cases if (case.fault, case.is_lasting) in wanted]


def _bugs(asked: argparse.Namespace) -> Iterable[str]:
    if asked.plant:
        return [asked.plant]
    return [] if asked.layout or asked.fault else TRAPS


if __name__ == "__main__":
    sys.exit(main())
