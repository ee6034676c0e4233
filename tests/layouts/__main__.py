"""``python -m tests.layouts``: run layouts, faults and planted bugs, and print what was found."""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from tests.layouts.edges import EDGES
from tests.layouts.faults import Case, every_case, find_problems, open_site
from tests.layouts.fleet import run_fleet
from tests.layouts.journey import walk
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
from tests.layouts.selfproof import TRAPS, catch
from tests.layouts.transcript import Transcript, compare
from tests.layouts.visitor import record
from tests.layouts.workshop import Workshop


class Report:
    """The counts of a run, and everything that was wrong."""

    def __init__(self) -> None:
        self.layouts = self.calls = self.faults = self.caught = self.planted = 0
        self.problems: list[str] = []

    def add(self, name: str, problems: Iterable[str], started: float) -> None:
        """Print one case, and what is wrong in it."""
        found = list(problems)
        state = f"{len(found)} differences" if found else "same"
        print(f"{time.monotonic() - started:6.1f} s  {state:<16}{name}", flush=True)
        for problem in found[:5]:
            print("\n" + problem + "\n", flush=True)
        self.problems += found

    def table(self) -> str:
        """What it comes to."""
        rows = (
            ("layouts run", self.layouts),
            ("calls compared", self.calls),
            ("faults injected", self.faults),
            ("differences", len(self.problems)),
            ("planted bugs caught", f"{self.caught} of {self.planted}"),
        )
        return "\n".join(f"{name:<22}{value:>8}" for name, value in rows)


def main() -> int:
    """Run what is asked for; the exit code says whether all was the same and all was caught."""
    asked = _arguments()
    # What a fault does is logged by the caller, here the runner itself, as it should be.
    logging.disable(logging.ERROR)
    report = Report()
    with (
        tempfile.TemporaryDirectory(prefix="omnify-layouts-") as folder,
        Workshop(Path(folder)) as workshop,
    ):
        oracle = _oracle(workshop)
        report.layouts, report.calls = 1, oracle.call_count
        for plan in _plans(asked):
            _compare(workshop, plan, oracle, report)
        _inject(workshop, _cases(asked), report)
        for bug in _bugs(asked):
            _plant(workshop, bug, oracle, report)
    print("\n" + report.table())
    return 1 if report.problems or report.caught < report.planted else 0


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


def _oracle(workshop: Workshop) -> Transcript:
    with run_fleet(workshop, Plan(MONOLITH)) as fleet:
        return record(fleet, walk)


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


def _compare(workshop: Workshop, plan: Plan, oracle: Transcript, report: Report) -> None:
    started = time.monotonic()
    with run_fleet(workshop, plan) as fleet:
        found = record(fleet, walk, expected=oracle)
    report.layouts += 1
    report.calls += found.call_count
    report.add(str(plan), map(str, compare(plan, oracle, found)), started)


def _inject(workshop: Workshop, cases: list[Case], report: Report) -> None:
    if not cases:
        return
    with open_site(workshop) as site:
        for case in cases:
            started = time.monotonic()
            problems = find_problems(site, case)
            report.add(str(case), problems, started)
        report.faults = sum(proxy.injected for proxy in site.proxies.values())


def _plant(workshop: Workshop, bug: str, oracle: Transcript, report: Report) -> None:
    started = time.monotonic()
    said = catch(workshop, bug, oracle)
    report.planted += 1
    report.caught += bool(said)
    state = "caught" if said else "NOT CAUGHT"
    print(f"{time.monotonic() - started:6.1f} s  {state:<16}planted: {bug}", flush=True)
    if said:
        first = said[0].replace("\n", "\n" + 26 * " ")
        print(26 * " " + first, flush=True)


if __name__ == "__main__":
    sys.exit(main())
