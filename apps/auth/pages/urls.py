"""The page routes of auth."""

from django.urls import path

from apps.auth.pages import views

urlpatterns = [
    path("app/auth/sign-in", views.SignInView.as_view()),
    path("app/auth/register", views.RegisterView.as_view()),
    path("app/auth/renew", views.RenewView.as_view()),
    path("app/auth/renew/sign-out", views.SignOutLateView.as_view()),
    path("app/auth/sign-out", views.SignOutView.as_view()),
]
