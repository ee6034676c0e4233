"""The API routes of auth."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from apps.auth.api.views import accounts, credentials, keys, legal, organizations, rbac, sessions
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
    path("api/auth/register", accounts.RegisterView.as_view()),
    path("api/auth/login", accounts.LoginView.as_view()),
    path("api/auth/login/mfa", accounts.FinishLoginView.as_view()),
    path("api/auth/login/mfa/passkey-options", accounts.LoginPasskeyOptionsView.as_view()),
    path("api/auth/refresh", accounts.RefreshView.as_view()),
    path("api/auth/logout", accounts.LogoutView.as_view()),
    path("api/auth/me", accounts.MeView.as_view()),
    path("api/auth/switch", accounts.SwitchView.as_view()),
    path("api/auth/change-password", credentials.ChangePasswordView.as_view()),
    path("api/auth/change-email", credentials.ChangeEmailView.as_view()),
    path("api/auth/password/reset", credentials.RequestResetView.as_view()),
    path("api/auth/password/reset/confirm", credentials.ConfirmResetView.as_view()),
    path("api/auth/verify-email", credentials.VerifyEmailView.as_view()),
    path("api/auth/verify-email/send", credentials.SendVerificationView.as_view()),
    path("api/auth/verify-email/resend", credentials.ResendVerificationView.as_view()),
    path("api/auth/reauthenticate", credentials.ReauthenticateView.as_view()),
    path(
        "api/auth/reauthenticate/passkey-options",
        credentials.ReauthenticationOptionsView.as_view(),
    ),
    path("api/auth/api-keys", keys.ApiKeyListView.as_view()),
    path("api/auth/api-keys/<uuid:key_id>", keys.ApiKeyView.as_view()),
    path("api/auth/audit", keys.AuditView.as_view()),
    path("api/mfa/status", credentials.MfaStatusView.as_view()),
    path("api/mfa/totp/setup", credentials.SetUpTotpView.as_view()),
    path("api/mfa/totp/verify", credentials.ConfirmTotpView.as_view()),
    path("api/mfa/recovery-codes", credentials.RecoveryCodesView.as_view()),
    path("api/mfa/disable", credentials.DisableMfaView.as_view()),
    path("api/mfa/passkeys", credentials.PasskeyListView.as_view()),
    path("api/mfa/passkeys/options", credentials.PasskeyOptionsView.as_view()),
    path("api/mfa/passkeys/<int:passkey_id>", credentials.PasskeyView.as_view()),
    path("api/sessions", sessions.SessionListView.as_view()),
    path("api/sessions/revoke-all", sessions.RevokeAllView.as_view()),
    path("api/sessions/device/<uuid:device_id>", sessions.DeviceView.as_view()),
    path("api/sessions/<uuid:session_id>", sessions.SessionView.as_view()),
    path("api/organizations/me", organizations.OrganizationView.as_view()),
    path("api/organizations/quotas", organizations.QuotasView.as_view()),
    path("api/organizations/members", organizations.MemberListView.as_view()),
    path("api/organizations/members/<uuid:user_id>", organizations.MemberView.as_view()),
    path("api/organizations/invitations", organizations.InvitationListView.as_view()),
    path("api/organizations/invitations/accept", organizations.AcceptInvitationView.as_view()),
    path(
        "api/organizations/invitations/<uuid:invitation_id>",
        organizations.InvitationView.as_view(),
    ),
    path("api/organizations/brands", organizations.BrandListView.as_view()),
    path("api/organizations/brands/<uuid:brand_id>", organizations.BrandView.as_view()),
    path("api/rbac/roles", rbac.RoleListView.as_view()),
    path("api/rbac/roles/<slug:role_id>", rbac.RoleView.as_view()),
    path("api/rbac/permissions", rbac.PermissionListView.as_view()),
    path("api/rbac/permissions/check", rbac.CheckPermissionView.as_view()),
    path("api/rbac/permissions/resource/grant", rbac.GrantView.as_view()),
    path("api/rbac/permissions/resource/revoke", rbac.RevokeGrantView.as_view()),
    path("api/legal/versions", legal.VersionListView.as_view()),
    path("api/legal/outstanding", legal.OutstandingView.as_view()),
    path("api/legal/accept", legal.AcceptView.as_view()),
    path("api/legal/withdraw", legal.WithdrawView.as_view()),
    path("api/legal/acceptances", legal.AcceptanceListView.as_view()),
    path("api/legal/<slug:document_type>", legal.DocumentView.as_view()),
    path(".well-known/jwks.json", keys.KeySetView.as_view()),
]
