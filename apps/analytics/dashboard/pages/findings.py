"""What changed: the first findings of the agents' latest run, each with a way to its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from apps.agentkit.contract import LatestFindings, LatestRun
from apps.analytics.dashboard.queries.numbers import DashboardStats
from apps.analytics.dashboard.queries.others import AWAY, find_findings
from omnify.context import current
from omnify.identity.permissions import is_allowed
from omnify.pages.addresses import read_form
from omnify.pages.days import say_day, say_days
from omnify.pages.parts import Action, Entry, Late, Link, LinkButton, Listing, Part, Section
from omnify.pages.places import place_of
from omnify.pages.session import PageRequest

TITLE: Final = "What changed"
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


class AgeForm(forms.Form):
    """What an address says of how old the numbers are that the page shows."""

    as_of = forms.DateTimeField(required=False)


def await_changes(stats: DashboardStats) -> Late | None:
    """Return the place of what agents found; nothing for those who may not see what they do."""
    if not is_allowed(current().principal, "agent:view"):
        return None
    age = f"?{urlencode({'as_of': stats.as_of})}" if stats.as_of else ""
    return Late(title=TITLE, url=reverse("analytics:changes") + age)


def find_changes(request: PageRequest, sent: Mapping[str, str]) -> Section:
    """Return what agents found, beside numbers of the age that an address says.

    Raises:
        InvalidInputError: the address says no time.
    """
    as_of = read_form(AgeForm(sent), "This is no time.")["as_of"]
    try:
        found = find_findings()
    except AWAY:
        return Section(title=TITLE, text=_AWAY)
    may_run = is_allowed(current().principal, "agent:execute")
    if found.run is None:
        texts, label = [_BEFORE], "Run the analyst"
        parts: tuple[Part, ...] = ()
    else:
        is_old = _is_older(found.run, as_of)
        texts, label = [_about(found.run)], "Run it again" if is_old else ""
        parts = (_findings(request, found.run),)
        texts += [_CHANGED] if is_old else []
    if label and may_run:
        parts += _run_button(request, found, label)
    elif label:
        texts.append(_NOT_ALLOWED)
    return Section(title=TITLE, text=" ".join(texts), parts=parts)


def _is_older(run: LatestRun, as_of: datetime | None) -> bool:
    return bool(run.as_of and as_of and run.as_of < as_of)


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
