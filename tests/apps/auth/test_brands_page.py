"""The pages of brands."""

import pytest

from apps.auth.models import Brand
from tests.apps.auth.people import open_browser
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db
PAGE = "/app/auth/brands"
NEW = f"{PAGE}/new"


def stored():
    return list(Brand.unscoped.values_list("name", "website", "is_archived"))


class TestBrandsPage:
    def test_adds_changes_and_deletes_a_brand(self, owner):
        browser = open_browser(owner)
        assert "No brand yet" in browser.get(PAGE).content.decode()

        added = browser.post(NEW, {"name": "Acme", "website": "acme.example"}, follow=True)
        assert "The brand Acme was added." in added.content.decode()
        assert stored() == [("Acme", "https://acme.example", False)]
        url = f"{PAGE}/{Brand.unscoped.get().id}"
        changed = browser.post(url, {"name": "Acme 2", "is_archived": "on"}, follow=True)
        assert "The brand Acme 2 was changed." in changed.content.decode()
        assert stored() == [("Acme 2", "", True)]
        assert "Delete the brand Acme 2?" in browser.get(f"{url}/delete").content.decode()
        browser.post(f"{url}/delete")
        assert stored() == []

    def test_keeps_what_was_typed_beside_a_name_that_is_taken(self, owner):
        browser = open_browser(owner)
        browser.post(NEW, {"name": "Acme"})

        page = browser.post(NEW, {"name": "Acme", "website": "https://two.example"})

        assert page.status_code == 409
        assert "There is already a brand named" in page.content.decode()
        assert 'value="https://two.example"' in page.content.decode()

    def test_leaves_changes_to_those_who_may(self, organization, owner):
        open_browser(owner).post(NEW, {"name": "Acme"})
        url = f"{PAGE}/{Brand.unscoped.get().id}"
        stranger = open_browser(make_member(make_organization(name="Initech"), "owner"))
        viewer = open_browser(make_member(organization, "viewer"))

        assert [viewer.get(path).status_code for path in (PAGE, NEW, url)] == [403, 403, 403]
        assert "Acme" not in stranger.get(PAGE).content.decode()
        assert stranger.post(f"{url}/delete").status_code == 404
