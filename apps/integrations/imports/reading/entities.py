"""Names in cells: which channel, account, campaign and ad a row is about."""

from __future__ import annotations

from typing import Any, Final

from apps.integrations.imports.reading.cells.converters import Cached
from apps.integrations.imports.reading.cells.forms import is_no_name
from apps.integrations.imports.reading.mapping import MAX_NAME
from apps.integrations.imports.reading.measures import CHANNEL, NAMED_LEVELS
from apps.integrations.imports.reading.names import find_problem
from apps.integrations.imports.reading.plans import Plan
from apps.integrations.imports.reading.refusals import CellError, refusal, shown
from apps.integrations.imports.reading.tables.table import Chunk
from omnify.names import clean_name, find_name_problem, fold

MAX_ENTITY_NAME: Final = 255
MAX_CHANNELS_OF_A_FILE: Final = 10_000
#: Channel, account, campaign and ad.
Names = tuple[Any, Any, Any, Any]
NO_NAMES: Final[Names] = ("", "", "", "")


class Channels(dict[str, str]):
    """Channels by folded name, each as it is spelled first."""

    def parse(self, text: str) -> str:
        """Return the channel that a cell names.

        Raises:
            CellError: the cell is empty, or is no name.
        """
        name = clean_name(text)
        if is_no_name(name):
            raise CellError("The cell is empty; write the channel.")
        problem = find_problem(name, MAX_NAME)
        if problem:
            raise CellError(problem)
        if len(self) > MAX_CHANNELS_OF_A_FILE:
            message = (
                f"There are more than {MAX_CHANNELS_OF_A_FILE:,} channels; are they campaigns?"
            )
            raise refusal(1, message)
        return self.setdefault(fold(name), name)


def parse_entity(text: str) -> str:
    """Return the account, campaign or ad that a cell names; empty where it names none.

    Raises:
        CellError: the cell is no name of one line, or too long.
    """
    if is_no_name(text):
        return ""
    name = clean_name(text)
    problem = find_name_problem(name)
    if name.startswith("="):
        problem = f"'{shown(name)}' looks like a formula; write its value."
    if len(name) > MAX_ENTITY_NAME:
        problem = f"'{shown(name)}' has more than {MAX_ENTITY_NAME} characters."
    if problem:
        raise CellError(problem)
    return name


class NameReader:
    """Reads the names of rows down to a level."""

    def __init__(self, plan: Plan, level: str) -> None:
        used = NAMED_LEVELS[: NAMED_LEVELS.index(level) + 1] if level in NAMED_LEVELS else ()
        known = plan.demand.positions
        self.channels = Channels()
        self.columns: dict[int, int] = {
            NAMED_LEVELS.index(each): known[each] for each in used if each in known
        }
        self._caches = {
            index: Cached(self.channels.parse if NAMED_LEVELS[index] == CHANNEL else parse_entity)
            for index in self.columns
        }

    def read(self, chunk: Chunk) -> list[list[Any] | None]:
        """Return the names of each row by level; None for levels without a column."""
        columns: list[list[Any] | None] = [None] * len(NAMED_LEVELS)
        for index, position in self.columns.items():
            columns[index] = self._caches[index].convert(chunk.cells(position))
        return columns
