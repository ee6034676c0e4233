"""Services: what they declare, what they let each other ask, and how a call gets there."""

from omnify.services.client import client_of
from omnify.services.contract import Contract, method
from omnify.services.manifest import Manifest

__all__ = ["Contract", "Manifest", "client_of", "method"]
