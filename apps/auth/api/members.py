"""An organization's members."""

from __future__ import annotations

from uuid import UUID

from apps.auth import queries
from apps.auth.messages.members import Member, MemberChange
from apps.auth.operations.members import change_member_role, remove_member
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView


class MemberListView(ServiceView):
    @route("user:view", summary="List members")
    def get(self) -> Page[Member]:
        return self.page(queries.list_members(), Member, convert=queries.to_member)


class MemberView(ServiceView):
    @route("user:view", summary="Show a member")
    def get(self, user_id: UUID) -> Member:
        return queries.to_member(queries.get_member(user_id=user_id))

    @route(
        "user:edit",
        summary="Change a member's role",
        description="Takes effect within a second in every service.",
    )
    def patch(self, change: MemberChange, user_id: UUID) -> Member:
        member = queries.get_member(user_id=user_id)
        if change.role:
            member = change_member_role(user_id=user_id, role=change.role, now=self.now)
        return queries.to_member(member)

    @route(
        "user:delete",
        summary="Remove a member",
        description="Their sessions and API keys here end too.",
    )
    def delete(self, user_id: UUID) -> None:
        remove_member(user_id=user_id, now=self.now)
