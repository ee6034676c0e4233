"""Registering an organization."""

import re
import threading

import pytest
from django.db import connections
from rest_framework.test import APIClient

from apps.auth.models import Membership, Organization, User
from apps.auth.operations.flags import set_flag
from omnify.jobs.models import Job
from tests.conftest import REGISTRATION


@pytest.mark.django_db
class TestRegister:
    def test_makes_an_organization_and_its_owner(self, registered):
        body = registered.answer

        assert body["organization"]["currency"] == "USD"
        assert body["organization"]["is_currency_settled"] is False
        assert Membership.objects.get().role == "owner"
        assert "password" not in str(body)

    def test_refuses_a_second_account_and_makes_nothing(self, api, registered):
        again = {**REGISTRATION, "email": REGISTRATION["email"].upper()}

        answer = api.post("/api/auth/register", again, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
        assert Organization.objects.count() == 1

    @pytest.mark.parametrize(
        "password", ["short", "password1234", "acme is the best", "adabyron-adabyron"]
    )
    def test_refuses_a_weak_password_and_says_why(self, api, db, password):
        answer = api.post(
            "/api/auth/register",
            {**REGISTRATION, "password": password, "last_name": "adabyron"},
            format="json",
        )

        assert (answer.status_code, answer.json()["code"]) == (400, "password_refused")
        assert answer.json()["errors"][0]["field"] == "password"
        assert User.objects.count() == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "nobody"),
            ("organization_name", ""),
            ("organization_name", "x" * 201),
            ("first_name", "a\x00b"),
            ("currency", "euro"),
            ("timezone", "Mars/Olympus"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, api, db, field, value):
        answer = api.post("/api/auth/register", {**REGISTRATION, field: value}, format="json")

        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    def test_ignores_a_key_of_a_stranger(self, api, db):
        headers = {"idempotency-key": "register-1"}

        first = api.post("/api/auth/register", REGISTRATION, format="json", headers=headers)
        again = api.post("/api/auth/register", REGISTRATION, format="json", headers=headers)

        assert (first.status_code, again.status_code) == (201, 409)
        assert again.json()["code"] == "email_taken"
        assert Organization.objects.count() == 1

    def test_refuses_a_single_word_of_the_organization_in_the_password(self, api, db):
        asked = {**REGISTRATION, "organization_name": "Zanzibar Travel"}

        answer = api.post(
            "/api/auth/register", {**asked, "password": "my-zanzibar-2026"}, format="json"
        )

        assert answer.json()["code"] == "password_refused"
        assert "'Zanzibar'" in answer.json()["errors"][0]["message"]


@pytest.mark.django_db
class TestClosedSignUp:
    @pytest.fixture(params=["flag", "environment"])
    def closed(self, request, settings):
        """An operator closed registration, at run time or at start."""
        if request.param == "flag":
            set_flag("sign_up", enabled=False)
        else:
            settings.FLAG_OVERRIDES = {"sign_up": False}

    @pytest.mark.parametrize("verification", ["optional", "mandatory"])
    def test_registers_nobody_by_the_api(self, api, closed, settings, verification):
        settings.AUTH_EMAIL_VERIFICATION = verification

        answer = api.post("/api/auth/register", REGISTRATION, format="json")

        assert (answer.status_code, answer.json()["code"]) == (403, "sign_up_disabled")
        assert not Organization.objects.exists()
        assert not Job.objects.exists()

    def test_registers_nobody_by_the_page(self, client, closed):
        form = {**REGISTRATION, "timezone": "UTC", "accepts": "on"}

        page = client.get("/app/auth/register")
        answer = client.post("/app/auth/register", form)

        assert (page.status_code, answer.status_code) == (403, 403)
        assert "ask it to invite you" in page.content.decode()
        assert "ask it to invite you" in answer.content.decode()
        assert not Organization.objects.exists()

    def test_offers_no_link_on_the_sign_in_page(self, client, closed):
        assert "/app/auth/register" not in client.get("/app/auth/sign-in").content.decode()

    def test_accepts_invitations_all_the_same(self, api, registered):
        set_flag("sign_up", enabled=False)
        body = {"email": "grace@acme.example", "role": "member"}
        made = registered.post("/api/organizations/invitations", body, format="json").json()
        newcomer = {"first_name": "Grace", "last_name": "Hopper", "password": "correct horse two"}

        answer = api.post(
            "/api/organizations/invitations/accept",
            {"token": made["token"], **newcomer},
            format="json",
        )

        assert answer.status_code == 200, answer.json()
        assert User.objects.filter(email="grace@acme.example").exists()


@pytest.mark.django_db
class TestOpenSignUp:
    def test_offers_its_link_on_the_sign_in_page(self, client):
        assert "/app/auth/register" in client.get("/app/auth/sign-in").content.decode()


@pytest.mark.django_db(transaction=True)
class TestRegisterInParallel:
    def test_gives_an_address_to_one(self):
        codes, start = [], threading.Barrier(6)

        def register():
            start.wait()
            try:
                answer = APIClient().post("/api/auth/register", REGISTRATION, format="json")
                codes.append(answer.status_code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=register) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(codes) == [201, 409, 409, 409, 409, 409]
        assert (User.objects.count(), Organization.objects.count()) == (1, 1)


FORM = {
    **{name: value for name, value in REGISTRATION.items() if name != "accepted_documents"},
    "currency": "SEK",
    "timezone": "Europe/Stockholm",
    "accepts": "on",
}


class TestRegistrationPage:
    def test_asks_currency_and_zone(self, client, db):
        shown = client.get("/app/auth/register").content.decode()

        answer = client.post("/app/auth/register", FORM)

        assert '<option value="" selected>As in my first data</option>' in shown
        assert '<option value="UTC" selected>UTC</option>' in shown
        assert answer.status_code == 302
        organization = Organization.objects.get()
        assert (organization.currency, organization.timezone) == ("SEK", "Europe/Stockholm")

    def test_leaves_the_currency_to_the_first_data(self, client, db):
        client.post("/app/auth/register", {**FORM, "currency": ""})

        assert not Organization.objects.get().is_currency_settled

    def test_loses_nothing_that_was_typed_but_the_password(self, client, db):
        page = client.post("/app/auth/register", {**FORM, "password": "short"}).content.decode()

        for value in ("Acme", "Ada", "Byron", "ada@acme.example"):
            assert f'value="{value}"' in page
        assert '<option value="SEK" selected>' in page
        assert '<option value="Europe/Stockholm" selected>' in page
        assert re.search(r'name="accepts"[^>]* checked', page)
        assert "short" not in re.findall(r'<input[^>]*name="password"[^>]*>', page)[0]


@pytest.mark.django_db
class TestSampleData:
    @pytest.mark.parametrize("is_demo", [True, False])
    def test_is_told_on_every_page(self, api, client, is_demo):
        api.post("/api/auth/register", REGISTRATION | {"is_demo": is_demo}, format="json")
        client.post(
            "/app/auth/sign-in", {name: REGISTRATION[name] for name in ("email", "password")}
        )

        page = client.get("/app/auth/account").content.decode()

        assert ('<span class="sample"' in page) == is_demo
