"""The page routes of auth."""

from django.urls import path

from apps.auth.pages import joining, members, organizations, roles, settings, signing_in

urlpatterns = [
    path("app/auth/sign-in", signing_in.SignInView.as_view()),
    path("app/auth/sign-in/second-factor", signing_in.SecondFactorView.as_view()),
    path("app/auth/sign-in/passkey-options", signing_in.SignInPasskeyOptionsView.as_view()),
    path("app/auth/register", joining.RegisterView.as_view()),
    path("app/auth/forgot", joining.ForgotView.as_view()),
    path("app/auth/reset", joining.ResetView.as_view()),
    path("app/auth/verify-email", joining.VerifyEmailView.as_view()),
    path("app/auth/invitation", organizations.InvitationView.as_view()),
    path("app/auth/renew", signing_in.RenewView.as_view()),
    path("app/auth/renew/sign-out", signing_in.SignOutLateView.as_view()),
    path("app/auth/switch", organizations.SwitchView.as_view()),
    path("app/auth/sign-out", signing_in.SignOutView.as_view()),
    path("app/auth/security", settings.SecurityView.as_view()),
    path("app/auth/security/passkey-options", settings.PasskeyOptionsView.as_view()),
    path("app/auth/confirm", settings.ConfirmView.as_view()),
    path("app/auth/confirm/passkey-options", settings.ConfirmOptionsView.as_view()),
    path("app/auth/documents", settings.DocumentsView.as_view()),
    path("app/auth/legal/<slug:document_type>", settings.DocumentView.as_view()),
    path("app/auth/members", members.MembersView.as_view()),
    path("app/auth/roles", roles.RolesView.as_view()),
]
