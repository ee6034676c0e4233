"""An organization's brands."""

from __future__ import annotations

from uuid import UUID

from apps.auth import queries
from apps.auth.messages.brands import Brand, BrandChange, BrandInput
from apps.auth.operations import brands
from omnify.api.fields import given_fields
from omnify.api.pagination import Page
from omnify.api.routes import route
from omnify.api.views import ServiceView
from omnify.services.messages import as_message


class BrandListView(ServiceView):
    @route("org:view", summary="List brands")
    def get(self) -> Page[Brand]:
        return self.page(queries.list_brands(), Brand)

    @route("org:edit", summary="Add a brand", status=201)
    def post(self, brand_input: BrandInput) -> Brand:
        return as_message(Brand, brands.create_brand(brand_input))


class BrandView(ServiceView):
    @route("org:view", summary="Show a brand")
    def get(self, brand_id: UUID) -> Brand:
        return as_message(Brand, queries.get_brand(brand_id=brand_id))

    @route("org:edit", summary="Change a brand")
    def patch(self, change: BrandChange, brand_id: UUID) -> Brand:
        return as_message(Brand, brands.change_brand(brand_id=brand_id, **given_fields(change)))

    @route("org:edit", summary="Delete a brand")
    def delete(self, brand_id: UUID) -> None:
        brands.delete_brand(brand_id=brand_id)
