"""The page of roles: custom ones are made, changed and deleted, up to one's own rights."""

import pytest
from django.test import Client

from apps.auth.models import Role
from tests.factories.auth import PASSWORD, make_member, make_organization

pytestmark = pytest.mark.django_db
PATH = "/app/auth/roles"
ANALYST = {
    "role_id": "new",
    "new-name": "Analyst",
    "new-description": "Reads numbers",
    "new-permissions": ["analytics:view", "analytics:export"],
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


class TestRolesPage:
    def test_makes_a_role(self, browser):
        page = browser.post(PATH, ANALYST).content.decode()

        assert "The role Analyst was made." in page
        assert "Analyst, 2 permissions" in page
        assert stored() == [("Analyst", "Reads numbers", ["analytics:export", "analytics:view"])]

    def test_changes_a_role(self, browser):
        browser.post(PATH, ANALYST)
        place = str(Role.unscoped.get().id)
        body = {"role_id": place, f"{place}-name": "Reader", f"{place}-permissions": "agent:view"}

        page = browser.post(PATH, body).content.decode()

        assert "The role Reader was changed" in page
        assert stored() == [("Reader", "", ["agent:view"])]

    def test_deletes_a_role(self, browser):
        browser.post(PATH, ANALYST)
        body = {"action": "delete", "role_id": str(Role.unscoped.get().id)}

        assert "The role was deleted." in browser.post(PATH, body).content.decode()
        assert stored() == []

    @pytest.mark.parametrize("role_id", ["019a0000-0000-7000-8000-000000000000", "no id", ""])
    @pytest.mark.parametrize("action", ["delete", "save"])
    def test_says_when_there_is_no_such_role(self, browser, action, role_id):
        fields = {f"{role_id}-name": "Ghost", f"{role_id}-permissions": "agent:view"}

        page = browser.post(PATH, {"action": action, "role_id": role_id, **fields})

        assert "role" in page.content.decode()
        assert 'role="alert"' in page.content.decode()
        assert stored() == []

    def test_keeps_what_was_typed_beside_a_problem(self, browser):
        browser.post(PATH, ANALYST)
        page = browser.post(PATH, {**ANALYST, "new-description": "the second"}).content.decode()

        assert "Analyst" in page
        assert 'role="alert"' in page
        assert 'value="the second"' in page
        assert len(stored()) == 1

    def test_gives_nobody_more_than_the_giver_has(self, browser):
        page = browser.post(PATH, {**ANALYST, "new-permissions": ["org:billing"]}).content.decode()

        assert "org:billing" in page
        assert 'role="alert"' in page
        assert stored() == []

    def test_refuses_a_permission_that_does_not_exist(self, browser):
        page = browser.post(PATH, {**ANALYST, "new-permissions": ["root:all"]}).content.decode()

        assert "root:all" in page
        assert stored() == []

    def test_shows_another_organization_s_roles_to_nobody(self, browser):
        browser.post(PATH, ANALYST)
        place = str(Role.unscoped.get().id)
        stranger = sign_in(make_organization(name="Initech"), "owner")

        assert "Analyst" not in stranger.get(PATH).content.decode()
        stranger.post(PATH, {"action": "delete", "role_id": place})
        stranger.post(PATH, {"role_id": place, f"{place}-name": "Stolen"})
        assert [name for name, _, _ in stored()] == ["Analyst"]

    def test_has_no_forms_for_whoever_may_not_change_roles(self, organization, browser):
        browser.post(PATH, ANALYST)
        reader = sign_in(organization, "manager")

        page = reader.get(PATH).content.decode()
        refused = reader.post(PATH, {**ANALYST, "new-name": "Mine"})

        assert "Analyst, 2 permissions" in page
        assert "A new role" not in page
        assert refused.status_code == 403
        assert len(stored()) == 1

    def test_answers_htmx_with_its_part(self, browser):
        page = browser.post(PATH, ANALYST, headers={"HX-Request": "true"}).content.decode()

        assert "<html" not in page
        assert page.lstrip().startswith('<div id="roles">')
