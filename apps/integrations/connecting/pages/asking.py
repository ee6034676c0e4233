"""The way to a platform: what has to be known first, a link for a colleague, a reconnection."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

from django.forms import BaseForm
from django.forms import Form as PlainForm
from django.http import HttpResponse
from django.urls import reverse

from apps.integrations.connecting import browsers
from apps.integrations.connecting.forms import ConnectForm
from apps.integrations.connecting.operations import keys, links, starting
from apps.integrations.connecting.pages.leaving import leave
from apps.integrations.connections.queries import get_connection
from apps.integrations.platforms.configuration import find_missing_settings
from apps.integrations.platforms.registry import get_adapter
from apps.integrations.platforms.specs import PlatformSpec
from apps.integrations.syncing.pages.frame import BackToConnection
from omnify.names import isolate
from omnify.pages.forms import FormPage
from omnify.pages.parts import Copyable, Form, Link
from omnify.pages.session import go_to

_CONNECT: Final = {"GET": "integration:connect", "POST": "integration:connect"}
_SIGN_IN: Final = "You sign in at {name}, which tells you what is asked for, and come back here."
_PASTE: Final = "The key is tried at once, and kept only if {name} takes it."
_SEND: Final = (
    "Whoever owns the account at {name} follows it, signs in there, and needs no account here. It"
    " is good once, for 30 minutes, and shown only now."
)


class PlatformForm(FormPage, is_base=True):
    """A form about the platform that the address names."""

    access: ClassVar = _CONNECT
    back = "integrations:catalog"

    @property
    def spec(self) -> PlatformSpec:
        """Return the facts of the platform.

        Raises:
            PlatformNotFoundError: this version cannot connect a platform of the name.
        """
        return get_adapter(self.kwargs["platform"]).spec

    @property
    def is_by_key(self) -> bool:
        """Tell whether a key is asked for: because it is wanted, or nothing else works here."""
        ways = self.spec.connects_by
        is_wanted = "by_key" in self.request.GET or not _can_consent(self.spec)
        return "api_key" in ways and is_wanted

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return a form that asks only what has to be known."""
        needs_shop = self.spec.is_shop_addressed
        return ConnectForm(*sent, by_key=self.is_by_key, needs_shop=needs_shop, **options)

    def show_question(self, heading: str, text: str, button: str) -> dict[str, Any]:
        """Return what the template knows."""
        url = self.request.get_full_path()
        form = Form(fields=self.form, url=url, button=button, stays=False)
        return {"heading": heading, "text": text, "form": form, "links": self.find_links()}


class ConnectView(PlatformForm):
    """The question before a platform is connected."""

    def run(self, given: dict[str, Any], platform: str) -> HttpResponse:
        """Go to the platform, or try the key and go on to the accounts."""
        shop = given.get("shop", "")
        if self.is_by_key:
            made = keys.connect_by_key(platform, given["api_key"], shop=shop, now=self.now)
            return go_to(self.request, reverse("integrations:choose-accounts", args=[made.id]))
        url = browsers.callback_url(self.request, platform)
        errand = starting.Errand(shop)
        way = starting.start_consent(platform, errand, callback_url=url, now=self.now)
        return leave(self, way, platform=self.spec.name)

    def find_context(self) -> dict[str, Any]:
        """Return what will happen."""
        name = self.spec.name
        text = (_PASTE if self.is_by_key else _SIGN_IN).format(name=name)
        button = "Connect" if self.is_by_key else f"Continue to {name}"
        return self.show_question(f"Connect {name}", text, button)

    def find_links(self) -> list[Link]:
        """Return the other ways to connect it, and the way back."""
        here, ways = reverse("integrations:connect", args=[self.spec.id]), []
        if not self.is_by_key:
            url = reverse("integrations:make-link", args=[self.spec.id])
            ways.append(Link(url, "Somebody else owns the account"))
            if "api_key" in self.spec.connects_by:
                ways.append(Link(f"{here}?by_key", "Connect with a key instead"))
        elif _can_consent(self.spec):
            ways.append(Link(here, f"Sign in at {self.spec.name} instead"))
        return [*ways, Link(reverse(self.back), "All platforms")]


class MakeLinkView(PlatformForm):
    """A link for a colleague who owns the account."""

    @property
    def is_by_key(self) -> bool:
        """Tell that no key is asked for: nobody sends one by a link."""
        return False

    def run(self, given: dict[str, Any], platform: str) -> HttpResponse:
        """Make the link, and show it this once."""
        link = links.create_link(platform, shop=given.get("shop", ""), now=self.now)
        shown = Copyable(id="connect-link", label="Link to send", text=link.url)
        context = {
            "heading": f"A link to connect {self.spec.name}",
            "text": _SEND.format(name=self.spec.name),
            "form": shown,
            "links": self.find_links(),
        }
        return self.show(self.template, context)

    def find_context(self) -> dict[str, Any]:
        """Return what the link is good for."""
        name = self.spec.name
        return self.show_question(
            f"Let somebody else connect {name}", _SEND.format(name=name), "Make the link"
        )

    def find_links(self) -> list[Link]:
        """Return the way back."""
        return [Link(reverse(self.back), "All platforms")]


class ReconnectView(BackToConnection, FormPage):
    """The question before a connection is made good again."""

    access: ClassVar = _CONNECT

    def make_form(self, *sent: Any, **options: Any) -> BaseForm:
        """Return a form that asks for a key where the connection had one."""
        if self._needs_key():
            return ConnectForm(*sent, by_key=True, needs_shop=False, **options)
        return PlainForm(*sent, **options)

    def run(self, given: dict[str, Any], connection_id: UUID) -> HttpResponse:
        """Go to the platform, or try the key."""
        connection = get_connection(connection_id)
        if self._needs_key():
            keys.replace_key(connection, given["api_key"], now=self.now)
            return self.go_back(f"{isolate(connection.name)} is connected again.")
        url = browsers.callback_url(self.request, connection.platform)
        way = starting.start_again(connection, callback_url=url, now=self.now)
        return leave(self, way, platform=starting.find_spec(connection).name)

    def find_context(self) -> dict[str, Any]:
        """Return whose consent is needed.

        Raises:
            ConnectsOtherwiseError: the connection is of files.
        """
        connection = get_connection(self.kwargs["connection_id"])
        name, needs_key = starting.find_spec(connection).name, self._needs_key()
        form = Form(
            fields=self.form,
            url=self.request.path,
            button="Reconnect" if needs_key else f"Continue to {name}",
            stays=False,
        )
        return {
            "heading": f"Reconnect {isolate(connection.name)}",
            "text": (_PASTE if needs_key else _SIGN_IN).format(name=name),
            "form": form,
            "links": [Link(self.back_path, "Back to the connection")],
        }

    def _needs_key(self) -> bool:
        connection = get_connection(self.kwargs["connection_id"])
        return not _can_consent(starting.find_spec(connection))


def _can_consent(spec: PlatformSpec) -> bool:
    return "oauth" in spec.connects_by and not find_missing_settings(spec)
