"""What changed: the first findings of the agents' latest run, each with a way to its rows."""

from __future__ import annotations

from typing import Final

from apps.agentkit.contract import LatestFindings, LatestRun
from apps.analytics.dashboard.queries.numbers import DashboardStats
from apps.analytics.dashboard.queries.others import find_findings
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.pages.days import say_day, say_days
from omnify.pages.parts import Action, Entry, Link, LinkButton, Listing, Part, Section
from omnify.pages.places import place_of
from omnify.pages.session import PageRequest

_TITLE: Final = "What changed"
_MOST: Final = 3
#: What the data lacks, the page says by itself.
_GAP: Final = "data_gap"
_AWAY: Final = "Agents do not answer now, so what they found is missing. The numbers are complete."
_BEFORE: Final = (
    "The analyst reads a year of your numbers by fixed rules, and lists what moved and what stands"
    " out, each with its rows."
)
_NOT_ALLOWED: Final = "Somebody whose role may run agents can start it."
_CHANGED: Final = "The numbers have changed since."


def find_changes(request: PageRequest, stats: DashboardStats) -> Section | None:
    """Return what agents found; nothing for those who may not see what agents do."""
    if not is_allowed(current().principal, "agent:view"):
        return None
    found = find_findings()
    if found is None:
        return Section(title=_TITLE, text=_AWAY)
    may_run = is_allowed(current().principal, "agent:execute")
    if found.run is None:
        texts, label = [_BEFORE], "Run the analyst"
        parts: tuple[Part, ...] = ()
    else:
        is_old = _is_older(found.run, stats)
        texts, label = [_about(found.run)], "Run it again" if is_old else ""
        parts = (_findings(request, found.run),)
        texts += [_CHANGED] if is_old else []
    if label and may_run:
        parts += _run_button(request, found, label)
    elif label:
        texts.append(_NOT_ALLOWED)
    return Section(title=_TITLE, text=" ".join(texts), parts=parts)


def _is_older(run: LatestRun, stats: DashboardStats) -> bool:
    return bool(run.as_of and stats.as_of and run.as_of < stats.as_of)


def _about(run: LatestRun) -> str:
    days = say_days(run.from_date, run.to_date) if run.from_date and run.to_date else ""
    about = f"About {days}, found" if days else "Found"
    return f"{about} {say_day(run.finished_at)} by rules, no model."


def _findings(request: PageRequest, run: LatestRun) -> Listing:
    """Return the first ones and a way to all."""
    told = [each for each in run.findings if each.kind != _GAP][:_MOST]
    entries = [
        Entry(
            text=each.title,
            note="look at it" if each.severity == "warning" else "",
            link=_link(request, each.path, "Show the rows"),
        )
        for each in told
    ]
    every = f"All {len(run.findings)} findings" if run.findings else "The run"
    rest = "" if told else "Nothing stood out."
    return Listing(entries=(*entries, Entry(text=rest, link=_link(request, run.path, every))))


def _link(request: PageRequest, path: str, label: str) -> Link | None:
    url = place_of(request, "agentkit", path)
    return Link(url, label) if url else None


def _run_button(request: PageRequest, found: LatestFindings, label: str) -> tuple[Part, ...]:
    """Return the button that runs it; one at another address is pressed there."""
    if place_of(request, "agentkit", found.run_path) == found.run_path:
        return (Action(url=found.run_path, label=label),)
    page = place_of(request, "agentkit", found.agent_path)
    return (LinkButton(url=page, label=label),) if page else ()
