"""The page routes of auth."""

from __future__ import annotations

from django.urls import include, path

from apps.auth.pages import (
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
    recovery_codes,
    registration,
    roles,
    search,
    second_factor,
    security,
    sessions,
    sign_in,
    users,
)
from omnify.pages.shell import shell_urls
from omnify.pages.workbooks import xlsx_file

app_name = "auth"
_PAGES = [
    path("sign-in", sign_in.SignInView.as_view(), name="sign-in"),
    path("sign-in/second-factor", sign_in.SecondFactorView.as_view(), name="second-factor"),
    path(
        "sign-in/passkey-options",
        sign_in.SignInPasskeyOptionsView.as_view(),
        name="sign-in-passkey-options",
    ),
    path("sign-in/passkey", sign_in.PasskeySignInView.as_view(), name="passkey-sign-in"),
    path(
        "sign-in/passkey/options",
        sign_in.PasskeySignInOptionsView.as_view(),
        name="passkey-sign-in-options",
    ),
    path("register", registration.RegisterView.as_view(), name="register"),
    path("forgot", passwords.ForgotView.as_view(), name="forgot"),
    path("reset", passwords.ResetView.as_view(), name="reset"),
    path("verify-email", addresses.VerifyEmailView.as_view(), name="verify-email"),
    path(
        "verify-email/resend",
        addresses.ResendVerificationView.as_view(),
        name="resend-verification",
    ),
    path("invitation", invitations.InvitationView.as_view(), name="invitation"),
    path("renew", sessions.RenewView.as_view(), name="renew"),
    path("renew/sign-out", sessions.SignOutLateView.as_view(), name="sign-out-late"),
    path("renew/form", sessions.LateFormView.as_view(), name="late-form"),
    path("switch", sessions.SwitchView.as_view(), name="switch"),
    path("sign-out", sessions.SignOutView.as_view(), name="sign-out"),
    path("confirm", reauthentication.ConfirmView.as_view(), name="confirm"),
    path(
        "confirm/passkey-options",
        reauthentication.ConfirmOptionsView.as_view(),
        name="confirm-passkey-options",
    ),
    path("documents", legal.DocumentsView.as_view(), name="documents"),
    path("legal/<slug:document_type>", legal.DocumentView.as_view(), name="document"),
    path("security", security.SecurityView.as_view(), name="security"),
    path("security/app", second_factor.SetUpAppView.as_view(), name="set-up-app"),
    path("security/app/confirm", second_factor.ConfirmAppView.as_view(), name="confirm-app"),
    path(
        "security/factors/remove", second_factor.RemoveFactorsView.as_view(), name="remove-factors"
    ),
    path("security/recovery-codes", recovery_codes.RenewCodesView.as_view(), name="recovery-codes"),
    path("security/passkeys", passkeys.AddPasskeyView.as_view(), name="add-passkey"),
    path(
        "security/passkeys/<int:passkey_id>/remove",
        passkeys.RemovePasskeyView.as_view(),
        name="remove-passkey",
    ),
    path("security/passkey-options", passkeys.PasskeyOptionsView.as_view(), name="passkey-options"),
    path("security/password", passwords.ChangePasswordView.as_view(), name="password"),
    path("security/sessions/end-others", sessions.EndOthersView.as_view(), name="end-others"),
    path(
        "security/sessions/<uuid:session_id>/end",
        sessions.EndSessionView.as_view(),
        name="end-session",
    ),
    path("organization", organizations.OrganizationView.as_view(), name="organization"),
    path("members", members.MembersView.as_view(), name="members"),
    path(
        "members/<uuid:user_id>/role",
        members.ChangeMemberRoleView.as_view(),
        name="change-member-role",
    ),
    path(
        "members/<uuid:user_id>/end-sessions",
        members.EndMemberSessionsView.as_view(),
        name="end-member-sessions",
    ),
    path("members/<uuid:user_id>/remove", members.RemoveMemberView.as_view(), name="remove-member"),
    path("invitations", invitations.InviteView.as_view(), name="invite"),
    path(
        "invitations/<uuid:invitation_id>/resend",
        invitations.ResendInvitationView.as_view(),
        name="resend-invitation",
    ),
    path(
        "invitations/<uuid:invitation_id>/revoke",
        invitations.RevokeInvitationView.as_view(),
        name="revoke-invitation",
    ),
    path("roles", roles.RolesView.as_view(), name="roles"),
    path("roles/new", roles.NewRoleView.as_view(), name="new-role"),
    path("roles/<uuid:role_id>", roles.RoleView.as_view(), name="role"),
    path("roles/<uuid:role_id>/delete", roles.DeleteRoleView.as_view(), name="delete-role"),
    path("brands", brands.BrandsView.as_view(), name="brands"),
    path("brands/new", brands.NewBrandView.as_view(), name="new-brand"),
    path("brands/<uuid:brand_id>", brands.BrandView.as_view(), name="brand"),
    path("brands/<uuid:brand_id>/delete", brands.DeleteBrandView.as_view(), name="delete-brand"),
    path("api-keys", api_keys.ApiKeysView.as_view(), name="api-keys"),
    path("api-keys/new", api_keys.NewApiKeyView.as_view(), name="new-api-key"),
    path(
        "api-keys/<uuid:key_id>/revoke", api_keys.RevokeApiKeyView.as_view(), name="revoke-api-key"
    ),
    path("audit", audit.AuditView.as_view(), name="audit"),
    path("audit.csv", audit.AuditFileView.as_view(), name="audit.csv"),
    path("audit.xlsx", audit.AuditFileView.as_view(write=xlsx_file), name="audit.xlsx"),
    path("plan", quotas.PlanView.as_view(), name="plan"),
    path("account", users.AccountView.as_view(), name="account"),
    path("account/address", addresses.ChangeAddressView.as_view(), name="change-address"),
    path(
        "account/address/verify", addresses.SendVerificationView.as_view(), name="send-verification"
    ),
]
urlpatterns = [
    path("app/auth/", include(_PAGES)),
    *shell_urls("auth", finders=search.FINDERS),
]
