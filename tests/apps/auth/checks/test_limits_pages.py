"""Forms for those whom nobody knows yet: one that is not valid counts, as over the API."""

import pytest
from django.urls import reverse

from apps.auth.pages.addresses import ResendVerificationView
from apps.auth.pages.passwords import ForgotView
from apps.auth.pages.registration import RegisterView
from apps.auth.pages.sign_in import PasskeySignInView, SignInView

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("within_one_window")]


class TestPlainForm:
    @pytest.mark.parametrize(
        ("name", "view"),
        [
            ("sign-in", SignInView),
            ("passkey-sign-in", PasskeySignInView),
            ("register", RegisterView),
            ("forgot", ForgotView),
            ("resend-verification", ResendVerificationView),
        ],
    )
    def test_counts_what_is_not_valid(self, client, monkeypatch, name, view):
        monkeypatch.setattr(view, "limit", view.limit._replace(most=2))

        answers = [client.post(reverse(f"auth:{name}")) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [400, 400, 429]
        assert int(answers[-1]["Retry-After"]) > 0

    def test_counts_nothing_that_only_a_link_opens(self, client):
        answers = [client.post(reverse("auth:reset")) for _ in range(3)]

        assert {answer.status_code for answer in answers} == {400}
