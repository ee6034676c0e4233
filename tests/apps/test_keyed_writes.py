"""A write with an idempotency key is done once, and answered alike however often it is sent."""

import pytest

from omnify.idempotency.models import KeptAnswer
from tests.factories.auth import make_member, make_organization

pytestmark = pytest.mark.django_db
BRAND = {"name": "Acme Shoes"}


def send(client, method, path, body=None, key="key-1"):
    return getattr(client, method)(path, body, format="json", headers={"idempotency-key": key})


@pytest.fixture
def owner(db):
    return make_member(make_organization(), "owner").client


class TestKeyedWrite:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/auth/api-keys", {"name": "export", "permissions": ["analytics:view"]}),
            ("/api/organizations/invitations", {"email": "new@acme.example", "role": "viewer"}),
            ("/api/organizations/brands", BRAND),
            ("/api/rbac/roles", {"name": "Analyst", "permissions": ["analytics:view"]}),
            ("/api/agentkit/agents", {"name": "Ada", "type": "analytics"}),
            (
                "/api/analytics/views",
                {
                    "name": "spend",
                    "query": {"measures": ["spend"], "from": "2026-01-01", "to": "2026-01-31"},
                },
            ),
        ],
    )
    def test_is_done_once_and_answered_alike(self, owner, path, body):
        first, second = (send(owner, "post", path, body) for _ in range(2))
        listed = owner.get(path).json()["results"]
        third = send(owner, "post", path, body, key="key-2")

        assert first.status_code == 201, first.json()
        assert (second.status_code, second.json()) == (201, first.json())
        assert "Idempotency-Replayed" not in first
        assert second["Idempotency-Replayed"] == "true"
        assert [row["id"] for row in listed].count(first.json()["id"]) == 1
        assert third.json() != first.json()

    def test_of_a_deletion_answers_alike_when_the_thing_is_gone(self, owner):
        made = owner.post("/api/organizations/brands", BRAND, format="json").json()["id"]
        path = f"/api/organizations/brands/{made}"

        answers = [send(owner, "delete", path).status_code for _ in range(2)]

        assert answers == [204, 204]
        assert send(owner, "delete", path, key="key-2").status_code == 404

    def test_with_another_body_or_path_is_refused(self, owner):
        one = send(owner, "post", "/api/organizations/brands", BRAND).json()["id"]
        two = send(owner, "post", "/api/organizations/brands", {"name": "Hats"}, "key-2").json()[
            "id"
        ]

        by_body = send(owner, "post", "/api/organizations/brands", {"name": "Bags"})
        send(owner, "delete", f"/api/organizations/brands/{one}")
        by_path = send(owner, "delete", f"/api/organizations/brands/{two}")

        assert by_body.json()["code"] == by_path.json()["code"] == "idempotency_key_reused"
        assert owner.get("/api/organizations/brands").json()["results"][0]["id"] == two

    def test_is_each_principal_s_own(self, owner):
        stranger = make_member(make_organization(), "owner").client

        ids = {
            send(client, "post", "/api/organizations/brands", BRAND).json()["id"]
            for client in (owner, stranger)
        }

        assert len(ids) == 2

    def test_is_kept_without_the_secret_that_it_shows_once(self, owner):
        body = {"name": "export", "permissions": ["analytics:view"]}
        secret = send(owner, "post", "/api/auth/api-keys", body).json()["key"]

        assert secret.encode() not in bytes(KeptAnswer.objects.get().answer)

    def test_that_fails_leaves_nothing_and_can_be_sent_again(self, owner, monkeypatch):
        def fail(*_, **__):
            raise RuntimeError("the disk is on fire")

        with monkeypatch.context() as patched:
            patched.setattr("omnify.api.keyed.JSONRenderer.render", fail)
            patched.setattr(owner, "raise_request_exception", False, raising=False)
            with pytest.raises(RuntimeError):
                send(owner, "post", "/api/organizations/brands", BRAND)
        assert not KeptAnswer.objects.exists()
        assert owner.get("/api/organizations/brands").json()["results"] == []

        assert send(owner, "post", "/api/organizations/brands", BRAND).status_code == 201

    def test_that_is_refused_is_not_kept_but_counted(self, registered):
        body = {"current_password": "not that one", "new_password": "another long passphrase"}
        path = "/api/auth/change-password"

        codes = [send(registered, "post", path, body, f"key-{n}").json()["code"] for n in range(12)]

        assert set(codes) == {"wrong_password", "rate_limited"}
        assert not KeptAnswer.objects.exists()
