"""Which measures a connection's platform gives at which level."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.http import HttpResponse

from apps.integrations.contract import MEASURES
from apps.integrations.syncing.messages import Field
from apps.integrations.syncing.pages.frame import ConnectionPage
from apps.integrations.syncing.queries.telling import tell_fields
from omnify.pages.parts import Banner, Cell, Chip, Column, Table
from omnify.pages.session import PageRequest

_LABELS: Final = {measure.name: measure.label for measure in MEASURES}
#: What is said of each state of a field; of another one the platform's own word.
_CHIPS: Final = {
    "available": Chip(state="done", text="Comes"),
    "unknown": Chip(state="waiting", text="Not seen yet"),
    "unsupported_at_level": Chip(state="failed", text="Not at this level"),
    "needs_scope": Chip(state="needs", text="Needs a scope"),
    "withheld": Chip(state="failed", text="Withheld"),
}
_NONE: Final = "It brings no metrics by level: orders and their sums, or what its files have."


class FieldsView(ConnectionPage):
    """Measures by levels."""

    access: ClassVar = {"GET": "integration:view"}
    tab = "fields"

    def get(self, request: PageRequest, connection_id: UUID) -> HttpResponse:
        """Show them all, also those that do not come."""
        fields = tell_fields(connection_id, self.now)
        if not fields:
            return self.show_parts(Banner(text=_NONE))
        return self.show_parts(_table(fields))


def _table(fields: tuple[Field, ...]) -> Table:
    levels = list(dict.fromkeys(each.level for each in fields))
    states = {(each.measure, each.level): each.state for each in fields}
    return Table(
        id="fields",
        caption="What comes at which level",
        columns=(
            Column("measure", "Measure"),
            *(Column(level, f"By {level}", is_key=True) for level in levels),
        ),
        rows=tuple(
            (
                Cell("", _LABELS.get(measure, measure.replace("_", " ").capitalize())),
                *(_cell(states[measure, level]) for level in levels),
            )
            for measure in dict.fromkeys(each.measure for each in fields)
        ),
    )


def _cell(state: str) -> Cell:
    chip = _CHIPS.get(state) or Chip(state="failed", text=state.replace("_", " ").capitalize())
    return Cell(state, parts=(chip,))
