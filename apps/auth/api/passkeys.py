"""Passkeys."""

from __future__ import annotations

from apps.auth import queries
from apps.auth.messages.challenges import PasskeyOptions
from apps.auth.messages.passkeys import NewPasskey, Passkey, PasskeyInput
from apps.auth.operations import passkeys
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import SIGNED_IN
from omnify.services.messages import as_message


class PasskeyListView(ServiceView):
    @route(SIGNED_IN, summary="List my passkeys")
    def get(self) -> Page[Passkey]:
        user = queries.get_current_session(now=self.now).user
        return self.page(queries.list_passkeys(user), Passkey, convert=queries.to_passkey)

    @route(
        SIGNED_IN,
        summary="Take a new passkey into use",
        description="Answers with recovery codes where there are none yet, shown this once. All "
        "other sessions end.",
        status=201,
    )
    def post(self, passkey_input: PasskeyInput) -> NewPasskey:
        host = self.request.get_host()
        row, codes = passkeys.complete_registration(passkey_input, host=host, now=self.now)
        return as_message(NewPasskey, queries.to_passkey(row), recovery_codes=codes)


class PasskeyOptionsView(ServiceView):
    @route(SIGNED_IN, summary="Options to make a passkey")
    def post(self) -> PasskeyOptions:
        return passkeys.begin_registration(host=self.request.get_host(), now=self.now)


class PasskeyView(ServiceView):
    @route(SIGNED_IN, summary="Remove one of my passkeys")
    def delete(self, passkey_id: int) -> None:
        passkeys.remove_passkey(passkey_id=passkey_id, now=self.now)
