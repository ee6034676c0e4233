"""The organization: itself, its members, invitations and brands."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.auth import queries
from apps.auth.api.serializers import organizations as serializers
from apps.auth.operations import brands, invitations, members, organizations
from apps.auth.operations.users import NewUser
from omnify.api.views import ServiceView
from omnify.conf import settings
from omnify.identity.permissions import PUBLIC, SIGNED_IN


class OrganizationView(ServiceView):
    """The organization of whoever asks."""

    access: ClassVar = {"GET": SIGNED_IN, "PATCH": "org:edit"}

    @extend_schema(summary="My organization", responses=serializers.OrganizationSerializer)
    def get(self, request: Request) -> Response:
        """Its name, currency and time zone."""
        return Response(serializers.OrganizationSerializer(queries.get_organization()).data)

    @extend_schema(
        summary="Change my organization",
        request=serializers.OrganizationChangeSerializer,
        responses=serializers.OrganizationSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change what the body names."""
        changes = self.parse(serializers.OrganizationChangeSerializer)
        changed = organizations.change_organization(**changes)
        return Response(serializers.OrganizationSerializer(changed).data)


class QuotasView(ServiceView):
    """The plan and its limits."""

    access: ClassVar = {"GET": "org:view"}

    @extend_schema(
        summary="The plan's limits and their use", responses=serializers.QuotasSerializer
    )
    def get(self, request: Request) -> Response:
        """Each limit with what is used."""
        return Response(queries.measure_quotas(now=timezone.now()))


class MemberListView(ServiceView):
    """The organization's members."""

    access: ClassVar = {"GET": "user:view"}

    @extend_schema(summary="List members", responses=serializers.MemberSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those who joined last first."""
        return self.paginated(queries.list_members(), serializers.MemberSerializer)


class MemberView(ServiceView):
    """A member."""

    access: ClassVar = {"GET": "user:view", "PATCH": "user:edit", "DELETE": "user:delete"}

    @extend_schema(summary="A member", responses=serializers.MemberSerializer)
    def get(self, request: Request, user_id: UUID) -> Response:
        """Name, address and role."""
        return Response(serializers.MemberSerializer(queries.get_member(user_id=user_id)).data)

    @extend_schema(
        summary="Change a member's role",
        description="Takes effect within a second in every service.",
        request=serializers.MemberChangeSerializer,
        responses=serializers.MemberSerializer,
        examples=[OpenApiExample("Manager", request_only=True, value={"role": "manager"})],
    )
    def patch(self, request: Request, user_id: UUID) -> Response:
        """Give another role."""
        member = queries.get_member(user_id=user_id)
        asked = self.parse(serializers.MemberChangeSerializer, partial=True)
        if asked:
            member = members.change_member_role(user_id=user_id, **asked, now=timezone.now())
        return Response(serializers.MemberSerializer(member).data)

    @extend_schema(summary="Remove a member", responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        """End the membership with its sessions and keys."""
        members.remove_member(user_id=user_id, now=timezone.now())
        return Response(status=204)


class InvitationListView(ServiceView):
    """Open invitations."""

    access: ClassVar = {"GET": "user:view", "POST": "user:invite"}

    @extend_schema(
        summary="List open invitations", responses=serializers.InvitationSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        rows = queries.list_invitations(now=timezone.now())
        return self.paginated(rows, serializers.InvitationSerializer)

    @extend_schema(
        summary="Invite somebody",
        description="The secret goes by mail; it is in the answer only where no mail is set up. An "
        "address is invited five times an hour at most, whoever invites it.",
        request=serializers.InvitationInputSerializer,
        responses={201: serializers.NewInvitationSerializer},
        examples=[
            OpenApiExample(
                "A manager",
                request_only=True,
                value={"email": "grace@acme.example", "role": "manager"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Make the invitation."""
        asked = self.parse(serializers.InvitationInputSerializer)
        made, secret = invitations.create_invitation(**asked, now=timezone.now())
        token = None if settings.EMAIL_IS_DELIVERED else secret
        shown = serializers.InvitationSerializer(made).data
        return Response({**shown, "token": token}, 201)


class InvitationView(ServiceView):
    """An open invitation."""

    access: ClassVar = {"DELETE": "user:invite"}

    @extend_schema(summary="Revoke an invitation", responses={204: None})
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        """Make it void."""
        invitations.revoke_invitation(invitation_id=invitation_id, now=timezone.now())
        return Response(status=204)


class AcceptInvitationView(ServiceView):
    """Accepting an invitation, signed in or as a newcomer."""

    access: ClassVar = {"POST": PUBLIC}

    @extend_schema(
        summary="Accept an invitation",
        description="With the access token of the invited address, or as a newcomer without one.",
        auth=[],
        request=serializers.AcceptInvitationSerializer,
        responses=serializers.AcceptedInvitationSerializer,
    )
    def post(self, request: Request) -> Response:
        """Join."""
        asked = self.parse(serializers.AcceptInvitationSerializer)
        secret = asked.pop("token")
        member = invitations.accept_invitation(
            secret=secret,
            newcomer=NewUser(**asked) if asked else None,
            is_mail_proof=settings.EMAIL_IS_DELIVERED,
            now=timezone.now(),
        )
        return Response(serializers.AcceptedInvitationSerializer(member).data)


class BrandListView(ServiceView):
    """The organization's brands."""

    access: ClassVar = {"GET": "org:view", "POST": "org:edit"}

    @extend_schema(summary="List brands", responses=serializers.BrandSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.paginated(queries.list_brands(), serializers.BrandSerializer)

    @extend_schema(
        summary="Add a brand",
        request=serializers.BrandSerializer,
        responses={201: serializers.BrandSerializer},
        examples=[OpenApiExample("A client", request_only=True, value={"name": "Globex"})],
    )
    def post(self, request: Request) -> Response:
        """Make it."""
        made = brands.create_brand(**self.parse(serializers.BrandSerializer))
        return Response(serializers.BrandSerializer(made).data, 201)


class BrandView(ServiceView):
    """A brand."""

    access: ClassVar = {"GET": "org:view", "PATCH": "org:edit", "DELETE": "org:edit"}

    @extend_schema(summary="A brand", responses=serializers.BrandSerializer)
    def get(self, request: Request, brand_id: UUID) -> Response:
        """Its name and website."""
        return Response(serializers.BrandSerializer(queries.get_brand(brand_id=brand_id)).data)

    @extend_schema(
        summary="Change a brand",
        request=serializers.BrandChangeSerializer,
        responses=serializers.BrandSerializer,
    )
    def patch(self, request: Request, brand_id: UUID) -> Response:
        """Change what the body names."""
        asked = self.parse(serializers.BrandChangeSerializer)
        changed = brands.change_brand(brand_id=brand_id, **asked)
        return Response(serializers.BrandSerializer(changed).data)

    @extend_schema(summary="Delete a brand", responses={204: None})
    def delete(self, request: Request, brand_id: UUID) -> Response:
        """Delete it."""
        brands.delete_brand(brand_id=brand_id)
        return Response(status=204)
