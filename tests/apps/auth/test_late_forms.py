"""A form that came after its session is kept by the browser until its user has signed in again."""

from datetime import UTC, datetime

import pytest
from django.forms import BaseForm

from apps.auth import forms
from apps.auth.models import Session
from apps.auth.pages import late_forms
from apps.auth.pages.late_forms import LATE_FORM_PATH, is_secret
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}
ROLE = {"name": "Planner & <co>", "permissions": ["analytics:view", "ml:view"]}


def send_too_late(client, form=ROLE, *, to="/app/auth/roles/new"):
    """Send a form by a browser whose session is over, as its page sends it on."""
    client.post("/app/auth/sign-in", CREDENTIALS)
    Session.objects.update(revoked_at=datetime.now(UTC))
    return client.post(f"/app/auth/renew?resend={to}&next=/app/auth/roles", form)


def sign_in_after(client, answer, **credentials):
    """Sign in where an answer leads, and return the page that one then comes to."""
    left = client.post(answer["Location"], CREDENTIALS | credentials)
    return client.get(left["Location"])


class TestLateForm:
    def test_is_shown_after_signing_in_and_sent_by_one_button(self, client, registered):
        page = sign_in_after(client, send_too_late(client)).content.decode()

        assert 'method="post" action="/app/auth/roles/new">' in page
        assert page.count('type="hidden" name="permissions"') == len(ROLE["permissions"])
        assert 'name="name" value="Planner &amp; &lt;co&gt;"' in page
        assert ">analytics:view, ml:view</dd>" in page
        assert 'href="/app/auth/roles">Leave it' in page

    def test_carries_a_new_token_and_not_the_one_it_came_with(self, client, registered):
        sent = {**ROLE, "csrfmiddlewaretoken": "old"}

        page = sign_in_after(client, send_too_late(client, sent)).content.decode()

        assert 'value="old"' not in page
        assert page.count('name="csrfmiddlewaretoken"') > 0

    def test_is_out_of_reach_of_scripts_and_of_other_pages(self, client, registered):
        send_too_late(client)

        cookie = client.cookies["omnify-form"]

        assert (cookie["httponly"], cookie["path"]) == (True, LATE_FORM_PATH)
        assert "Planner" not in cookie.value

    def test_is_shown_to_nobody_else(self, client, registered, api):
        other = {"email": "other@example.com", "organization_name": "Other"}
        api.post("/api/auth/register", REGISTRATION | other, format="json")

        answer = sign_in_after(client, send_too_late(client), email=other["email"])

        assert answer["Location"] == "/app/auth/roles"

    def test_is_forgotten_in_time(self, client, registered, monkeypatch):
        monkeypatch.setattr(late_forms, "KEPT_SECONDS", -1)

        answer = sign_in_after(client, send_too_late(client))

        assert answer["Location"] == "/app/auth/roles"

    @pytest.mark.parametrize("sealed", ["", "made-up", "ümlaut"])
    def test_is_none_that_this_deployment_did_not_seal(self, client, registered, sealed):
        client.post("/app/auth/sign-in", CREDENTIALS)
        client.cookies["omnify-form"] = sealed

        assert client.get(LATE_FORM_PATH)["Location"] == "/"

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"name": "x", "password": "correct horse"},
            {"current_password": "correct horse", "new_password": "battery staple"},
            {"name": "x", "code": "123456"},
            {"name": "x" * 4000},
        ],
    )
    def test_is_not_kept_with_a_secret_nor_beyond_a_cookie(self, client, registered, form):
        answer = send_too_late(client, form)

        assert answer["Location"] == "/app/auth/sign-in?next=%2Fapp%2Fauth%2Froles"
        assert "omnify-form" not in client.cookies


class TestSecrets:
    def test_are_known_by_their_names_in_every_form(self):
        secret = {"current-password", "new-password", "one-time-code"}
        fields = [
            (name, field.widget)
            for form in vars(forms).values()
            if isinstance(form, type) and issubclass(form, BaseForm)
            for name, field in form.base_fields.items()
        ]

        found = {name for name, widget in fields if widget.attrs.get("autocomplete") in secret}

        assert {"password", "new_password", "code"} <= found
        assert [name for name in found if not is_secret(name)] == []
