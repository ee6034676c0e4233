"""The page of the second step of signing in."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
SECURITY = "/app/auth/security"
HTMX = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SECURITY}"}


class TestSecondStep:
    def test_says_beside_the_form_that_it_is_over(self, db):
        answer = Client().post(
            "/app/auth/sign-in/passkey-options", {"challenge": "x"}, headers=HTMX
        )

        assert answer.status_code == 401
        assert "This sign-in has expired" in answer.content.decode()
