"""The API routes of auth."""

from django.urls import path

from apps.auth.api import views

urlpatterns = [
    path("api/auth/register", views.RegisterView.as_view()),
    path("api/auth/login", views.LoginView.as_view()),
    path("api/auth/refresh", views.RefreshView.as_view()),
    path("api/auth/logout", views.LogoutView.as_view()),
    path("api/auth/me", views.MeView.as_view()),
    path("api/sessions", views.SessionListView.as_view()),
    path("api/sessions/<uuid:session_id>", views.SessionView.as_view()),
    path("api/organizations/me", views.OrganizationView.as_view()),
    path("api/rbac/roles", views.RoleListView.as_view()),
    path("api/rbac/permissions", views.PermissionListView.as_view()),
    path(".well-known/jwks.json", views.KeySetView.as_view()),
]
