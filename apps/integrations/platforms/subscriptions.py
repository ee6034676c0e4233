"""How a platform is asked to push what happens in an account, where the vendor wants that of each.

Where an app is told of all accounts that use it, by what is set at the vendor's, there is none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from apps.integrations.platforms.port import Api
from omnify.services.messages import Message


class Subscription(Message):
    """What a platform pushes to a connection by.

    Attributes:
        ids: the platform's, of all that was subscribed.
        secret: what deliveries are signed with; empty where it is the app's.
    """

    ids: tuple[str, ...] = ()
    secret: str = ""


class Subscriber(ABC):
    """The subscriptions of a platform."""

    #: Whether each connection has an address of its own, and a secret; else one is the app's.
    has_own_address: ClassVar[bool] = False
    #: Whether connections by key alone subscribe, since an app is told of its accounts anyway.
    is_of_keys: ClassVar[bool] = False

    @abstractmethod
    def renew(self, api: Api, url: str, former: Subscription) -> Subscription:
        """Return what is subscribed to an address, once what was missing is made.

        Args:
            api: asks as the connection.
            url: where deliveries are taken.
            former: what was there when it was looked at last; empty the first time.

        Raises:
            PlatformError: not all of it could be made; what was made is found the next time.
        """

    @abstractmethod
    def end(self, api: Api, former: Subscription) -> None:
        """Let the platform push no more.

        Raises:
            PlatformError: it may push still.
        """
