"""The API routes of auth."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from apps.auth.api import (
    addresses,
    api_keys,
    audit,
    brands,
    invitations,
    legal,
    members,
    organizations,
    passkeys,
    passwords,
    quotas,
    reauthentication,
    registration,
    roles,
    second_factor,
    sessions,
    sign_in,
    signing_keys,
    users,
)
from omnify.exceptions import NotFoundError

#: Of allauth's headless API what keeps to our rules: its ways to change passwords, addresses and
#: factors would leave other sessions alive. Those are our own.
_OFFERED = "config|auth/session|auth/login|auth/2fa/authenticate|tokens/refresh"


class NotOfferedConverter(StringConverter):
    """The rest of a path of that API, unless it is offered."""

    regex = rf"(?!(?:{_OFFERED})$).*"


register_converter(NotOfferedConverter, "not_offered")


def _not_offered(request: HttpRequest, rest: str) -> HttpResponse:
    raise NotFoundError


urlpatterns = [
    path("api/auth/app/v1/<not_offered:rest>", _not_offered),
    path("api/auth/", include("allauth.headless.urls")),
    path("api/auth/register", registration.RegisterView.as_view()),
    path("api/auth/login", sign_in.LoginView.as_view()),
    path("api/auth/login/mfa", sign_in.FinishLoginView.as_view()),
    path("api/auth/login/mfa/passkey-options", sign_in.LoginPasskeyOptionsView.as_view()),
    path("api/auth/refresh", sessions.RefreshView.as_view()),
    path("api/auth/logout", sessions.LogoutView.as_view()),
    path("api/auth/me", users.MeView.as_view()),
    path("api/auth/switch", sessions.SwitchView.as_view()),
    path("api/auth/change-password", passwords.ChangePasswordView.as_view()),
    path("api/auth/change-email", addresses.ChangeEmailView.as_view()),
    path("api/auth/password/reset", passwords.RequestResetView.as_view()),
    path("api/auth/password/reset/confirm", passwords.ConfirmResetView.as_view()),
    path("api/auth/verify-email", addresses.VerifyEmailView.as_view()),
    path("api/auth/verify-email/send", addresses.SendVerificationView.as_view()),
    path("api/auth/verify-email/resend", addresses.ResendVerificationView.as_view()),
    path("api/auth/reauthenticate", reauthentication.ReauthenticateView.as_view()),
    path(
        "api/auth/reauthenticate/passkey-options",
        reauthentication.ReauthenticationOptionsView.as_view(),
    ),
    path("api/auth/api-keys", api_keys.ApiKeyListView.as_view()),
    path("api/auth/api-keys/<uuid:key_id>", api_keys.ApiKeyView.as_view()),
    path("api/auth/audit", audit.AuditView.as_view()),
    path("api/mfa/status", second_factor.MfaStatusView.as_view()),
    path("api/mfa/totp/setup", second_factor.SetUpTotpView.as_view()),
    path("api/mfa/totp/verify", second_factor.ConfirmTotpView.as_view()),
    path("api/mfa/recovery-codes", second_factor.RecoveryCodesView.as_view()),
    path("api/mfa/disable", second_factor.DisableMfaView.as_view()),
    path("api/mfa/passkeys", passkeys.PasskeyListView.as_view()),
    path("api/mfa/passkeys/options", passkeys.PasskeyOptionsView.as_view()),
    path("api/mfa/passkeys/<int:passkey_id>", passkeys.PasskeyView.as_view()),
    path("api/sessions", sessions.SessionListView.as_view()),
    path("api/sessions/revoke-all", sessions.RevokeAllView.as_view()),
    path("api/sessions/device/<uuid:device_id>", sessions.DeviceView.as_view()),
    path("api/sessions/<uuid:session_id>", sessions.SessionView.as_view()),
    path("api/organizations/me", organizations.OrganizationView.as_view()),
    path("api/organizations/quotas", quotas.QuotasView.as_view()),
    path("api/organizations/members", members.MemberListView.as_view()),
    path("api/organizations/members/<uuid:user_id>", members.MemberView.as_view()),
    path("api/organizations/invitations", invitations.InvitationListView.as_view()),
    path("api/organizations/invitations/accept", invitations.AcceptInvitationView.as_view()),
    path(
        "api/organizations/invitations/<uuid:invitation_id>",
        invitations.InvitationView.as_view(),
    ),
    path("api/organizations/brands", brands.BrandListView.as_view()),
    path("api/organizations/brands/<uuid:brand_id>", brands.BrandView.as_view()),
    path("api/rbac/roles", roles.RoleListView.as_view()),
    path("api/rbac/roles/<slug:role_id>", roles.RoleView.as_view()),
    path("api/rbac/permissions", roles.PermissionListView.as_view()),
    path("api/rbac/permissions/check", roles.CheckPermissionView.as_view()),
    path("api/rbac/permissions/resource/grant", roles.GrantView.as_view()),
    path("api/rbac/permissions/resource/revoke", roles.RevokeGrantView.as_view()),
    path("api/legal/versions", legal.VersionListView.as_view()),
    path("api/legal/outstanding", legal.OutstandingView.as_view()),
    path("api/legal/accept", legal.AcceptView.as_view()),
    path("api/legal/withdraw", legal.WithdrawView.as_view()),
    path("api/legal/acceptances", legal.AcceptanceListView.as_view()),
    path("api/legal/<slug:document_type>", legal.DocumentView.as_view()),
    path(".well-known/jwks.json", signing_keys.KeySetView.as_view()),
]
