"""The page of the organization itself."""

import pytest

from apps.auth.models import Organization
from tests.apps.auth.people import open_browser
from tests.factories.auth import make_member

pytestmark = pytest.mark.django_db
PAGE = "/app/auth/organization"
FORM = {
    "name": "Globex & Sons",
    "currency": "SEK",
    "timezone": "Europe/Stockholm",
    "week_start": "sunday",
}


class TestOrganizationPage:
    def test_changes_name_currency_zone_and_week(self, organization, owner):
        page = open_browser(owner).post(PAGE, FORM, follow=True)

        assert "The organization is saved." in page.content.decode()
        organization.refresh_from_db()
        assert {name: getattr(organization, name) for name in FORM} == FORM

    def test_leaves_a_currency_to_be_settled_by_data_that_nobody_touched(self, organization, owner):
        Organization.objects.update(currency="USD", is_currency_settled=False)

        open_browser(owner).post(PAGE, {**FORM, "currency": "USD"})

        organization.refresh_from_db()
        assert (organization.name, organization.is_currency_settled) == ("Globex & Sons", False)

    def test_keeps_a_zone_that_it_does_not_list(self, organization, owner):
        Organization.objects.update(timezone="Etc/GMT+5")
        page = open_browser(owner).get(PAGE).content.decode()

        assert '<option value="Etc/GMT+5" selected>' in page

    def test_changes_nothing_beside_a_problem(self, organization, owner):
        page = open_browser(owner).post(PAGE, {**FORM, "name": ""})

        assert page.status_code == 400
        assert '<option value="SEK" selected>' in page.content.decode()
        organization.refresh_from_db()
        assert organization.name == "Globex"

    def test_is_read_by_those_who_may_not_change_it(self, organization):
        browser = open_browser(make_member(organization, "viewer"))

        page = browser.get(PAGE).content.decode()

        assert "ask an owner or admin" in page
        assert page.count(" disabled") >= 4
        assert browser.post(PAGE, FORM).status_code == 403


class TestTabs:
    def test_are_those_that_the_viewer_may_see(self, organization, owner):
        viewer = open_browser(make_member(organization, "viewer"))

        all_of_them = open_browser(owner).get(PAGE).context["tabs"].tabs
        some = viewer.get(PAGE).context["tabs"].tabs

        assert len(all_of_them) == 8
        assert [tab.label for tab in some] == ["Organization", "API keys", "Documents"]
        assert [tab.label for tab in some if tab.is_current] == ["Organization"]
