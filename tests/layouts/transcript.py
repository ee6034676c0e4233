"""What a journey left, step by step, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from tests.layouts.plans import Plan, describe


class Step(Struct):
    """What one request did: its answer, the calls and events it caused, the rows after it."""

    name: str
    status: int
    headers: dict[str, str]
    body: Any
    calls: list[Any]
    rows: dict[str, int]
    events: list[Any] = []


class Transcript(Struct):
    """All steps, and at the end every event and row."""

    steps: list[Step]
    events: list[Any]
    rows: dict[str, list[Any]]

    @property
    def call_count(self) -> int:
        """How many calls between services, and requests, were written down."""
        return len(self.steps) + sum(_count(call) for step in self.steps for call in step.calls)


class Difference(NamedTuple):
    """One value that a layout has otherwise than the monolith."""

    plan: Plan
    step: str
    field: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return (
            f"layout  {self.plan}\n"
            f"step    {self.step}\n"
            f"field   {self.field}\n"
            f"monolith has {_shown(self.expected)}\n"
            f"layout has   {_shown(self.found)}\n"
            f"repeat with: {command(self.plan)}"
        )


MISSING = "(nothing)"


def command(plan: Plan) -> str:
    """The command that runs exactly this case."""
    databases = " --own-databases" if plan.has_own_databases else ""
    return f"python -m tests.layouts --layout '{describe(plan.slices)}'{databases}"


def compare(plan: Plan, expected: Transcript, found: Transcript) -> Iterator[Difference]:
    """Each value in which a layout's transcript differs from the monolith's."""
    for index, step in enumerate(expected.steps):
        name = f"{index + 1} {step.name}"
        if index >= len(found.steps):
            # It stopped at the step that differs: what follows from that says nothing more.
            return
        for field, one, other in differences(as_dict(step), as_dict(found.steps[index])):
            yield Difference(plan, name, field, one, other)
    for part in ("events", "rows"):
        for field, one, other in differences(getattr(expected, part), getattr(found, part), part):
            yield Difference(plan, "at the end", field, one, other)


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two values of builtins differ: the path and both values there."""
    if one is other:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}, key=str):
            inner = f"{path}.{name}" if path else str(name)
            yield from differences(one.get(name, MISSING), other.get(name, MISSING), inner)
    elif isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            values = (items[index] if index < len(items) else MISSING for items in (one, other))
            yield from differences(*values, f"{path}[{index}]")
    elif one != other or type(one) is not type(other):
        yield path, one, other


def as_dict(step: Step) -> dict[str, Any]:
    """A step's fields."""
    return {name: getattr(step, name) for name in step.__struct_fields__}


def _count(call: dict[str, Any]) -> int:
    return 1 + sum(_count(inner) for inner in call["calls"])


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text)} characters)"
