"""No password and no token is in a log line, whatever the request came to."""

import logging

import pytest

from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db
CREDENTIALS = {name: REGISTRATION[name] for name in ("email", "password")}


class TestLogs:
    def test_hold_no_secret(self, caplog, api, client):
        caplog.set_level(logging.DEBUG)
        wrong = {**CREDENTIALS, "password": "a wrong guess at it"}

        made = api.post("/api/auth/register", REGISTRATION, format="json").json()
        api.post("/api/auth/login", wrong, format="json")
        refresh = {"refresh_token": made["refresh_token"]}
        renewed = api.post("/api/auth/refresh", refresh, format="json").json()
        client.post("/app/auth/sign-in", CREDENTIALS)
        client.get("/app/auth/renew?next=/")
        cookies = [client.cookies[name].value for name in ("omnify-access", "omnify-refresh")]

        tokens = [pair[name] for pair in (made, renewed) for name in pair if "_token" in name]
        secrets = [REGISTRATION["password"], wrong["password"], *tokens, *cookies]
        lines = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
        assert "/api/auth/login" in lines
        assert [secret for secret in secrets if secret in lines] == []
