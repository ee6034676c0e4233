"""What a platform's webhook is: how it is signed, and what it tells.

A receiver is free of Django and of the database, as an adapter is. What it is given is verified
first and read afterwards; nothing of a body that no known signature proves is ever parsed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from omnify.services.messages import Message

#: How far the stamp of a delivery may be from now, in both directions.
TOLERANCE: Final = timedelta(seconds=300)


class Kind(StrEnum):
    """What follows from a notice."""

    CHANGED = "changed"
    ERASE_PERSON = "erase_person"
    ERASE_ACCOUNT = "erase_account"
    ENDED = "ended"
    OTHER = "other"


class Delivery(Message):
    """A request of a platform, as it came.

    Attributes:
        url: the public address that was asked, with its query.
        headers: by names in lower case.
        at: when it came, aware.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


class Notice(Message):
    """One thing that a delivery tells.

    Attributes:
        id: the platform's own, by which a repetition is known.
        topic: in the platform's words.
        account: the platform's id of whose it is; empty where it does not say.
        at: when it happened, by the platform's clock; None where it does not say.
        persons: what names the person that is to be forgotten: e-mails, ids.
    """

    id: str
    topic: str
    kind: Kind
    account: str = ""
    at: datetime | None = None
    persons: tuple[str, ...] = ()


class DeliveryRefusedError(Exception):
    """No known signature proves that the platform sent it now."""


class UnreadableDeliveryError(Exception):
    """It is the platform's, and not as its vendor documents it."""


class Receiver(ABC):
    """The webhooks of a platform."""

    #: Public keys where the vendor signs with its own, unless the deployment sets others.
    default_secrets: ClassVar[tuple[str, ...]] = ()
    #: What the answer to a challenge is written as.
    challenge_media_type: ClassVar[str] = "text/plain"

    @abstractmethod
    def verify(self, delivery: Delivery, secrets: tuple[str, ...]) -> None:
        """Return if one of the secrets proves the delivery.

        Raises:
            DeliveryRefusedError: none does, or it is too old or of the future.
        """

    @abstractmethod
    def read(self, delivery: Delivery) -> Iterator[Notice]:
        """Yield what a verified delivery tells.

        Raises:
            UnreadableDeliveryError: it is not as documented.
        """

    def answer_challenge(
        self, query: Mapping[str, str], verify_token: str, secrets: tuple[str, ...]
    ) -> str | None:
        """Return what proves to the platform that the address is ours; None for no challenge."""
        return None
