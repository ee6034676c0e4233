"""The suite proves itself: each planted bug has to be caught by the run that is there for it."""

from __future__ import annotations

from typing import NamedTuple

from tests.layouts.faults import Case, find_problems, open_site
from tests.layouts.fleet import run_fleet
from tests.layouts.journey import walk
from tests.layouts.plans import MONOLITH, SINGLES, Plan
from tests.layouts.transcript import Transcript, compare
from tests.layouts.visitor import record
from tests.layouts.workshop import Workshop


class Trap(NamedTuple):
    """What catches a bug, a layout's transcript or a fault, and words of what is then said."""

    words: str
    plan: Plan = Plan(SINGLES)
    case: Case | None = None


#: A service that no slice hosts is a fault of the layout and not of the code.
UNOWNED = "unowned service"
TRAPS = {
    "uncopied reference": Trap("flags_decided", plan=Plan(MONOLITH)),
    "swallowed error": Trap("status"),
    "swallowed outage": Trap("not what is kept", case=Case("query", "503 before", is_lasting=True)),
    "missing outbox row": Trap("events["),
    UNOWNED: Trap(
        "not_hosted_here", plan=Plan(tuple(part for part in SINGLES if part != ("onboarding",)))
    ),
    "retry of a non-idempotent call": Trap(
        "entries", case=Case("sale", "503 after commit", is_lasting=False)
    ),
    "lost organization": Trap("organization"),
    "lost deadline": Trap("'lost'"),
    "lost trace": Trap("calls"),
    "lost error class": Trap("internal_error"),
    "call in an open transaction": Trap("internal_error"),
    "a call for each row": Trap("auth.get_organization"),
}


def catch(workshop: Workshop, bug: str, oracle: Transcript) -> list[str]:
    """What the suite says about a planted bug; nothing means that it was not caught."""
    trap = TRAPS[bug]
    environ = {} if bug == UNOWNED else {"LAYOUTS_PLANT": bug}
    if trap.case is not None:
        with open_site(workshop, **environ) as site:
            said = find_problems(site, trap.case)
        return said if is_about(trap, said) else []
    with run_fleet(workshop, trap.plan, environ=environ) as fleet:
        found = record(fleet, walk, expected=oracle)
    said = [str(difference) for difference in compare(trap.plan, oracle, found)]
    return said if is_about(trap, said) else []


def is_about(trap: Trap, said: list[str]) -> bool:
    """Whether what is said is about a trap's bug, and tells how to see it again."""
    leads_there = all("repeat with: python -m tests.layouts --" in text for text in said)
    return leads_there and trap.words in "\n".join(said)
