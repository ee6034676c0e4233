"""The keys that access tokens are verified with."""

from __future__ import annotations

from apps.auth.messages.signing_keys import KeySet
from apps.auth.operations.signing_keys import publish_keys
from omnify.api.routes import Answer, route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC
from omnify.services.messages import as_message


class KeySetView(ServiceView):
    authentication_classes = ()

    @route(
        PUBLIC,
        summary="Get the keys that access tokens are verified with",
        answers={200: KeySet},
        operation_id="auth_keys_retrieve",
        tags=["auth"],
    )
    def get(self) -> Answer:
        key_set = as_message(KeySet, None, keys=publish_keys())
        return Answer(200, key_set, {"Cache-Control": "public, max-age=60"})
