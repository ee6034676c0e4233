"""An organization's brands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import asdict

from apps.auth.exceptions import BrandNameTakenError
from apps.auth.messages.brands import BrandInput
from apps.auth.models import Brand
from apps.auth.queries import get_brand
from omnify.db import atomic, refuse_taken


def create_brand(brand_input: BrandInput) -> Brand:
    """Make a brand.

    Raises:
        BrandNameTakenError: the organization has one of that name.
    """
    taken = BrandNameTakenError(name=brand_input.name)
    with refuse_taken("brand_name_once", taken), atomic("auth"):
        return Brand.objects.create(**asdict(brand_input))


def change_brand(*, brand_id: UUID, **fields: Any) -> Brand:
    """Change what the fields name.

    Raises:
        BrandNotFoundError: there is no such brand here.
        BrandNameTakenError: another one has that name.
    """
    taken = BrandNameTakenError(name=fields.get("name"))
    with refuse_taken("brand_name_once", taken), atomic("auth"):
        brand = get_brand(brand_id=brand_id)
        for name, value in fields.items():
            setattr(brand, name, value)
        brand.save()
    return brand


def delete_brand(*, brand_id: UUID) -> None:
    """Delete a brand; rows of other services keep its id.

    Raises:
        BrandNotFoundError: there is no such brand here.
    """
    with atomic("auth"):
        get_brand(brand_id=brand_id).delete()
