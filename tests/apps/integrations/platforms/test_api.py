"""The catalog of platforms over HTTP."""

import pytest
from django.test import override_settings

from apps.integrations.contract import PLATFORMS
from apps.integrations.platforms.registry import ADAPTERS

pytestmark = pytest.mark.django_db


class TestCatalog:
    def test_tells_what_can_be_connected(self, owner):
        rows = owner.get("/api/integrations/catalog").json()["results"]

        assert [row["id"] for row in rows] == sorted(["csv", *PLATFORMS])
        assert {row["id"] for row in rows if row["is_available"]} == {"csv", *ADAPTERS}

    @pytest.mark.parametrize(
        ("url", "is_sample"),
        [
            ("http://127.0.0.1:8101", True),
            ("http://localhost:8101", True),
            ("https://graph.facebook.com", False),
            ("", False),
        ],
    )
    def test_says_what_is_a_sample_on_this_machine(self, owner, url, is_sample):
        with override_settings(PLATFORMS={"meta_ads": {"API_URL": url}}):
            rows = owner.get("/api/integrations/catalog").json()["results"]

        assert [row["id"] for row in rows if row["is_sample"]] == ["meta_ads"] * is_sample

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
