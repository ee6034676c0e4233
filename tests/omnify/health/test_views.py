"""The health of a process, part by part."""

import pytest

from omnify.health.draining import start_draining, stop_draining

pytestmark = pytest.mark.django_db


@pytest.fixture
def draining(settings, tmp_path):
    settings.DRAIN_DIRECTORY = str(tmp_path)
    start_draining()
    yield
    stop_draining()


class TestHealth:
    def test_lives(self, client):
        assert client.get("/health/live").json() == {"status": "ok"}

    def test_is_ready_and_names_its_parts(self, client):
        answer = client.get("/health/ready")

        assert answer.status_code == 200
        assert {"draining", "database:default", "key_set"} <= set(answer.json()["checks"])

    def test_has_started_once_it_is_migrated(self, client):
        assert (
            client.get("/health/startup").json()["checks"]["migrations:default"]["status"] == "ok"
        )

    def test_is_not_ready_while_it_drains(self, client, draining):
        answer = client.get("/health/ready")

        assert answer.status_code == 503
        assert answer.json()["checks"]["draining"]["reason"] == "this server is about to stop"
        assert client.get("/health/live").status_code == 200

    def test_stays_ready_without_a_peer(self, client, settings):
        settings.JWKS_URL = "http://127.0.0.1:9/jwks.json"

        answer = client.get("/health/ready")

        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["checks"]["key_set"]["status"] == "degraded"

    def test_says_what_runs_here(self, client):
        body = client.get("/health").json()

        assert len(body["services"]) == 7
        assert "/api/auth" in body["routes"]
        assert "service" not in body

    def test_names_a_service_that_runs_alone(self, client, settings):
        settings.HOSTED_SERVICES = ("auth",)

        assert client.get("/health").json()["service"] == "auth"
