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
    registration,
    roles,
    security,
    sessions,
    sign_in,
)

urlpatterns = [
    path("app/auth/sign-in", sign_in.SignInView.as_view()),
    path("app/auth/sign-in/second-factor", sign_in.SecondFactorView.as_view()),
    path("app/auth/sign-in/passkey-options", sign_in.SignInPasskeyOptionsView.as_view()),
    path("app/auth/register", registration.RegisterView.as_view()),
    path("app/auth/forgot", passwords.ForgotView.as_view()),
    path("app/auth/reset", passwords.ResetView.as_view()),
    path("app/auth/verify-email", addresses.VerifyEmailView.as_view()),
    path("app/auth/invitation", invitations.InvitationView.as_view()),
    path("app/auth/renew", sessions.RenewView.as_view()),
    path("app/auth/renew/sign-out", sessions.SignOutLateView.as_view()),
    path("app/auth/switch", sessions.SwitchView.as_view()),
    path("app/auth/sign-out", sessions.SignOutView.as_view()),
    path("app/auth/security", security.SecurityView.as_view()),
    path("app/auth/security/passkey-options", passkeys.PasskeyOptionsView.as_view()),
    path("app/auth/confirm", reauthentication.ConfirmView.as_view()),
    path("app/auth/confirm/passkey-options", reauthentication.ConfirmOptionsView.as_view()),
    path("app/auth/documents", legal.DocumentsView.as_view()),
    path("app/auth/legal/<slug:document_type>", legal.DocumentView.as_view()),
    path("app/auth/members", members.MembersView.as_view()),
    path("app/auth/roles", roles.RolesView.as_view()),
]
