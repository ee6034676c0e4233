"""Brands."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from apps.auth.exceptions import BrandNotFoundError
from apps.auth.models import Brand


def list_brands() -> QuerySet[Brand]:
    """Return the organization's brands."""
    return Brand.objects.all()


def get_brand(*, brand_id: UUID) -> Brand:
    """Return one of the organization's brands.

    Raises:
        BrandNotFoundError: there is no such brand here.
    """
    return Brand.objects.get_or_refuse(BrandNotFoundError(brand_id=brand_id), id=brand_id)
