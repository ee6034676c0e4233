"""What can be done on a platform: budgets are set, and what runs is paused and resumed.

An actor reads, writes and reads back what an action is about; it never decides whether it may.
Amounts are whole millionths, of a day, in the account's currency.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from apps.integrations.platforms.port import Api
from apps.integrations.platforms.rows import Account
from omnify.money import CURRENCIES, minor_digits
from omnify.services.messages import Message

SET_BUDGET, PAUSE, RESUME = "set_budget", "pause", "resume"
#: All that can be done.
ACTIONS: Final = (SET_BUDGET, PAUSE, RESUME)
CAMPAIGN, AD_GROUP, AD = "campaign", "ad_group", "ad"
ACTIVE, PAUSED = "active", "paused"
#: What a status becomes by an action.
STATUSES: Final = {PAUSE: PAUSED, RESUME: ACTIVE}
_MICROS_DIGITS: Final = 6
#: The smallest amount of each currency, where a platform takes its minor units.
MINOR_UNITS: Final = {
    currency: 10 ** (_MICROS_DIGITS - minor_digits(currency)) for currency in CURRENCIES
}


class Target(Message):
    """What an action is about, by the platform's own id."""

    level: str
    id: str


class State(Message):
    """How a target is: ``active``, ``paused`` or the platform's own word, and its own budget."""

    status: str
    budget_micros: int | None = None
    currency: str = ""


class Obstacle(Message):
    """Why a platform, or this version, cannot do something to a target: a word and a sentence."""

    code: str
    words: str


class Found(Message):
    """A target as it was read.

    Attributes:
        obstacles: what cannot be done to it, by action.
        holder: the platform's name of what holds its budget, where that is another thing.
    """

    account: Account
    target: Target
    state: State
    obstacles: dict[str, Obstacle]
    holder: str = ""


class Change(Message):
    """What is to be done; ``budget_micros`` is of ``set_budget`` alone."""

    action: str
    budget_micros: int | None = None

    def is_in(self, state: State) -> bool:
        """Tell whether a target is as this would make it."""
        if self.action == SET_BUDGET:
            return state.budget_micros == self.budget_micros
        return state.status == STATUSES[self.action]


class Actor(ABC):
    """How things are done on one platform.

    Attributes:
        units: the smallest amount that it takes of each currency, in millionths; a currency that
            is not in it is unknown, and no money of it is set.
        levels: those that it has.
    """

    units: ClassVar[Mapping[str, int]]
    levels: ClassVar[tuple[str, ...]] = (CAMPAIGN, AD_GROUP, AD)

    @abstractmethod
    def find(self, api: Api, accounts: Sequence[Account], target: Target) -> Found | None:
        """Return how a target is now; None if none of the accounts has it.

        Raises:
            PlatformError: it cannot be read.
        """

    @abstractmethod
    def apply(self, api: Api, found: Found, change: Change) -> None:
        """Do it, once; what is raised after the request went out leaves open whether it was done.

        Raises:
            PlatformError: it refuses, or its answer was lost.
        """

    def validate(self, api: Api, found: Found, change: Change) -> None:  # noqa: B027 - optional
        """Let the platform say whether it would do it; most have no way to.

        Raises:
            PlatformError: it would refuse.
        """


def refuse_all(obstacle: Obstacle) -> dict[str, Obstacle]:
    """Return that nothing can be done, for one reason."""
    return dict.fromkeys(ACTIONS, obstacle)


GONE: Final = Obstacle(
    code="target_is_gone", words="It was removed at the platform, which changes nothing of it."
)
LIFETIME: Final = Obstacle(
    code="budget_is_lifetime",
    words="Its budget is for its whole life, not for a day; change it at the platform.",
)
NO_BUDGET: Final = Obstacle(
    code="budget_is_elsewhere", words="It has no budget of its own at this level."
)
