"""The page routes of auth."""

from __future__ import annotations

from django.urls import path

from apps.auth.pages import (
    addresses,
    invitations,
    legal,
    members,
    passkeys,
    passwords,
    reauthentication,
    recovery_codes,
    registration,
    roles,
    second_factor,
    security,
    sessions,
    sign_in,
)

app_name = "auth"
urlpatterns = [
    path("app/auth/sign-in", sign_in.SignInView.as_view(), name="sign-in"),
    path(
        "app/auth/sign-in/second-factor", sign_in.SecondFactorView.as_view(), name="second-factor"
    ),
    path(
        "app/auth/sign-in/passkey-options",
        sign_in.SignInPasskeyOptionsView.as_view(),
        name="sign-in-passkey-options",
    ),
    path("app/auth/register", registration.RegisterView.as_view(), name="register"),
    path("app/auth/forgot", passwords.ForgotView.as_view(), name="forgot"),
    path("app/auth/reset", passwords.ResetView.as_view(), name="reset"),
    path("app/auth/verify-email", addresses.VerifyEmailView.as_view(), name="verify-email"),
    path("app/auth/invitation", invitations.InvitationView.as_view(), name="invitation"),
    path("app/auth/renew", sessions.RenewView.as_view(), name="renew"),
    path("app/auth/renew/sign-out", sessions.SignOutLateView.as_view(), name="sign-out-late"),
    path("app/auth/switch", sessions.SwitchView.as_view(), name="switch"),
    path("app/auth/sign-out", sessions.SignOutView.as_view(), name="sign-out"),
    path("app/auth/confirm", reauthentication.ConfirmView.as_view(), name="confirm"),
    path(
        "app/auth/confirm/passkey-options",
        reauthentication.ConfirmOptionsView.as_view(),
        name="confirm-passkey-options",
    ),
    path("app/auth/documents", legal.DocumentsView.as_view(), name="documents"),
    path("app/auth/legal/<slug:document_type>", legal.DocumentView.as_view(), name="document"),
    path("app/auth/security", security.SecurityView.as_view(), name="security"),
    path("app/auth/security/app", second_factor.SetUpAppView.as_view(), name="set-up-app"),
    path(
        "app/auth/security/app/confirm", second_factor.ConfirmAppView.as_view(), name="confirm-app"
    ),
    path(
        "app/auth/security/factors/remove",
        second_factor.RemoveFactorsView.as_view(),
        name="remove-factors",
    ),
    path(
        "app/auth/security/recovery-codes",
        recovery_codes.RenewCodesView.as_view(),
        name="recovery-codes",
    ),
    path("app/auth/security/passkeys", passkeys.AddPasskeyView.as_view(), name="add-passkey"),
    path(
        "app/auth/security/passkeys/<int:passkey_id>/remove",
        passkeys.RemovePasskeyView.as_view(),
        name="remove-passkey",
    ),
    path(
        "app/auth/security/passkey-options",
        passkeys.PasskeyOptionsView.as_view(),
        name="passkey-options",
    ),
    path("app/auth/security/password", passwords.ChangePasswordView.as_view(), name="password"),
    path(
        "app/auth/security/sessions/end-others",
        sessions.EndOthersView.as_view(),
        name="end-others",
    ),
    path(
        "app/auth/security/sessions/<uuid:session_id>/end",
        sessions.EndSessionView.as_view(),
        name="end-session",
    ),
    path("app/auth/members", members.MembersView.as_view(), name="members"),
    path(
        "app/auth/members/<uuid:user_id>/role",
        members.ChangeMemberRoleView.as_view(),
        name="change-member-role",
    ),
    path(
        "app/auth/members/<uuid:user_id>/remove",
        members.RemoveMemberView.as_view(),
        name="remove-member",
    ),
    path("app/auth/invitations", invitations.InviteView.as_view(), name="invite"),
    path(
        "app/auth/invitations/<uuid:invitation_id>/revoke",
        invitations.RevokeInvitationView.as_view(),
        name="revoke-invitation",
    ),
    path("app/auth/roles", roles.RolesView.as_view(), name="roles"),
    path("app/auth/roles/new", roles.NewRoleView.as_view(), name="new-role"),
    path("app/auth/roles/<uuid:role_id>", roles.RoleView.as_view(), name="role"),
    path(
        "app/auth/roles/<uuid:role_id>/delete", roles.DeleteRoleView.as_view(), name="delete-role"
    ),
]
