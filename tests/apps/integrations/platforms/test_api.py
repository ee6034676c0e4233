"""The catalog of platforms over HTTP."""

import pytest

from apps.integrations.contract import PLATFORMS
from apps.integrations.platforms.registry import ADAPTERS

pytestmark = pytest.mark.django_db


class TestCatalog:
    def test_tells_what_can_be_connected(self, owner):
        rows = owner.get("/api/integrations/catalog").json()["results"]

        assert [row["id"] for row in rows] == sorted(["csv", *PLATFORMS])
        assert {row["id"] for row in rows if row["is_available"]} == {"csv", *ADAPTERS}

    def test_says_what_files_can_hold(self, owner):
        [csv] = [
            row
            for row in owner.get("/api/integrations/catalog").json()["results"]
            if row["id"] == "csv"
        ]

        assert csv["offers"] == [
            "spend",
            "revenue",
            "impressions",
            "clicks",
            "conversions",
            "reach",
        ]
