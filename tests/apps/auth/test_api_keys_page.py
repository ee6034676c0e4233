"""The pages of API keys."""

import re
from datetime import UTC, datetime

import pytest

from apps.auth.models import ApiKey, Organization
from tests.apps.auth.people import age_proofs, bearer, open_browser
from tests.factories.auth import make_member

pytestmark = pytest.mark.django_db
PAGE = "/app/auth/api-keys"
NEW = f"{PAGE}/new"
FORM = {"name": "Nightly", "permissions": ["org:view"], "expires_on": "2030-01-31"}


class TestApiKeysPage:
    def test_makes_a_key_that_it_shows_once(self, owner, client):
        Organization.objects.update(timezone="America/New_York")
        browser = open_browser(owner)

        page = browser.post(NEW, FORM).content.decode()

        [text] = re.findall(r'value="(omk_[^"]+)"', page)
        assert client.get("/api/organizations/quotas", headers=bearer(text)).status_code == 200
        again = browser.get(PAGE).content.decode()
        assert text not in again
        assert "See brands and the plan" in again
        assert "org:view" not in again
        # The end of the day where the organization is.
        assert ApiKey.objects.get().expires_at == datetime(2030, 2, 1, 5, tzinfo=UTC)

    def test_asks_before_it_revokes_a_key(self, owner):
        browser = open_browser(owner)
        browser.post(NEW, FORM)
        url = f"{PAGE}/{ApiKey.objects.get().id}/revoke"

        assert f'href="{url}"' in browser.get(PAGE).content.decode()
        assert "Revoke the key Nightly?" in browser.get(url).content.decode()
        assert ApiKey.objects.get().revoked_at is None
        assert "The key was revoked." in browser.post(url, follow=True).content.decode()
        assert ApiKey.objects.get().revoked_at

    def test_asks_for_a_proof_before_anything_is_typed(self, owner):
        browser = open_browser(owner)
        age_proofs()

        answer = browser.get(NEW)

        assert answer["Location"].startswith(
            "/app/auth/confirm?next=%2Fapp%2Fauth%2Fapi-keys%2Fnew"
        )

    def test_gives_nobody_more_than_the_maker_has(self, organization):
        browser = open_browser(make_member(organization, "viewer"))

        page = browser.post(NEW, FORM)

        assert page.status_code == 403
        assert 'role="alert"' in page.content.decode()
        assert 'value="Nightly"' in page.content.decode()
        assert not ApiKey.objects.exists()

    def test_shows_another_s_keys_to_nobody(self, organization, owner):
        open_browser(owner).post(NEW, FORM)
        other = open_browser(make_member(organization, "admin"))
        url = f"{PAGE}/{ApiKey.objects.get().id}/revoke"

        assert "Nightly" not in other.get(PAGE).content.decode()
        assert [other.get(url).status_code, other.post(url).status_code] == [404, 404]
