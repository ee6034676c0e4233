"""What a browser needs to make a passkey."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse, JsonResponse
from django.utils import timezone

from apps.auth.operations import passkeys
from apps.auth.pages.security import _confirm_first
from omnify.identity.permissions import SIGNED_IN, ReauthenticationRequiredError
from omnify.pages.session import PageRequest
from omnify.pages.views import PageView


class PasskeyOptionsView(PageView):
    """What the browser needs to make a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}

    def post(self, request: PageRequest) -> HttpResponse:
        """The options for ``navigator.credentials.create``, or where to prove oneself first."""
        try:
            challenge, options = passkeys.begin_registration(
                host=request.get_host(), now=timezone.now()
            )
        except ReauthenticationRequiredError:
            return _confirm_first(request)
        return JsonResponse({"challenge": challenge, "options": options})
