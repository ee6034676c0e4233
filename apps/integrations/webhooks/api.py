"""Webhooks over HTTP: what platforms push to us."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from apps.integrations.platforms.deliveries import Delivery
from apps.integrations.webhooks import operations
from apps.integrations.webhooks.messages import Challenge, Received
from omnify.api.bodies import UnreadParser
from omnify.api.files import Text
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC
from omnify.services.discovery import find_public_url

_ASKED: Final = (
    "Only platforms that ask whether an address is ours have one; whatever is no challenge of"
    " theirs is 401."
)
_PROVEN: Final = (
    "Proven by the platform's signature over the bytes of the body alone; else 401. A repetition"
    " changes nothing."
)


class WebhookView(ServiceView):
    """What a platform pushes for all connections of its app; its signature says who it is."""

    keeps_answers: ClassVar = False
    parser_classes = (UnreadParser,)
    #: The most bytes; a delivery is looked at by its signature before anything is parsed.
    max_body_bytes = 2 * 1024 * 1024

    @route(PUBLIC, summary="Answer a platform's challenge", description=_ASKED)
    def get(self, challenge: Challenge, platform: str) -> Text:
        return operations.answer_challenge(platform, challenge)

    @route(
        PUBLIC,
        summary="Take what a platform pushes",
        description=f"{_PROVEN} What belongs to no connection is kept, and 200.",
    )
    def post(self, platform: str) -> Received:
        return Received(kept=operations.receive(platform, self._read()))

    def _read(self) -> Delivery:
        request = self.request
        return Delivery(
            method=request.method,
            url=f"{find_public_url('integrations')}{request.get_full_path()}",
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.stream.read() if request.stream else b"",
            at=self.now,
        )


class ConnectionWebhookView(WebhookView):
    """What a platform pushes for one connection, which its address names."""

    @route(
        PUBLIC,
        summary="Answer a platform's challenge for a connection",
        description=_ASKED,
        operation_id="connection_webhooks_retrieve",
    )
    def get(self, challenge: Challenge, platform: str, connection_id: UUID) -> Text:
        return operations.answer_challenge(platform, challenge)

    @route(
        PUBLIC,
        summary="Take what a platform pushes for a connection",
        description=_PROVEN,
        operation_id="connection_webhooks_create",
    )
    def post(self, platform: str, connection_id: UUID) -> Received:
        return Received(kept=operations.receive(platform, self._read(), connection_id))
