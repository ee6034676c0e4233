"""The suite proves itself: each planted bug has to be caught by the run that is there for it."""

from __future__ import annotations

from typing import NamedTuple

from tests.layouts.faults import Case, find_problems, open_site
from tests.layouts.fleet import run_fleet
from tests.layouts.journey import walk
from tests.layouts.plans import MONOLITH, SINGLES, Plan
from tests.layouts.plants import PLANTS
from tests.layouts.transcript import Transcript, compare
from tests.layouts.visitor import record
from tests.layouts.workshop import Workshop


class Trap(NamedTuple):
    """What catches a bug: a layout's transcript, or a fault."""

    plan: Plan | None = None
    case: Case | None = None


#: A service that no slice hosts is a fault of the layout and not of the code.
UNOWNED = "unowned service"
_SINGLES = Trap(plan=Plan(SINGLES))
TRAPS = {
    **dict.fromkeys(PLANTS, _SINGLES),
    "uncopied reference": Trap(plan=Plan(MONOLITH)),
    "swallowed outage": Trap(case=Case("query", "503 before", is_lasting=True)),
    "retry of a non-idempotent call": Trap(case=Case("sale", "503 after commit", is_lasting=False)),
    UNOWNED: Trap(plan=Plan(tuple(part for part in SINGLES if part != ("onboarding",)))),
}


def catch(workshop: Workshop, bug: str, oracle: Transcript) -> list[str]:
    """What the suite says about a planted bug; nothing means that it was not caught."""
    trap = TRAPS[bug]
    environ = {} if bug == UNOWNED else {"LAYOUTS_PLANT": bug}
    if trap.case is not None:
        with open_site(workshop, **environ) as site:
            return find_problems(site, trap.case)
    assert trap.plan is not None
    with run_fleet(workshop, trap.plan, environ=environ) as fleet:
        found = record(fleet, walk, expected=oracle)
    return [str(difference) for difference in compare(trap.plan, oracle, found)]
