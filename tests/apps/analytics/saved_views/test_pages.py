"""The pages of saved views: saved, opened, renamed, deleted."""

import pytest

from apps.analytics.saved_views.models import SavedView
from tests.apps.analytics.requests import TWO_CHANNELS, TWO_MONTHS
from tests.apps.integrations.requests import send
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
VIEWS = "/app/analytics/views"
GIVEN = {"name": "Winter", "first": "2026-01-01", "last": "2026-02-28"}


@pytest.fixture
def browser(client, registered):
    client.post("/app/auth/sign-in", CREDENTIALS)
    return client


@pytest.fixture
def view(browser, registered):
    """The address of a view of two channels."""
    send(registered, TWO_MONTHS, TWO_CHANNELS)
    return browser.post(f"{VIEWS}/new", GIVEN)["Location"]


class TestSavedViews:
    def test_say_how_to_begin(self, browser):
        assert "No views yet" in browser.get(VIEWS).content.decode()

    def test_are_saved_with_the_days_of_the_overview(self, browser):
        text = browser.get(f"{VIEWS}/new", {"first": "2026-01-01", "last": "2026-02-28"})

        assert 'value="2026-01-01"' in text.content.decode()

    def test_are_opened_with_their_numbers(self, browser, view):
        text = browser.get(view).content.decode()
        file = browser.get(f"{view}/csv").content.decode()

        assert f'href="{view}"' in browser.get(VIEWS).content.decode()
        assert "first=2026-01-01&amp;last=2026-02-28" in text
        assert "10.00" in text
        assert file.splitlines()[1].startswith("tv,10.00")

    def test_open_without_any_numbers(self, browser):
        view = browser.post(f"{VIEWS}/new", GIVEN)["Location"]

        assert "No numbers yet" in browser.get(view).content.decode()

    def test_are_renamed(self, browser, view):
        browser.post(f"{view}/rename", {"name": "Spring"})

        assert SavedView.unscoped.get().name == "Spring"

    def test_keep_names_apart(self, browser, view):
        browser.post(f"{VIEWS}/new", {**GIVEN, "name": "Other"})

        answer = browser.post(f"{view}/rename", {"name": "Other"})

        assert answer.status_code == 409
        assert "already a view called" in answer.content.decode()

    def test_are_deleted_after_a_question(self, browser, view):
        assert "Yes, delete Winter" in browser.get(f"{view}/delete").content.decode()

        browser.post(f"{view}/delete")

        assert not SavedView.unscoped.exists()

    def test_belong_to_who_saved_them(self, client, view, registered, token_of, make_principal):
        organization_id = SavedView.unscoped.get().organization_id
        other = make_principal(permissions=("analytics:view",), organization_id=organization_id)
        client.cookies["omnify-access"] = token_of(other)

        assert client.post(f"{view}/rename", {"name": "Mine"}).status_code == 403
        assert client.post(f"{view}/delete").status_code == 403

    def test_are_the_organization_s_own(self, client, view, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=("analytics:view",)))

        for path in ("", "/csv", "/rename", "/delete"):
            assert client.get(f"{view}{path}").status_code == 404

    def test_need_the_permission(self, client, token_of, make_principal):
        client.cookies["omnify-access"] = token_of(make_principal(permissions=()))

        assert client.get(VIEWS).status_code == 403
        assert client.get(f"{VIEWS}/new").status_code == 403
