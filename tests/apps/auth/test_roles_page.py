"""The pages of an organization's roles."""

import re

import pytest
from django.test import Client

from apps.auth.models import Role
from omnify.pages.numbers import UNKNOWN
from tests.factories.auth import PASSWORD, make_member, make_organization

pytestmark = pytest.mark.django_db
PATH = "/app/auth/roles"
NEW = f"{PATH}/new"
ANALYST = {
    "name": "Analyst",
    "description": "Reads numbers",
    "permissions": ["analytics:view", "analytics:export"],
}


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def browser(organization):
    return sign_in(organization, "admin")


def sign_in(organization, role):
    browser = Client()
    email = make_member(organization, role).user.email
    browser.post("/app/auth/sign-in", {"email": email, "password": PASSWORD})
    return browser


def stored():
    rows = Role.unscoped.order_by("name")
    return [(role.name, role.description, role.permissions) for role in rows]


def send(browser, path, body=None):
    """Send a form, and follow where it leads; the page as text."""
    return browser.post(path, body or {}, follow=True).content.decode()


def page_of_role(action=""):
    return f"{PATH}/{Role.unscoped.get().id}{action}"


class TestRolesPage:
    def test_makes_a_role(self, browser):
        page = send(browser, NEW, ANALYST)

        assert "The role Analyst was created." in page
        assert re.search(r">\s*Analyst\s*</th>", page)
        assert stored() == [("Analyst", "Reads numbers", ["analytics:export", "analytics:view"])]

    def test_copies_a_role_as_far_as_the_viewer_may_give_it(self, browser):
        owner = browser.get(f"{NEW}?from=owner").content.decode()
        manager = browser.get(f"{NEW}?from=manager").content.decode()

        assert 'value="Copy of manager"' in manager
        assert len(re.findall(r'name="permissions"[^>]* checked', manager)) == 14
        # An admin lacks four of the owner's.
        assert len(re.findall(r'name="permissions"[^>]* checked', owner)) == 27
        assert browser.get(f"{NEW}?from=nobody").status_code == 404

    def test_says_in_words_who_may_do_what(self, browser):
        send(browser, NEW, ANALYST)

        rights = browser.get(PATH).context["parts"][1]

        assert len(rights.rows) == 31
        rows = {row[0].value: [cell.value for cell in row[2:]] for row in rights.rows}
        assert rows["Save numbers as files"] == ["Yes", "Yes", "Yes", UNKNOWN, UNKNOWN, "Yes"]
        assert not any(":" in sentence for sentence in rows)

    def test_changes_a_role(self, browser):
        send(browser, NEW, ANALYST)
        shown = browser.get(page_of_role()).content.decode()

        page = send(browser, page_of_role(), {"name": "Reader", "permissions": "agent:view"})

        assert 'value="Analyst"' in shown
        assert re.findall(r'value="([\w:]+)"[^>]* checked', shown) == ANALYST["permissions"]
        assert "The role Reader was changed" in page
        assert stored() == [("Reader", "", ["agent:view"])]

    def test_asks_before_it_deletes_a_role(self, browser):
        send(browser, NEW, ANALYST)
        url = page_of_role("/delete")

        assert f'href="{url}"' in browser.get(PATH).content.decode()
        assert "Delete the role Analyst?" in browser.get(url).content.decode()
        assert len(stored()) == 1
        assert "The role was deleted." in send(browser, url)
        assert stored() == []

    @pytest.mark.parametrize("action", ["", "/delete"])
    def test_says_when_there_is_no_such_role(self, browser, action):
        url = f"{PATH}/019a0000-0000-7000-8000-000000000000{action}"

        for answer in (browser.get(url), browser.post(url, {"name": "Ghost"})):
            assert answer.status_code == 404
            assert "has no role" in answer.content.decode()
        assert stored() == []

    def test_keeps_what_was_typed_beside_a_problem(self, browser):
        send(browser, NEW, ANALYST)

        page = send(browser, NEW, {**ANALYST, "description": "the second"})

        assert 'role="alert"' in page
        assert 'value="the second"' in page
        assert len(stored()) == 1

    def test_gives_nobody_more_than_the_giver_has(self, browser):
        shown = browser.get(NEW).content.decode()

        page = send(browser, NEW, {**ANALYST, "permissions": ["org:billing"]})

        assert re.search(r'value="org:billing"[^>]* disabled', shown)
        assert 'role="alert"' in page
        assert stored() == []

    def test_refuses_a_permission_that_does_not_exist(self, browser):
        page = send(browser, NEW, {**ANALYST, "permissions": ["root:all"]})

        assert "root:all" in page
        assert stored() == []

    def test_shows_another_organization_s_roles_to_nobody(self, browser):
        send(browser, NEW, ANALYST)
        stranger = sign_in(make_organization(name="Initech"), "owner")

        assert "Analyst" not in stranger.get(PATH).content.decode()
        assert stranger.post(page_of_role("/delete")).status_code == 404
        assert stranger.post(page_of_role(), {**ANALYST, "name": "Stolen"}).status_code == 404
        assert [name for name, _, _ in stored()] == ["Analyst"]

    def test_has_no_forms_for_a_member_who_may_not_change_roles(self, organization, browser):
        send(browser, NEW, ANALYST)
        reader = sign_in(organization, "manager")

        page = reader.get(PATH).content.decode()

        assert re.search(r">\s*Analyst\s*</th>", page)
        assert NEW not in page
        assert page_of_role() not in page
        assert reader.get(NEW).status_code == 403
        assert reader.post(NEW, {**ANALYST, "name": "Mine"}).status_code == 403
        assert len(stored()) == 1

    def test_answers_htmx_with_its_part(self, browser):
        htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{PATH}"}
        send(browser, NEW, ANALYST)

        page = browser.get(page_of_role("/delete"), headers=htmx).content.decode()
        done = browser.post(page_of_role("/delete"), headers=htmx, follow=True).content.decode()

        for part in (page, done):
            assert "<html" not in part
        assert "The role was deleted." in done
