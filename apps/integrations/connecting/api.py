"""Connecting and disconnecting over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.parsers import FormParser

from apps.integrations.accounts.messages import AccountsChoice, PlatformAccount
from apps.integrations.accounts.queries import list_accounts
from apps.integrations.authorizing.operations import renew_grant
from apps.integrations.connecting import browsers, messages, queries
from apps.integrations.connecting.messages import Connected, Disconnected, Disconnection
from apps.integrations.connecting.operations import (
    choosing,
    ending,
    finishing,
    keys,
    links,
    starting,
)
from apps.integrations.connecting.operations.states import cookie_name
from apps.integrations.connections import api as connections
from apps.integrations.connections.messages import Picked
from apps.integrations.connections.queries import get_connection, pick_connection
from omnify.api.bodies import BodyParser
from omnify.api.pagination import Page, Results
from omnify.api.problems import to_omnify_error
from omnify.api.routes import Answer, Answered, Nothing, route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC
from omnify.pages.errors import error_page, wants_page
from omnify.services.messages import as_message

#: A route to which platforms send people back, with parameters of their own.
_way_back = partial(route, answers={200: Connected, 303: None}, calls=1, others_pass=True)


class PlatformView(ServiceView):
    """A view that asks a platform, which no transaction waits for."""

    keeps_answers: ClassVar = False

    def send_off(self, way: starting.Way) -> Answered:
        """Answer with the address of consent, and bind the way to this browser."""
        response = Answered(Answer(200, messages.ConsentAddress(authorize_url=way.url)))
        browsers.set_cookie(self.request, response, *way.cookie)
        return response


class AuthorizeView(PlatformView):
    @route(
        "integration:connect",
        summary="Ask for a platform's page of consent",
        description="Platforms whose addresses are a shop's own need `shop`.",
        answers={200: messages.ConsentAddress},
    )
    def get(self, wanted: messages.ConsentRequest, platform: str) -> Answered:
        url = browsers.callback_url(self.request, platform)
        errand = starting.Errand(wanted.shop)
        way = starting.start_consent(platform, errand, callback_url=url, now=self.now)
        return self.send_off(way)


class CallbackView(PlatformView):
    parser_classes = (BodyParser, FormParser)

    @_way_back(
        PUBLIC,
        summary="Come back from a platform's page of consent",
        description="Leads on to the choice of accounts; with `Accept: application/json` it says"
        " what was connected. A state that is wrong, old, used, or another browser's is 400.",
    )
    def get(self, returned: messages.Returned, platform: str) -> HttpResponse:
        return self._finish(self.request.query_params, returned.state, platform)

    @_way_back(
        PUBLIC,
        summary="Come back from a platform's page of consent by a form",
        description="As GET does, with its fields as JSON or a form, in the browser that began it.",
    )
    def post(self, returned: messages.Returned, platform: str) -> HttpResponse:
        return self._finish(self.request.data, returned.state, platform)

    def _finish(self, sent: Mapping[str, Any], state: str, platform: str) -> HttpResponse:
        back = finishing.Return(
            query={name: text for name, text in sent.items() if isinstance(text, str)},
            cookies=browsers.read_cookies(self.request),
            callback_url=browsers.callback_url(self.request, platform),
            viewer_id=browsers.find_viewer(self.request),
        )
        response = self._answer(finishing.finish_consent(platform, back, self.now))
        browsers.forget_cookie(self.request, response, cookie_name(state))
        return response

    def _answer(self, finished: finishing.Finished) -> HttpResponse:
        if "application/json" in self.request.headers.get("Accept", ""):
            return Answered(Answer(200, Connected(connection_id=finished.connection_id)))
        accounts = reverse("integrations:choose-accounts", args=[finished.connection_id])
        done = reverse("integrations:connect-link-done")
        target = done if finished.is_by_link else accounts
        return Answered(Answer(303, headers={"Location": target}))

    def handle_exception(self, exc: Exception) -> Any:
        """Show people a refusal as a page, and programs as a problem."""
        if wants_page(self.request):
            return error_page(self.request._request, to_omnify_error(exc))  # noqa: SLF001 - Django's
        return super().handle_exception(exc)


class RefreshView(PlatformView):
    @route(
        "integration:connect",
        summary="Renew a connection's token now",
        description="Tokens are renewed by themselves; this tells whether the platform still does.",
    )
    def post(self, _body: Nothing, picked: Picked, platform: str) -> messages.PlatformStatus:
        connection = pick_connection(platform, picked.connection_id)
        renew_grant(connection)
        return queries.get_status(platform, connection.id)


class DisconnectView(PlatformView):
    @route("integration:disconnect", summary="Give consent back and remove the connection")
    def post(self, _body: Nothing, wanted: Disconnection, platform: str) -> Disconnected:
        return ending.disconnect_platform(platform, wanted, self.now)

    @route("integration:disconnect", summary="Give consent back and remove the connection")
    def delete(self, wanted: Disconnection, platform: str) -> Disconnected:
        return ending.disconnect_platform(platform, wanted, self.now)


class ConnectView(PlatformView):
    @route(
        "integration:connect",
        summary="Connect a platform by a key",
        description="The platform is asked with it first. A key of an account that is connected"
        " already takes the place of the former one.",
        status=201,
    )
    def post(self, key: messages.KeyInput, platform: str) -> Connected:
        made = keys.connect_by_key(platform, key.api_key, shop=key.shop, now=self.now)
        return Connected(connection_id=made.id)


class StatusView(ServiceView):
    @route("integration:view", summary="Tell how a platform is connected")
    def get(self, picked: Picked, platform: str) -> messages.PlatformStatus:
        return queries.get_status(platform, picked.connection_id)


class ReconnectView(connections.OfConnectionView, PlatformView):
    @route(
        "integration:connect",
        summary="Make a connection good again",
        description="Answers the address where its owner consents again, or takes another key.",
        answers={200: messages.ConsentAddress | Connected},
    )
    def post(self, wanted: messages.Reconnection, connection_id: UUID) -> Any:
        connection = get_connection(connection_id)
        if wanted.api_key is not None:
            keys.replace_key(connection, wanted.api_key, now=self.now)
            return Connected(connection_id=connection_id)
        url = browsers.callback_url(self.request, connection.platform)
        return self.send_off(starting.start_again(connection, callback_url=url, now=self.now))


class ConnectLinkListView(PlatformView):
    @route(
        "integration:connect",
        summary="Make a link for a colleague who owns the account",
        description="Whoever opens it connects the platform for this organization, once, within"
        " 30 minutes, without an account here.",
        status=201,
    )
    def post(self, wanted: messages.ConnectLinkInput) -> messages.ConnectLink:
        return links.create_link(wanted.platform, shop=wanted.shop, now=self.now)


class AccountListView(connections.OfConnectionView):
    #: The operation asks for the organization's brands; it may be done twice.
    keeps_answers: ClassVar = False

    @route("integration:view", summary="List the accounts that a connection can see")
    def get(self, connection_id: UUID) -> Page[PlatformAccount]:
        return self.page(list_accounts(get_connection(connection_id)), PlatformAccount)

    @route(
        "integration:connect",
        summary="Choose the accounts that are read",
        description="Their sync begins at once. An account that another connection of the"
        " organization reads is 409 `account_taken`: it would count twice.",
        calls=1,
    )
    def put(self, choice: AccountsChoice, connection_id: UUID) -> Results[PlatformAccount]:
        rows = choosing.read_accounts(get_connection(connection_id), choice, self.now)
        chosen = tuple(as_message(PlatformAccount, row) for row in rows)
        return Results[PlatformAccount](results=chosen)


class ConnectionView(connections.ConnectionView):
    keeps_answers: ClassVar = False

    @route("integration:disconnect", summary="Remove a connection and give its consent back")
    def delete(self, removal: messages.Removal, connection_id: UUID) -> None:
        ending.disconnect(connection_id, data=removal.data, now=self.now)
