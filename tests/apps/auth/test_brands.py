"""An organization's brands."""

import pytest

from tests.apps.auth.people import refusal_in, send

pytestmark = pytest.mark.django_db


class TestBrands:
    def test_are_made_changed_and_deleted(self, owner):
        made = send(owner, "post", "/api/organizations/brands", {"name": "Globex"}).json()
        path = f"/api/organizations/brands/{made['id']}"

        assert send(owner, "patch", path, {"is_archived": True}).json()["is_archived"] is True
        again = send(owner, "post", "/api/organizations/brands", {"name": "Globex"})
        assert again.json()["code"] == "brand_name_taken"
        assert send(owner, "delete", path).status_code == 204
        assert refusal_in(send(owner, "get", path)) == "brand_not_found"
