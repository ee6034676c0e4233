"""The operators' view of auth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from unfold.admin import ModelAdmin

from apps.auth.models import (
    ApiKey,
    AuditEntry,
    Consent,
    Membership,
    Organization,
    Session,
    SigningKey,
    User,
)
from apps.auth.operations.flags import remove_flag, set_flag
from apps.auth.operations.sessions import revoke_sessions
from apps.auth.operations.staff import (
    add_member,
    change_member,
    end_memberships,
    save_organization,
    save_user,
)
from apps.auth.quotas import PLANS
from omnify.db import atomic
from omnify.email_addresses import fold_email
from omnify.exceptions import OmnifyError
from omnify.flags.models import Flag
from omnify.tenancy.admin import NamedRows, ReadOnlyAdmin, name_rows

# Rights come from staff roles in code, not from groups; addresses and factors are their users'.
admin.site.unregister((Group, EmailAddress, Authenticator))


def _name_organizations(ids: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Organization.objects.filter(id__in=ids).values_list("id", "name"))


def _name_users(ids: Iterable[UUID]) -> dict[UUID, str]:
    return {user.id: f"{user.full_name} ({user.email})" for user in User.objects.filter(id__in=ids)}


name_rows("organization_id", _name_organizations)
for _field in ("user_id", "created_by"):
    name_rows(_field, _name_users)


def _operator(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))


class ShowsRefusals:
    """A mixin before ``ModelAdmin``: shows on the page what a rule refuses, and undoes it."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add or change."""
        return self._or_refusal(request, super().changeform_view, *args, **kwargs)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete one."""
        return self._or_refusal(request, super().delete_view, *args, **kwargs)  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do something to several."""
        return self._or_refusal(request, super().changelist_view, *args, **kwargs)  # type: ignore[misc]

    def _or_refusal(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            # Django's own line of what was done goes with it.
            with atomic("auth"):
                return view(request, *args, **kwargs)
        except OmnifyError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(request.get_full_path())


class FindsAddresses:
    """A mixin before ``ModelAdmin``: finds an address in the form in which it is kept."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search for an address as it is typed, and for its mailbox."""
        search = super().get_search_results  # type: ignore[misc]
        found, may_double = search(request, queryset, search_term)
        if "@" in search_term:
            found |= search(request, queryset, fold_email(search_term))[0]
        return found, may_double


@admin.register(User)
class UserAdmin(FindsAddresses, ModelAdmin):
    """Users; passwords are neither shown nor set here."""

    list_display = ("email", "first_name", "last_name", "is_active", "staff_role", "created_at")
    list_filter = ("is_active", "staff_role")
    search_fields = ("email", "canonical_email", "first_name", "last_name")
    fields = ("email", "first_name", "last_name", "is_active", "staff_role", "created_at")
    readonly_fields = ("email", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: users register themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Refuse: users are disabled; what they did and accepted stays on record."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """Save through the operation."""
        save_user(obj, by=_operator(request), now=timezone.now())


@admin.register(Organization)
class OrganizationAdmin(ShowsRefusals, ModelAdmin):
    """Organizations; what is not here is theirs to change."""

    list_display = ("name", "plan", "currency", "timezone", "is_demo", "created_at")
    list_filter = ("is_demo", "plan", "currency")
    search_fields = ("name", "id")
    fields = ("name", "plan", "is_demo", "currency", "timezone", "created_at")
    readonly_fields = ("currency", "timezone", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: organizations are registered, with an owner."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        """Refuse: other services hold rows of organizations, and the ledgers name them."""
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the plans as choices."""
        if db_field.name == "plan":
            return ChoiceField(choices=[(plan, plan) for plan in PLANS])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: Any) -> None:
        """Save through the operation."""
        save_organization(obj, changed=form.changed_data, by=_operator(request))


@admin.register(Membership)
class MembershipAdmin(ShowsRefusals, FindsAddresses, ModelAdmin):
    """Members of organizations."""

    list_display = ("user", "organization", "role", "created_at")
    list_filter = ("role",)
    search_fields = ("user__email", "user__canonical_email", "organization__name")
    list_select_related = ("user", "organization")
    autocomplete_fields = ("user", "organization")
    exclude = ("version", "reader_role")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let only the role be changed; another member is another row."""
        return ("user", "organization") if obj else ()

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: Any) -> None:
        """Save through the operation."""
        save = change_member if change else add_member
        save(obj, by=_operator(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """Delete through the operation."""
        end_memberships([obj], by=_operator(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Delete several through the operation."""
        end_memberships(queryset, by=_operator(request), now=timezone.now())


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin, FindsAddresses, ModelAdmin):
    """Sessions; operators can end them."""

    list_display = ("user", "organization", "created_at", "rotated_at", "revoked_at")
    list_filter = ("revoked_reason",)
    search_fields = ("user__email", "user__canonical_email", "id")
    list_select_related = ("user", "organization")
    actions = ("end_sessions",)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user is an operator; Django offers other actions to all who may read."""
        return bool(getattr(request.user, "is_superuser", False))

    @admin.action(description="End the chosen sessions", permissions=["end"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """End them through the operation."""
        chosen = list(queryset.values_list("id", flat=True))
        ended = revoke_sessions(now=timezone.now(), reason="ended by staff", id__in=chosen)
        self.message_user(request, f"{ended} sessions ended.")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin, ModelAdmin):
    """The public side of the signing keys."""

    list_display = ("kid", "created_at", "retired_at")
    fields = ("kid", "public_jwk", "created_at", "retired_at")


@admin.register(Flag)
class FlagAdmin(ModelAdmin):
    """Feature flags of the whole fleet."""

    list_display = ("name", "enabled", "percent")
    search_fields = ("name",)

    def save_model(self, request: HttpRequest, obj: Flag, form: object, change: bool) -> None:  # noqa: FBT001 - Django calls it so
        """Set it everywhere."""
        set_flag(
            obj.name,
            enabled=obj.enabled,
            percent=obj.percent,
            organization_ids=[UUID(str(each)) for each in obj.organization_ids],
        )

    def delete_model(self, request: HttpRequest, obj: Flag) -> None:
        """Take it away everywhere."""
        remove_flag(obj.name)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Flag]) -> None:
        """Take them away everywhere."""
        for flag in queryset:
            remove_flag(flag.name)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin, ModelAdmin):
    """Keys of programs, without the keys."""

    list_display = ("prefix", "name", "user", "organization", "last_used_at", "revoked_at")
    fields = ("prefix", "name", "user", "organization", "permissions", "expires_at", "revoked_at")
    list_select_related = ("user", "organization")


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin, ModelAdmin):
    """Consents to legal documents."""

    list_display = ("user", "document_type", "version", "is_withdrawal", "created_at")
    list_filter = ("document_type", "version")
    list_select_related = ("user",)


@admin.register(AuditEntry)
class AuditEntryAdmin(NamedRows, ReadOnlyAdmin, ModelAdmin):
    """The audit ledger."""

    list_display = ("sequence", "at", "service", "action", "outcome", "user_id", "organization_id")
    list_filter = ("service", "outcome")
    search_fields = ("action", "user_id", "organization_id", "target_id")
