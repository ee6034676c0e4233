"""Crews run layouts, faults and planted bugs, several at a time, and print what they find."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.layouts.faults import Case, find_problems, open_site
from tests.layouts.fleet import run_fleet
from tests.layouts.journey import walk
from tests.layouts.plans import MONOLITH, Plan
from tests.layouts.selfproof import catch
from tests.layouts.transcript import Transcript, compare
from tests.layouts.visitor import record
from tests.layouts.workshop import Workshop


class Crew(NamedTuple):
    """The work of a process, each of which has a workshop of its own in the folder."""

    folder: Path
    signing_key: str

    @property
    def workshop(self) -> Workshop:
        """This process's workshop."""
        return _open_workshop(self)

    def walk_monolith(self) -> Transcript:
        """What every layout has to equal."""
        with run_fleet(self.workshop, Plan(MONOLITH)) as fleet:
            return record(fleet, walk)

    def compare(self, plan: Plan, oracle: Transcript) -> tuple[int, int]:
        """Run a layout; the calls that were compared, and the differences."""
        started = time.monotonic()
        with run_fleet(self.workshop, plan) as fleet:
            found = record(fleet, walk, expected=oracle)
        return found.call_count, _tell(str(plan), map(str, compare(plan, oracle, found)), started)

    def inject(self, cases: list[Case]) -> tuple[int, int]:
        """Do faults; how many were done, and the differences."""
        with open_site(self.workshop) as site:
            problems = 0
            for case in cases:
                started = time.monotonic()
                problems += _tell(str(case), find_problems(site, case), started)
            return sum(proxy.injected for proxy in site.proxies.values()), problems

    def plant(self, bug: str, oracle: Transcript) -> bool:
        """Plant a bug; whether it was caught."""
        started = time.monotonic()
        said = catch(self.workshop, bug, oracle)
        first = "".join(f"\n{line}" for line in said[:1]).replace("\n", "\n" + 26 * " ")
        _print("caught" if said else "NOT CAUGHT", f"planted: {bug}{first}", started)
        return bool(said)


@cache
def _open_workshop(crew: Crew) -> Workshop:
    return Workshop(crew.folder, crew.signing_key)


def _tell(name: str, problems: Iterable[str], started: float) -> int:
    """Print one case, and what is wrong in it; returns how much."""
    found = list(problems)
    shown = "".join(f"\n\n{problem}\n" for problem in found[:5])
    _print(f"{len(found)} differences" if found else "same", name + shown, started)
    return len(found)


def _print(state: str, text: str, started: float) -> None:
    # In one piece: another crew prints at the same time.
    print(f"{time.monotonic() - started:6.1f} s  {state:<16}{text}\n", end="", flush=True)
