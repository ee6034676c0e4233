"""Registering an organization."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from apps.auth.messages.registration import Registered, Registration, RegistrationPending
from apps.auth.operations.registration import count_registration, register
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.identity.permissions import PUBLIC
from omnify.services.messages import as_message


class RegisterView(ServiceView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request before its body is read: one that is not valid costs something too."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            count_registration(device=self.device, now=self.now)

    @route(
        PUBLIC,
        summary="Register an organization and its owner",
        description="Where addresses have to be proven first, the answer is 202 for known and "
        "unknown addresses alike, and the rest goes by mail: of several registrations of an "
        "address that nobody has proven, the last one counts. Where an operator closed "
        "registration it is 403 `sign_up_disabled`.",
        answers={201: Registered, 202: RegistrationPending},
    )
    def post(self, registration: Registration) -> Registered | RegistrationPending:
        registered = register(registration, device=self.device, now=self.now)
        if registered is None:
            return RegistrationPending(next="verify_email")
        session, tokens = registered
        return as_message(Registered, tokens, user=session.user, organization=session.organization)
