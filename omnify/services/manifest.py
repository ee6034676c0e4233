"""Declare a service's facts, once."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

#: The largest body of a path that takes large files: one of 1 GB, and the form's other parts.
LARGEST_UPLOAD_BYTES: Final = 1025 * 1024**2


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that settings, routes, ports, topologies and tables in documents derive from.

    Attributes:
        name: the service, as in its folder and its environment variables.
        summary: one line for people.
        port: where it listens when it runs alone.
        prefixes: public path prefixes that it owns, without a trailing slash.
        needs: services without which it cannot do its work.
        uses: services that it can do without; its answers then name what is missing.
        listens_to: topics of the events that it wants.
        libraries: third-party Django apps that come with it; their tables live with it.
        middleware: middleware that those libraries ask for, after the floor's own.
        library_settings: Django settings that those libraries read.
        context_processors: template context processors that those libraries ask for.
        required_settings: environment variables without which the service cannot start.
        optional_settings: further environment variables, each with its use in words; they become
            Django settings of that name.
        setting_families: optional environment variables that each of several things has.
        provides: floor contracts that this service implements, by name.
        uploads: paths that take bodies of up to ``LARGEST_UPLOAD_BYTES``.
        work_mebibytes: what the largest piece of work in a web process takes in memory.
        navigation: its pages in the side bar.
        gives_to_shell: what it gives to all pages: a ``search`` by names, its long ``work``, and
            what its numbers rest on that ``needs`` somebody.
        is_home: its first page is where a browser that asks for ``/`` is sent.
    """

    name: str
    summary: str
    port: int
    prefixes: tuple[str, ...]
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    listens_to: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    middleware: tuple[str, ...] = ()
    library_settings: dict[str, object] = {}
    context_processors: tuple[str, ...] = ()
    required_settings: tuple[str, ...] = ()
    optional_settings: dict[str, str] = {}
    setting_families: tuple[SettingFamily, ...] = ()
    provides: tuple[str, ...] = ()
    uploads: tuple[str, ...] = ()
    work_mebibytes: int = 0
    navigation: tuple[NavigationItem, ...] = ()
    gives_to_shell: tuple[Literal["search", "work", "needs"], ...] = ()
    is_home: bool = False

    @property
    def label(self) -> str:
        """Return the Django app label."""
        return f"omnify_{self.name}"

    @property
    def owned_prefixes(self) -> tuple[str, ...]:
        """Return all path prefixes of the service, its pages included."""
        return (*self.prefixes, f"/app/{self.name}")

    @property
    def dependencies(self) -> tuple[str, ...]:
        """Return the services that it may call: those it needs, then those it uses."""
        return (*self.needs, *self.uses)


class FamilySetting(msgspec.Struct, frozen=True):
    """A variable that each member of a family has: its name's end, its kind and its use."""

    ending: str
    kind: Literal["text", "texts", "url", "day", "amount"]
    use: str


class SettingFamily(msgspec.Struct, frozen=True):
    """Optional variables that each of several things has, such as a platform's client id.

    Attributes:
        name: the Django setting, a dictionary from members to what is set, by endings.
        stands_for: what documents write for the member, such as ``PLATFORM``.
        members: the things; a variable is ``<MEMBER>_<ENDING>``.
    """

    name: str
    stands_for: str
    members: tuple[str, ...]
    settings: tuple[FamilySetting, ...]


#: The groups of the side bar from top to bottom, with what stands above each.
NAVIGATION_GROUPS: Final = {
    group: "Data" if group == "data" else ""
    for group in ("numbers", "work", "data", "reports", "settings")
}


class NavigationItem(msgspec.Struct, frozen=True):
    """A page of the service in the side bar; in a group (see above) the lightest is first.

    The group ``account`` is the menu below the viewer's name.
    """

    label: str
    path: str
    icon: str = ""
    permission: str = ""
    group: Literal["numbers", "work", "data", "reports", "settings", "account"] = "numbers"
    weight: int = 50
