"""The keys of programs."""

from __future__ import annotations

from uuid import UUID

from apps.auth import queries
from apps.auth.messages.api_keys import ApiKey, ApiKeyInput, NewApiKey
from apps.auth.operations.api_keys import create_api_key, revoke_api_key
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.services.messages import as_message


class ApiKeyListView(ServiceView):
    @route(SIGNED_IN, summary="List my API keys")
    def get(self) -> Page[ApiKey]:
        session = queries.get_current_session(now=self.now)
        place = {"user_id": session.user_id, "organization_id": session.organization_id}
        return self.page(queries.list_api_keys(**place), ApiKey)

    @route(
        SIGNED_IN,
        summary="Make an API key",
        description="Needs a fresh proof of identity. The key is in this answer and nowhere else. "
        "It can never do more than its maker, and ends when the maker's password is reset. "
        "Programs send it as `Authorization: Bearer omk_…`.",
        status=201,
    )
    def post(self, key_input: ApiKeyInput) -> NewApiKey:
        row, text = create_api_key(key_input, now=self.now)
        return as_message(NewApiKey, row, key=text)


class ApiKeyView(ServiceView):
    is_open_without_consent = True

    @route(SIGNED_IN, summary="End one of my API keys")
    def delete(self, key_id: UUID) -> None:
        revoke_api_key(key_id=key_id, now=self.now)
