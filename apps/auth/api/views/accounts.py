"""Registering, signing in and out, and who one is."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api.serializers import accounts as serializers
from apps.auth.api.serializers.organizations import OrganizationSerializer
from apps.auth.models import User
from apps.auth.operations import (
    limits,
    registration,
    second_factor,
    sessions,
    sign_in,
    tokens,
)
from apps.auth.operations.users import change_user
from omnify.api.views import ServiceView
from omnify.context import current
from omnify.identity.arrival import Device
from omnify.identity.permissions import PUBLIC, SIGNED_IN

PASSWORD = "correct horse battery"  # noqa: S105 - an example for readers


class RegisterView(ServiceView):
    """Registers an organization."""

    access: ClassVar = {"POST": PUBLIC}
    keeps_answers: ClassVar = False

    @extend_schema(
        summary="Register an organization and its owner",
        description="Where addresses have to be proven first, the answer is 202 for known and "
        "unknown addresses alike, and the rest goes by mail: of several registrations of an "
        "address that nobody has proven, the last one counts. Where an operator closed "
        "registration it is 403 `sign_up_disabled`.",
        request=serializers.RegistrationSerializer,
        responses={
            201: serializers.RegisteredSerializer,
            202: serializers.RegistrationPendingSerializer,
        },
        examples=[
            OpenApiExample(
                "Acme",
                request_only=True,
                value={
                    "organization_name": "Acme",
                    "first_name": "Ada",
                    "last_name": "Byron",
                    "email": "ada@acme.example",
                    "password": PASSWORD,
                    "accepted_documents": [
                        {"document_type": "terms", "version": "1"},
                        {"document_type": "privacy", "version": "1"},
                        {"document_type": "acceptable-use", "version": "1"},
                    ],
                },
            )
        ],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Make the organization and sign its owner in."""
        device, now = Device.of_request(request.META), timezone.now()
        asked = registration.Registration(**self.parse(serializers.RegistrationSerializer))
        limits.spend_try(limits.REGISTER, limits.place_of(device.address), now=now)
        if queries.is_verification_mandatory():
            registration.request_registration(asked, device=device, now=now)
            return Response({"next": "verify_email"}, 202)
        session, tokens = registration.register_organization(asked, device=device, now=now)
        organization = OrganizationSerializer(session.organization).data
        return Response(signed_in(session.user, tokens) | {"organization": organization}, 201)


class LoginView(ServiceView):
    """Signs in."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Sign in with e-mail and password",
        description="With a second factor set up the answer is 202 and a challenge for "
        "`/api/auth/login/mfa`.",
        request=serializers.LoginSerializer,
        responses={
            200: serializers.SignedInSerializer,
            202: serializers.SignInPendingSerializer,
        },
        examples=[
            OpenApiExample(
                "Ada",
                request_only=True,
                value={
                    "email": "ada@acme.example",
                    "password": PASSWORD,
                    "remember_me": True,
                    "device_name": "Ada's laptop",
                },
            )
        ],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Open a session, or ask for the second factor."""
        asked = self.parse(serializers.LoginSerializer)
        found = sign_in.sign_in(
            email=asked["email"],
            password=asked["password"],
            is_remembered=asked["remember_me"],
            device=Device.of_request(request.META, name=asked["device_name"]),
            now=timezone.now(),
        )
        if found.tokens is None:
            pending = {"next": "mfa", "methods": found.methods, "challenge": found.challenge}
            return Response(pending, 202)
        return Response(signed_in(found.user, found.tokens))


class FinishLoginView(ServiceView):
    """The second step of signing in."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Finish signing in with a second factor",
        request=serializers.FinishLoginSerializer,
        responses=serializers.SignedInSerializer,
        examples=[
            OpenApiExample(
                "Code of an app",
                request_only=True,
                value={"challenge": "Zx0…", "code": "123456"},
            )
        ],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Open the session."""
        answer, asked = answer_of(request, serializers.FinishLoginSerializer)
        user, tokens = sign_in.finish_sign_in(
            answer,
            credential=asked.get("passkey"),
            device=Device.of_request(request.META),
            now=timezone.now(),
        )
        return Response(signed_in(user, tokens))


class LoginPasskeyOptionsView(ServiceView):
    """What a browser needs to answer a pending sign-in with a passkey."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Options to finish signing in with a passkey",
        request=serializers.ChallengeSerializer,
        responses=serializers.PasskeyOptionsSerializer,
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """The options for ``navigator.credentials.get``."""
        challenge = self.parse(serializers.ChallengeSerializer)["challenge"]
        options = sign_in.passkey_options(
            challenge=challenge, host=request.get_host(), now=timezone.now()
        )
        return Response({"challenge": challenge, "options": options})


class RefreshView(ServiceView):
    """Goes on with a session."""

    access: ClassVar = {"POST": PUBLIC}
    # A refresh token is enough; a bearer token beside it, perhaps expired, is not looked at.
    authentication_classes = ()

    @extend_schema(
        summary="Exchange a refresh token for new tokens",
        description="Each refresh token works once; reuse ends the session.",
        request=serializers.RefreshSerializer,
        responses=serializers.TokensSerializer,
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Rotate the refresh token."""
        asked = self.parse(serializers.RefreshSerializer)
        pair = tokens.refresh_session(presented=asked["refresh_token"], now=timezone.now())
        return Response(msgspec.to_builtins(pair))


class LogoutView(ServiceView):
    """Signs out."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(summary="End this session", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session; its refresh tokens are dead from here on."""
        session_id = current().principal.session_id
        sessions.revoke_sessions(now=timezone.now(), reason="signed out", id=session_id)
        return Response(status=204)


class SwitchView(ServiceView):
    """Goes on in another organization."""

    access: ClassVar = {"POST": SIGNED_IN}
    is_open_without_consent = True

    @extend_schema(
        summary="Go on in another of my organizations",
        request=serializers.SwitchSerializer,
        responses=serializers.TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """End this session and open its successor there."""
        now = timezone.now()
        session = sessions.switch_organization(
            session=queries.get_current_session(now=now),
            **self.parse(serializers.SwitchSerializer),
            device=Device.of_request(request.META),
            now=now,
        )
        return Response(msgspec.to_builtins(tokens.issue_tokens(session, now=now)))


class MeView(ServiceView):
    """Who asks."""

    access: ClassVar = {"GET": SIGNED_IN, "PATCH": SIGNED_IN}

    @extend_schema(summary="Who is signed in", responses=serializers.MeSerializer)
    def get(self, request: Request) -> Response:
        """The user, the organization, the role and its permissions."""
        user, organization = queries.get_viewer(now=timezone.now())
        principal = current().principal
        shown = {
            "user": user,
            "organization": organization,
            "role": principal.role,
            "permissions": principal.permissions,
            "email_verified": queries.is_email_verified(user),
            "organizations": queries.list_memberships(user_id=user.id),
            "documents_outstanding": [
                item.document_type
                for item in queries.list_outstanding(user_id=user.id, now=timezone.now())
            ],
        }
        return Response(serializers.MeSerializer(shown).data)

    @extend_schema(
        summary="Change my name",
        request=serializers.UserChangeSerializer,
        responses=serializers.UserSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change what the body names."""
        user = queries.get_current_session(now=timezone.now()).user
        changed = change_user(user, **self.parse(serializers.UserChangeSerializer))
        return Response(serializers.UserSerializer(changed).data)


def signed_in(user: User, tokens: tokens.TokenPair) -> dict[str, Any]:
    """A session's tokens and its user, for an answer."""
    return {**msgspec.to_builtins(tokens), "user": serializers.UserSerializer(user).data}


def answer_of(
    request: Request, serializer_class: type[serializers.FactorAnswerSerializer]
) -> tuple[second_factor.Answer, dict[str, Any]]:
    """The answer to a challenge that a request carries, and its validated body."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    asked = dict(serializer.validated_data)
    answer = second_factor.Answer(
        code=serializer.code_of(),
        password=asked.get("password", ""),
        challenge=asked.get("challenge", ""),
        host=request.get_host(),
    )
    return answer, asked
