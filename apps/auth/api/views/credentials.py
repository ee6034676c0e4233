"""Passwords, addresses and second factors."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api.serializers import accounts as serializers
from apps.auth.api.views.accounts import answer_of
from apps.auth.operations import (
    addresses,
    passkeys,
    passwords,
    reauthentication,
    recovery_codes,
    second_factor,
)
from omnify.api.views import ServiceView
from omnify.identity.arrival import Device
from omnify.identity.permissions import PUBLIC, SIGNED_IN


class ChangePasswordView(ServiceView):
    """Changes the own password."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Change my password",
        description="All other sessions end; this one goes on with the tokens of the answer.",
        request=serializers.PasswordChangeSerializer,
        responses=serializers.TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """Change it."""
        asked = self.parse(serializers.PasswordChangeSerializer)
        tokens = passwords.change_password(
            present=asked["current_password"],
            new=asked["new_password"],
            device=Device.of_request(request.META),
            now=timezone.now(),
        )
        return Response(msgspec.to_builtins(tokens))


class RequestResetView(ServiceView):
    """Asks for a reset link."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Mail a link that resets a password",
        description="Answers alike whether there is an account.",
        request=serializers.EmailSerializer,
        responses={202: None},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Mail it, if there is such an account."""
        addresses.request_link(
            addresses.RESET,
            **self.parse(serializers.EmailSerializer),
            address=Device.of_request(request.META).address or "",
            now=timezone.now(),
        )
        return Response(status=202)


class ConfirmResetView(ServiceView):
    """Resets a password."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Set a new password with a mailed link",
        description="Ends all sessions and API keys; the second factor stays.",
        request=serializers.PasswordResetSerializer,
        responses={204: None},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Set it."""
        asked = self.parse(serializers.PasswordResetSerializer)
        passwords.reset_password(
            secret=asked["token"], new=asked["new_password"], now=timezone.now()
        )
        return Response(status=204)


class SendVerificationView(ServiceView):
    """Mails the link that proves the own address."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Mail me the link that proves my address", request=None, responses={202: None}
    )
    def post(self, request: Request) -> Response:
        """Mail it."""
        user = queries.get_current_session(now=timezone.now()).user
        addresses.request_link(
            addresses.VERIFICATION,
            email=user.email,
            address=Device.of_request(request.META).address or "",
            now=timezone.now(),
        )
        return Response(status=202)


class ResendVerificationView(ServiceView):
    """Mails the link again, to whoever cannot sign in without it."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Mail the link that proves an address again",
        description="Answers alike whether there is an account.",
        request=serializers.EmailSerializer,
        responses={202: None},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Mail it, if there is such an account."""
        addresses.request_link(
            addresses.VERIFICATION,
            **self.parse(serializers.EmailSerializer),
            address=Device.of_request(request.META).address or "",
            now=timezone.now(),
        )
        return Response(status=202)


class VerifyEmailView(ServiceView):
    """Proves an address."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Prove an address with the mailed link",
        request=serializers.LinkSerializer,
        responses={204: None},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Prove it."""
        secret = self.parse(serializers.LinkSerializer)["token"]
        addresses.verify_email(secret=secret, now=timezone.now())
        return Response(status=204)


class ChangeEmailView(ServiceView):
    """Asks for another address."""

    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(
        summary="Change my e-mail address",
        description="Needs a fresh proof of identity. The new address counts once it is proven.",
        request=serializers.EmailSerializer,
        responses={202: None},
    )
    def post(self, request: Request) -> Response:
        """Mail a link to the new address."""
        asked = self.parse(serializers.EmailSerializer)
        addresses.request_email_change(**asked, now=timezone.now())
        return Response(status=202)


class ReauthenticateView(ServiceView):
    """Proves who one is again."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Prove who I am again",
        description="With the second factor where there is one, else with the password. The "
        "session goes on with the tokens of the answer; the former ones are dead.",
        request=serializers.ReauthenticationSerializer,
        responses=serializers.TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """Renew the session."""
        answer, asked = answer_of(request, serializers.ReauthenticationSerializer)
        tokens = reauthentication.reauthenticate(
            answer,
            credential=asked.get("passkey"),
            device=Device.of_request(request.META),
            now=timezone.now(),
        )
        return Response(msgspec.to_builtins(tokens))


class ReauthenticationOptionsView(ServiceView):
    """What a browser needs to prove its user again with a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Options to prove who I am with a passkey",
        request=None,
        responses=serializers.PasskeyOptionsSerializer,
    )
    def post(self, request: Request) -> Response:
        """The options for ``navigator.credentials.get``."""
        challenge, options = reauthentication.begin_reauthentication(
            host=request.get_host(), now=timezone.now()
        )
        return Response({"challenge": challenge, "options": options})


class MfaStatusView(ServiceView):
    """The own second factors."""

    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(summary="My second factors", responses=serializers.MfaStatusSerializer)
    def get(self, request: Request) -> Response:
        """What is set up."""
        user = queries.get_current_session(now=timezone.now()).user
        methods = queries.list_factors(user)
        return Response(
            {
                "is_enabled": bool(methods),
                "methods": methods,
                "passkeys": queries.list_passkeys(user).count(),
                "recovery_codes_left": queries.count_recovery_codes(user),
            }
        )


class SetUpTotpView(ServiceView):
    """Begins the set-up of an authenticator app."""

    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(
        summary="Begin to set up an authenticator app",
        request=None,
        responses=serializers.TotpSetupSerializer,
    )
    def post(self, request: Request) -> Response:
        """The secret, as a link and a picture too."""
        made = second_factor.set_up_totp(now=timezone.now())
        return Response(made._asdict())


class ConfirmTotpView(ServiceView):
    """Takes an authenticator app into use."""

    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(
        summary="Take the authenticator app into use",
        description="Answers with recovery codes, shown this once. All other sessions end.",
        request=serializers.CodeSerializer,
        responses=serializers.RecoveryCodesSerializer,
    )
    def post(self, request: Request) -> Response:
        """Confirm it with a first code."""
        code = self.parse(serializers.CodeSerializer)["code"]
        return Response(
            {"recovery_codes": second_factor.confirm_totp(code=code, now=timezone.now())}
        )


class RecoveryCodesView(ServiceView):
    """Makes recovery codes."""

    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(
        summary="Make new recovery codes",
        description="Shown this once; all former ones are void.",
        request=None,
        responses=serializers.RecoveryCodesSerializer,
    )
    def post(self, request: Request) -> Response:
        """Make them."""
        return Response({"recovery_codes": recovery_codes.renew_recovery_codes(now=timezone.now())})


class DisableMfaView(ServiceView):
    """Removes all second factors."""

    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(
        summary="Remove all my second factors",
        description="Needs a fresh proof of identity with a factor.",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Remove them."""
        second_factor.disable_factors(now=timezone.now())
        return Response(status=204)


class PasskeyListView(ServiceView):
    """The own passkeys."""

    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}

    @extend_schema(summary="My passkeys", responses=serializers.PasskeySerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        user = queries.get_current_session(now=timezone.now()).user
        return self.paginated(queries.list_passkeys(user), serializers.PasskeySerializer)

    @extend_schema(
        summary="Take a new passkey into use",
        description="Answers with recovery codes where there are none yet, shown this once. All "
        "other sessions end.",
        request=serializers.PasskeyRegistrationSerializer,
        responses={201: serializers.NewPasskeySerializer},
    )
    def post(self, request: Request) -> Response:
        """Register what the browser made."""
        made, codes = passkeys.complete_registration(
            **self.parse(serializers.PasskeyRegistrationSerializer),
            host=request.get_host(),
            now=timezone.now(),
        )
        shown = {**serializers.PasskeySerializer(made).data, "recovery_codes": codes}
        return Response(shown, 201)


class PasskeyOptionsView(ServiceView):
    """What a browser needs to make a passkey."""

    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(
        summary="Options to make a passkey",
        request=None,
        responses=serializers.PasskeyOptionsSerializer,
    )
    def post(self, request: Request) -> Response:
        """The options for ``navigator.credentials.create``."""
        challenge, options = passkeys.begin_registration(
            host=request.get_host(), now=timezone.now()
        )
        return Response({"challenge": challenge, "options": options})


class PasskeyView(ServiceView):
    """One of the own passkeys."""

    access: ClassVar = {"DELETE": SIGNED_IN}

    @extend_schema(summary="Remove one of my passkeys", responses={204: None})
    def delete(self, request: Request, passkey_id: int) -> Response:
        """Remove it."""
        passkeys.remove_passkey(passkey_id=passkey_id, now=timezone.now())
        return Response(status=204)
