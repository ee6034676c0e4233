"""The page of what users say of themselves."""

import re

import pytest

from apps.auth.models import EmailToken, Membership
from tests.apps.auth.people import age_proofs, open_browser

pytestmark = pytest.mark.django_db
PAGE = "/app/auth/account"
DOCUMENTS = "/app/auth/documents"
ADDRESS = f"{PAGE}/address"


class TestAccountPage:
    def test_changes_name_and_reader_s_role(self, owner):
        body = {"first_name": "Ada", "last_name": "Byron", "reader_role": "vp_growth"}

        page = open_browser(owner).post(PAGE, body, follow=True).content.decode()

        assert "Your account is saved." in page
        owner.user.refresh_from_db()
        assert (owner.user.first_name, owner.user.last_name) == ("Ada", "Byron")
        assert Membership.objects.get(user=owner.user).reader_role == "vp_growth"

    def test_chooses_how_pages_write_numbers_and_days(self, owner):
        browser = open_browser(owner)
        names = {"first_name": "Ada", "last_name": "Byron", "reader_role": "vp_growth"}

        offered = browser.get(PAGE).content.decode()
        browser.post(PAGE, {**names, "voice": "de"})
        page = browser.get(DOCUMENTS).content.decode()

        assert ">123.456,78 · 31.12.2018 – German, Danish, Turkish</option>" in offered
        assert "Times are of UTC, the organization&#x27;s zone." in offered
        assert re.search(r">\d\d\.\d\d\.20\d\d</time>", page)
        assert open_browser(owner).cookies["omnify-voice"].value == "de"

    def test_takes_the_voice_back(self, owner):
        owner.user.voice = "de"
        owner.user.save()
        browser = open_browser(owner)
        names = {"first_name": "Ada", "last_name": "Byron", "reader_role": "vp_growth"}

        browser.post(PAGE, {**names, "voice": ""})

        assert browser.cookies["omnify-voice"].value == ""
        owner.user.refresh_from_db()
        assert owner.user.voice == ""

    def test_refuses_a_voice_that_there_is_not(self, owner):
        names = {"first_name": "Ada", "last_name": "Byron", "reader_role": "vp_growth"}

        page = open_browser(owner).post(PAGE, {**names, "voice": "tlh"})

        assert page.status_code == 400

    def test_keeps_what_was_typed_beside_a_problem(self, owner):
        body = {"first_name": "", "last_name": "Byron", "reader_role": "vp_growth"}

        page = open_browser(owner).post(PAGE, body)

        assert page.status_code == 400
        assert 'value="Byron"' in page.content.decode()
        assert '<option value="vp_growth" selected>' in page.content.decode()

    def test_says_how_the_address_stands(self, owner):
        browser = open_browser(owner)
        confirmed = browser.get(PAGE).content.decode()
        owner.user.emailaddress_set.update(verified=False)
        waiting = browser.get(PAGE).content.decode()

        assert f"You sign in with {owner.user.email}. It is confirmed." in confirmed
        assert "Mail me a new link" not in confirmed
        assert "It is not confirmed yet" in waiting
        sent = browser.post(f"{ADDRESS}/verify", follow=True).content.decode()
        assert f"A link is on its way to {owner.user.email}." in sent

    def test_changes_the_address_once_the_new_one_is_proven(self, owner):
        browser = open_browser(owner)

        page = browser.post(ADDRESS, {"email": "new@people.example"}, follow=True).content.decode()

        assert "A link is on its way to new@people.example." in page
        assert "It changes to new@people.example once the link" in page
        owner.user.refresh_from_db()
        assert owner.user.email != "new@people.example"
        assert EmailToken.objects.get(purpose="change").email == "new@people.example"

    def test_asks_for_a_proof_before_an_address_is_typed(self, owner):
        browser = open_browser(owner)
        age_proofs()

        answer = browser.get(ADDRESS)

        assert answer["Location"].startswith("/app/auth/confirm")
