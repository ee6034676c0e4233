"""All services in one process."""

from omnify.services.registry import manifests
from settings.base import hosting

globals().update(hosting(manifests()))
