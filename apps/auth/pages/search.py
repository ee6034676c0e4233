"""What the search of all pages finds in auth: people and roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from apps.auth import queries
from apps.auth.roles import SYSTEM_ROLES
from omnify.pages.shell import MOST_FOUND, Finder, Found


def find_people(asked: str) -> Iterator[Found]:
    """Yield members by their names and addresses."""
    for member in queries.search_members(asked)[:MOST_FOUND]:
        user = member.user
        url = f"{reverse('auth:members')}?{urlencode({'q': user.email})}"
        yield Found(kind="People", label=user.full_name, note=user.email, url=url)


def find_roles(asked: str) -> Iterator[Found]:
    """Yield roles by their names, the organization's own ones first."""
    for role in queries.list_custom_roles().filter(name__icontains=asked)[:MOST_FOUND]:
        yield Found(kind="Roles", label=role.name, url=reverse("auth:role", args=[role.id]))
    for name in SYSTEM_ROLES:
        if asked.casefold() in name:
            yield Found(kind="Roles", label=name, url=reverse("auth:roles"))


FINDERS: Final = (Finder("user:view", find_people), Finder("user:view", find_roles))
