"""The page of the plan."""

import pytest

from apps.auth.models import Organization
from tests.apps.auth.people import open_browser

pytestmark = pytest.mark.django_db


class TestPlanPage:
    def test_says_what_is_used_and_left(self, owner):
        Organization.objects.update(plan="free")
        page = open_browser(owner).get("/app/auth/plan")

        assert "Plan: Free" in page.content.decode()
        [_, table] = page.context["parts"]
        assert [tuple(cell.shown for cell in row) for row in table.rows] == [
            ("People and open invitations", "1", "2", "1"),
            ("Campaigns", "0", "5", "5"),
            ("Storage", "0.0 GB", "1.0 GB", "1.0 GB"),
        ]
