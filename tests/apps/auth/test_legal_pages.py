"""The pages to accept legal documents."""

import pytest

from apps.auth.models import Invitation, LoginChallenge
from tests.apps.auth.people import open_browser
from tests.factories.auth import make_member, make_user

pytestmark = pytest.mark.django_db
INVITE = "/app/auth/invitations"
SECURITY = "/app/auth/security"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SECURITY}"}


class TestConsent:
    @pytest.fixture
    def browser(self, organization):
        return open_browser(make_member(organization, "owner", user=make_user(accepts=False)))

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            (f"{SECURITY}/app", {}),
            (f"{SECURITY}/recovery-codes", {}),
            (f"{SECURITY}/passkey-options", {}),
            (INVITE, {"email": "new@people.example", "role": "member"}),
        ],
    )
    def test_comes_before_any_other_write(self, browser, path, body):
        target = "/app/auth/documents?next=%2Fapp%2Fauth%2Fsecurity"

        plain = browser.post(path, body, headers={"Referer": f"http://testserver{SECURITY}"})
        part = browser.post(path, body, headers=HTMX)

        assert (plain.status_code, plain["Location"]) == (302, target)
        assert (part.status_code, part["HX-Redirect"]) == (204, target)
        assert not LoginChallenge.objects.exists()
        assert not Invitation.objects.exists()

    def test_is_not_needed_to_keep_others_out(self, browser):
        page = browser.post(f"{SECURITY}/sessions/end-others", follow=True)

        assert "1 other session ended." in page.content.decode()

    def test_leads_nowhere_else(self, browser):
        answer = browser.post(f"{SECURITY}/app", headers={"Referer": "https://evil.example/a"})

        assert answer["Location"] == "/app/auth/documents?next=%2F"

    def test_is_asked_for_by_every_page_but_its_own(self, browser):
        notice = "Legal documents wait for you"

        assert notice in browser.get(SECURITY).content.decode()
        assert notice not in browser.get("/app/auth/documents").content.decode()
