"""A write with an idempotency key is done once, and answered alike however often it is sent."""

import re

import pytest
from cryptography.fernet import Fernet
from rest_framework.test import APIClient

from apps.auth.models import ApiKey
from omnify.idempotency.models import KeptAnswer
from omnify.services.messages import secret_fields
from tests.architecture.authz import answered_messages
from tests.factories.auth import PASSWORD, make_member, make_organization, open_client

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

    def test_outlives_a_rotation_of_the_secret_key(self, owner, settings):
        first = send(owner, "post", "/api/organizations/brands", BRAND)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = 40 * "n", []

        again = send(owner, "post", "/api/organizations/brands", BRAND)
        other = send(owner, "post", "/api/organizations/brands", {"name": "Hats"})

        assert (again.status_code, again.json()) == (201, first.json())
        assert other.json()["code"] == "idempotency_key_reused"

    def test_outlives_a_rotation_of_the_key_ring(self, owner, settings):
        first = send(owner, "post", "/api/organizations/brands", BRAND)
        settings.ENCRYPTION_KEYS = (Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS)

        again = send(owner, "post", "/api/organizations/brands", BRAND)

        assert (again.status_code, again.json()) == (201, first.json())

    def test_of_an_earlier_version_is_not_done_again(self, owner):
        send(owner, "post", "/api/organizations/brands", BRAND)
        KeptAnswer.objects.update(holder="", request_hash=64 * "0", answer=b"sealed")

        again = send(owner, "post", "/api/organizations/brands", BRAND)

        assert (again.status_code, again.json()["code"]) == (409, "already_done")
        assert len(owner.get("/api/organizations/brands").json()["results"]) == 1

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


class TestKeyOfAnotherCredential:
    """Whoever holds less of a user's rights does not get what was answered to more of them."""

    @pytest.fixture
    def program(self, owner):
        body = {"name": "export", "permissions": ["analytics:view"]}
        key = owner.post("/api/auth/api-keys", body, format="json").json()["key"]
        return APIClient(headers={"authorization": f"Bearer {key}"})

    @pytest.mark.parametrize(
        ("path", "body", "refusal"),
        [
            ("/api/auth/reauthenticate", {"password": PASSWORD}, "session_required"),
            ("/api/mfa/totp/setup", {}, "session_required"),
            (
                "/api/auth/api-keys",
                {"name": "all", "permissions": ["org:admin"]},
                "session_required",
            ),
            ("/api/organizations/brands", BRAND, "missing_permission"),
        ],
    )
    def test_gets_nothing(self, owner, program, path, body, refusal):
        first = send(owner, "post", path, body)
        stolen = send(program, "post", path, body)

        assert first.status_code in (200, 201), first.json()
        assert (stolen.status_code, stolen.json()["code"]) == (403, refusal)

    def test_that_may_do_it_does_it_anew(self, owner):
        keys = [
            owner.post(
                "/api/auth/api-keys", {"name": name, "permissions": ["org:edit"]}, format="json"
            ).json()["key"]
            for name in ("one", "two")
        ]
        programs = [APIClient(headers={"authorization": f"Bearer {key}"}) for key in keys]

        answers = [send(each, "post", "/api/organizations/brands", BRAND) for each in programs]
        again = send(programs[0], "post", "/api/organizations/brands", BRAND)

        assert [answer.status_code for answer in answers] == [201, 409]
        assert answers[1].json()["code"] == "brand_name_taken"
        assert again.json() == answers[0].json()

    def test_is_the_same_in_another_session_of_the_user(self):
        member = make_member(make_organization(), "owner")

        ids = {
            send(client, "post", "/api/organizations/brands", BRAND).json()["id"]
            for client in (member.client, open_client(member))
        }

        assert len(ids) == 1


class TestKeyOfNobody:
    def test_is_ignored(self, api, registered):
        body = {"email": "ada@acme.example", "password": "correct horse staple"}

        answers = [send(api, "post", "/api/auth/login", body) for _ in range(2)]

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["session_id"] for answer in answers}) == 2
        assert not KeptAnswer.objects.exists()


class TestAnswerWithASecret:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/auth/api-keys", {"name": "export", "permissions": ["analytics:view"]}),
            ("/api/auth/reauthenticate", {"password": PASSWORD}),
            ("/api/mfa/totp/setup", {}),
            ("/api/mfa/passkeys/options", {}),
            ("/api/organizations/invitations", {"email": "new@acme.example", "role": "viewer"}),
        ],
    )
    def test_is_given_once(self, path, body):
        member = make_member(make_organization(), "owner")
        first = send(member.client, "post", path, body)

        # Proving oneself again ends the access token; the next one is of the same session.
        again = send(open_client(member), "post", path, body)

        assert first.status_code in (200, 201), first.json()
        assert (again.status_code, again.json()["code"]) == (409, "already_done")
        assert "new key" in again.json()["detail"]
        assert [bytes(row.answer) for row in KeptAnswer.objects.all()] == [b""]

    def test_is_not_made_again(self, owner):
        body = {"name": "export", "permissions": ["analytics:view"]}

        for _ in range(2):
            send(owner, "post", "/api/auth/api-keys", body)

        assert ApiKey.objects.count() == 1

    def test_is_refused_for_another_request(self, owner):
        body = {"name": "export", "permissions": ["analytics:view"]}
        send(owner, "post", "/api/auth/api-keys", body)

        answer = send(owner, "post", "/api/auth/api-keys", {**body, "name": "other"})

        assert answer.json()["code"] == "idempotency_key_reused"

    def test_is_known_by_its_marked_fields(self):
        named = re.compile(r"token$|^secret|^key$|_codes$|^challenge$|otpauth|qr_svg|password")
        secrets = {
            (message, field)
            for message in answered_messages()
            for field in message.__struct_fields__
            if named.search(field)
        }

        assert len(secrets) >= 15
        assert [each for each in secrets if each[1] not in secret_fields(each[0])] == []
