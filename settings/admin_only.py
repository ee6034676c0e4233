"""The operators' admin of a split fleet: hosts no service, knows the tables of all."""

from omnify.services.registry import manifests
from settings.base import hosting

globals().update(hosting([], installed=manifests()))
