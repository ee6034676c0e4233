"""The operators' view of auth."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from apps.auth.models import Membership, Organization, SigningKey, TokenFamily, User
from apps.auth.operations.sessions import revoke_sessions
from omnify.tenancy.admin import ReadOnlyAdmin

# Rights come from staff roles in code, not from groups.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(ModelAdmin):
    """Users; passwords are neither shown nor set here."""

    list_display = ("email", "first_name", "last_name", "is_active", "staff_role", "created_at")
    list_filter = ("is_active", "staff_role")
    search_fields = ("email", "first_name", "last_name")
    fields = ("email", "first_name", "last_name", "is_active", "staff_role", "created_at")
    readonly_fields = ("email", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Users register themselves."""
        return False


@admin.register(Organization)
class OrganizationAdmin(ModelAdmin):
    """Organizations."""

    list_display = ("name", "currency", "timezone", "is_demo", "created_at")
    list_filter = ("is_demo", "currency")
    search_fields = ("name", "id")


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):
    """Who belongs where."""

    list_display = ("user", "organization", "role", "created_at")
    list_filter = ("role",)
    search_fields = ("user__email", "organization__name")
    list_select_related = ("user", "organization")
    autocomplete_fields = ("user", "organization")


@admin.register(TokenFamily)
class SessionAdmin(ReadOnlyAdmin, ModelAdmin):
    """Sessions, and ending them."""

    list_display = ("id", "user", "organization", "created_at", "rotated_at", "revoked_at")
    list_filter = ("revoked_reason",)
    search_fields = ("user__email", "id")
    list_select_related = ("user", "organization")
    actions = ("end_sessions",)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Operators; Django offers an action without a permission to whoever may read."""
        return bool(getattr(request.user, "is_superuser", False))

    @admin.action(description="End the chosen sessions", permissions=["end"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[TokenFamily]) -> None:
        """End them through the operation."""
        chosen = list(queryset.values_list("id", flat=True))
        ended = revoke_sessions(now=timezone.now(), reason="ended by staff", id__in=chosen)
        self.message_user(request, f"{ended} sessions ended.")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin, ModelAdmin):
    """The public side of the signing keys."""

    list_display = ("kid", "created_at", "retired_at")
    fields = ("kid", "public_jwk", "created_at", "retired_at")
