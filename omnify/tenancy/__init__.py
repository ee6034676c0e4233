"""Tables of tenant data: every query is an organization's own, or it is refused."""

from omnify.tenancy.models import TenantModel, TenantQuerySet

__all__ = ["TenantModel", "TenantQuerySet"]
