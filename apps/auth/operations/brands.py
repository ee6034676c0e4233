"""An organization's brands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError

from apps.auth.exceptions import BrandNameTakenError
from apps.auth.models import Brand
from apps.auth.queries import get_brand
from omnify.db import atomic


def create_brand(**fields: Any) -> Brand:
    """Make a brand.

    Raises:
        BrandNameTakenError: the organization has one of that name.
    """
    try:
        with atomic("auth"):
            return Brand.objects.create(**fields)
    except IntegrityError as error:
        raise BrandNameTakenError(name=fields["name"]) from error


def change_brand(*, brand_id: UUID, **fields: Any) -> Brand:
    """Change what the fields name.

    Raises:
        BrandNotFoundError: there is no such brand here.
        BrandNameTakenError: another one has that name.
    """
    try:
        with atomic("auth"):
            brand = get_brand(brand_id=brand_id)
            for name, value in fields.items():
                setattr(brand, name, value)
            brand.save()
    except IntegrityError as error:
        raise BrandNameTakenError(name=fields["name"]) from error
    return brand


def delete_brand(*, brand_id: UUID) -> None:
    """Delete a brand; rows of other services keep its id.

    Raises:
        BrandNotFoundError: there is no such brand here.
    """
    with atomic("auth"):
        get_brand(brand_id=brand_id).delete()
