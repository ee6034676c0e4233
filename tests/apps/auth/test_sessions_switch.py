"""Switching to another organization on the page."""

from datetime import UTC, datetime

import pytest

from apps.auth.models import Session
from tests.apps.auth.people import open_browser
from tests.factories.auth import make_member, make_organization, make_user

pytestmark = pytest.mark.django_db
MEMBERS = "/app/auth/members"
SECURITY = "/app/auth/security"


class TestSwitch:
    @pytest.fixture
    def elsewhere(self, owner):
        organization = make_organization(name="Initech")
        make_member(organization, "viewer", user=owner.user)
        return organization

    def go(self, browser, organization):
        return browser.post("/app/auth/switch", {"organization_id": str(organization.id)})

    def test_is_offered_where_there_is_another_organization(self, organization, owner, elsewhere):
        browser = open_browser(owner)
        self.go(browser, organization)

        page = browser.get(SECURITY).content.decode()

        assert f'name="organization_id" value="{elsewhere.id}"' in page
        assert str(organization.id) not in page

    def test_is_not_offered_where_there_is_none(self, owner):
        assert "/app/auth/switch" not in open_browser(owner).get(SECURITY).content.decode()

    def test_opens_a_session_there_and_ends_the_session_here(self, organization, owner, elsewhere):
        browser = open_browser(owner)
        self.go(browser, organization)
        former = Session.objects.active(datetime.now(UTC)).first()

        answer = self.go(browser, elsewhere)

        former.refresh_from_db()
        page = browser.get(SECURITY).content.decode()
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert former.revoked_reason == "succeeded by another"
        assert 'organization-name text-truncate">Initech</' in page
        # A viewer's rights, not the owner's.
        assert browser.get(MEMBERS).status_code == 403
        del browser.cookies["omnify-access"]
        browser.get("/app/auth/renew")
        assert "Initech" in browser.get(SECURITY).content.decode()

    @pytest.mark.parametrize("place", ["", "no id", "019a0000-0000-7000-8000-000000000000"])
    def test_leads_nowhere_where_one_does_not_belong(self, owner, place):
        browser = open_browser(owner)

        answer = browser.post("/app/auth/switch", {"organization_id": place})

        assert answer.status_code == 404
        assert browser.get(SECURITY).status_code == 200

    def test_needs_no_consent(self, organization):
        member = make_member(organization, user=make_user(accepts=False))
        make_member(elsewhere := make_organization(name="Initech"), user=member.user)

        assert self.go(open_browser(member), elsewhere).status_code == 302
