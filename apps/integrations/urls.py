"""The routes of integrations, concept by concept."""

from apps.integrations.connections import api as connections
from apps.integrations.imports import api as imports
from apps.integrations.imports import pages as import_pages
from apps.integrations.platforms import api as platforms

urlpatterns = [
    *platforms.urlpatterns,
    *connections.urlpatterns,
    *imports.urlpatterns,
    *import_pages.urlpatterns,
]
