"""The routes of integrations, concept by concept."""

from apps.integrations.connections import api as connections
from apps.integrations.imports import api as imports
from apps.integrations.imports.pages import views as import_pages
from apps.integrations.platforms import api as platforms

app_name = "integrations"
urlpatterns = [
    *platforms.urlpatterns,
    *connections.urlpatterns,
    *imports.urlpatterns,
    *import_pages.urlpatterns,
]
