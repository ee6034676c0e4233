"""What the search of all pages finds in analytics: channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from apps.integrations.contract import Integrations
from omnify.names import fold
from omnify.pages.shell import Finder, Found
from omnify.services import client_of


def find_channels(asked: str) -> Iterator[Found]:
    """Yield channels by their names."""
    for name in client_of(Integrations).list_channels():
        if fold(asked) in fold(name):
            url = f"{reverse('analytics:channel')}?{urlencode({'channel': name})}"
            yield Found(kind="Channels", label=name, url=url)


FINDERS: Final = (Finder("analytics:view", find_channels),)
