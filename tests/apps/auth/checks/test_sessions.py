"""Checks 1 to 5, 7 and 10: sessions begin, end and age as they should (ASVS 7)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from apps.auth.exceptions import RefreshTokenInvalidError
from apps.auth.models import ApiKey, EmailToken, Invitation, LoginChallenge, Session, User
from apps.auth.operations.staff import save_user
from apps.auth.operations.tokens import refresh_session
from apps.auth.queries import build_principal
from omnify.jobs.models import Job
from tests.apps.auth.people import (
    CREDENTIALS,
    PASSWORD,
    age_proofs,
    bearer,
    code_of,
    finish_login,
    login,
    set_up_totp,
    token_in,
    totp,
)
from tests.factories.auth import make_member
from tests.world import deliver

pytestmark = pytest.mark.django_db


def now():
    return datetime.now(UTC)


class TestCheck01SessionIdChanges:
    def test_with_each_login(self, api, registered):
        ids = {login(api).json()["session_id"] for _ in range(3)}

        assert len({*ids, registered.answer["session_id"]}) == 4

    def test_with_the_second_step_of_a_login_and_its_challenge_is_dead(self, api, registered):
        _, codes = set_up_totp(registered)
        challenge = login(api).json()["challenge"]

        entered = finish_login(api, challenge, codes[0]).json()
        again = finish_login(api, challenge, codes[1])
        other = finish_login(api, login(api).json()["challenge"], codes[2]).json()

        ids = {registered.answer["session_id"], entered["session_id"], other["session_id"]}
        assert len(ids) == 3
        assert (again.status_code, again.json()["code"]) == (401, "challenge_invalid")

    @pytest.mark.parametrize("is_step_up", [False, True])
    def test_with_proving_oneself_again_and_the_old_one_is_dead(self, registered, is_step_up):
        former, proof = registered.answer, {"password": PASSWORD}
        if is_step_up:
            secret, _ = set_up_totp(registered)
            proof = {"code": totp(secret)}

        renewed = registered.post("/api/auth/reauthenticate", proof, format="json").json()
        deliver()

        assert renewed["session_id"] != former["session_id"]
        assert code_of(registered) == "session_ended"
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=former["refresh_token"], now=now())
        assert refresh_session(presented=renewed["refresh_token"], now=now())

    def test_with_signing_in_again_on_the_page(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        former = Session.objects.first()

        client.post("/app/auth/sign-in", CREDENTIALS)

        former.refresh_from_db()
        assert former.revoked_reason == "signed in anew"
        # Neither the new one nor another device's.
        assert Session.objects.active(now()).count() == 2

    def test_with_the_second_step_also_when_the_access_token_is_over(
        self, client, registered, token_of
    ):
        client.post("/app/auth/sign-in", CREDENTIALS)
        former = Session.objects.first()
        principal = build_principal(former, now=now())
        secret, _ = set_up_totp(registered)
        Session.objects.filter(id=former.id).update(revoked_at=None, revoked_reason="")
        client.cookies["omnify-access"] = token_of(principal, now=now() - timedelta(hours=1))

        page = client.post("/app/auth/sign-in", CREDENTIALS)
        challenge = page.context["form"].initial["challenge"]
        former.refresh_from_db()
        assert former.revoked_at is None
        body = {"challenge": challenge, "code": totp(secret)}
        client.post("/app/auth/sign-in/second-factor", body)

        former.refresh_from_db()
        assert former.revoked_reason == "signed in anew"

    def test_for_no_session_that_a_forged_cookie_names(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        former = Session.objects.first()
        head, payload, _ = client.cookies["omnify-access"].value.split(".")
        client.cookies["omnify-access"] = f"{head}.{payload}.{'A' * 342}"

        client.post("/app/auth/sign-in", CREDENTIALS)

        former.refresh_from_db()
        assert former.revoked_at is None


class TestCheck02Logout:
    def test_ends_the_session_and_its_access_tokens_in_every_service(self, registered):
        assert registered.get("/api/analytics/views").status_code == 200

        registered.post("/api/auth/logout")
        deliver()

        assert code_of(registered) == "session_ended"
        assert code_of(registered, path="/api/auth/me") == "session_ended"
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=registered.answer["refresh_token"], now=now())


class TestCheck03Tokens:
    def test_are_kept_as_hashes_only(self, api, registered):
        key = registered.post(
            "/api/auth/api-keys", {"name": "k", "permissions": ["analytics:view"]}, format="json"
        ).json()["key"]
        invited = registered.post(
            "/api/organizations/invitations",
            {"email": "x@y.example", "role": "viewer"},
            format="json",
        ).json()["token"]
        set_up_totp(registered)
        challenge = login(api).json()["challenge"]

        kept = str(list(ApiKey.objects.values()))
        kept += str(list(Invitation.objects.values()))
        kept += str(list(LoginChallenge.objects.values()))
        kept += str(list(Session.objects.values()))
        for secret in (key, key[4:], invited, challenge, registered.answer["refresh_token"]):
            assert secret not in kept

    @pytest.mark.django_db(transaction=True)
    def test_of_mails_are_kept_as_hashes_only(self, api, registered, mailoutbox):
        api.post("/api/auth/password/reset", {"email": CREDENTIALS["email"]}, format="json")
        registered.post("/api/auth/change-email", {"email": "next@acme.example"}, format="json")

        secrets = [token_in(mail) for mail in mailoutbox]

        kept = list(EmailToken.objects.values())
        assert {row["purpose"] for row in kept} == {"verification", "reset", "change"}
        assert len(secrets) == len(kept)
        jobs = str(list(Job.objects.values()))
        for secret in secrets:
            assert secret not in str(kept)
            assert secret not in jobs

    def test_have_256_random_bits(self, registered):
        keys = {
            registered.post(
                "/api/auth/api-keys", {"name": "k", "permissions": []}, format="json"
            ).json()["key"]
            for _ in range(3)
        }

        assert len(keys) == 3
        # Base64 without padding: 32 bytes are 43 letters.
        assert {len(key.removeprefix("omk_")) for key in keys} == {43}


class TestCheck04Timeouts:
    def test_end_a_session_that_is_not_used(self, member):
        presented = member.client.tokens.refresh_token

        assert refresh_session(presented=presented, now=now() + timedelta(days=13))
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=presented, now=now() + timedelta(days=28))

    @pytest.mark.parametrize(("remember_me", "days"), [(False, 30), (True, 90)])
    def test_end_a_session_however_often_it_is_used(self, api, registered, remember_me, days):
        token = login(api, remember_me=remember_me).json()["refresh_token"]

        for day in range(10, days, 10):
            later = now() + timedelta(days=day)
            token = refresh_session(presented=token, now=later).refresh_token
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=token, now=now() + timedelta(days=days, minutes=1))

    def test_end_the_admins_session_after_two_hours_without_use(
        self, client, registered, time_machine
    ):
        call_command("staff", "add", CREDENTIALS["email"], verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)

        statuses = []
        for minutes in (0, 119, 119, 121):
            time_machine.move_to(now() + timedelta(minutes=minutes))
            statuses.append(client.get("/admin/").status_code)

        # It is used for nearly four hours, and then not.
        assert statuses == [200, 200, 200, 302]


class TestCheck05DisabledUser:
    def test_loses_all_sessions_and_tokens(self, api, registered):
        user = User.objects.get()
        user.is_active = False

        save_user(user, by=user.id, now=now())
        deliver()

        assert code_of(registered) == "session_ended"
        assert Session.objects.filter(revoked_at=None).count() == 0
        assert login(api).status_code == 401

    def test_loses_their_api_keys_rights(self, registered):
        key = registered.post(
            "/api/auth/api-keys", {"name": "k", "permissions": ["analytics:view"]}, format="json"
        ).json()["key"]
        program = APIClient(headers=bearer(key))
        assert program.get("/api/analytics/views").status_code == 200
        user = User.objects.get()
        user.is_active = False

        save_user(user, by=user.id, now=now())
        deliver()

        assert code_of(program) == "token_invalid"


class TestCheck07OwnSessions:
    def test_are_listed_and_ended_after_a_fresh_proof(self, api, registered):
        other = login(api, device_name="Phone").json()
        age_proofs()

        listed = registered.get("/api/sessions").json()["results"]
        path = f"/api/sessions/{other['session_id']}"
        refused = code_of(registered, "delete", path)
        renewed = registered.post(
            "/api/auth/reauthenticate", {"password": PASSWORD}, format="json"
        ).json()
        fresh = APIClient(headers=bearer(renewed["access_token"]))

        assert [row["device_name"] for row in listed] == ["Phone", ""]
        assert [row["is_current"] for row in listed] == [False, True]
        assert refused == "reauthentication_required"
        assert fresh.delete(path).status_code == 204

    def test_of_one_device_end_together(self, api, registered):
        phone = [login(api, device_name="Phone").json() for _ in range(2)]
        listed = registered.get("/api/sessions").json()["results"]

        answer = registered.delete(f"/api/sessions/device/{listed[0]['device_id']}")

        assert answer.status_code == 204
        ended = Session.objects.exclude(revoked_at=None).values_list("id", flat=True)
        assert {str(row) for row in ended} == {row["session_id"] for row in phone}

    @pytest.mark.parametrize(("keeps_current", "ended"), [(True, 2), (False, 3)])
    def test_end_all_at_once_or_all_others(self, api, registered, keeps_current, ended):
        for _ in range(2):
            login(api)

        body = {"keep_current": keeps_current}
        answer = registered.post("/api/sessions/revoke-all", body, format="json")
        deliver()

        assert answer.json() == {"revoked": ended}
        assert (code_of(registered) == "session_ended") is not keeps_current

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("delete", "/api/sessions/device/{device_id}", {}),
            ("post", "/api/sessions/revoke-all", {"keep_current": True}),
            ("post", "/api/sessions/revoke-all", {"keep_current": False}),
        ],
    )
    def test_end_together_after_a_fresh_proof_only(self, registered, method, path, body):
        device_id = registered.get("/api/sessions").json()["results"][0]["device_id"]
        age_proofs()

        refused = code_of(
            registered, method, path.format(device_id=device_id), data=body, format="json"
        )

        assert refused == "reauthentication_required"
        assert Session.objects.get().revoked_at is None

    @pytest.mark.parametrize(
        ("role", "whose", "outcome"),
        [
            ("admin", "viewer", {"revoked": 1}),
            ("admin", "admin", {"revoked": 1}),
            # Nobody acts on who holds more than they do.
            ("admin", "owner", "more_than_own"),
            ("manager", "viewer", "missing_permission"),
        ],
    )
    def test_of_a_member_are_ended_by_an_admin_and_by_nobody_below(
        self, member, role, whose, outcome
    ):
        caller, other = (make_member(member.organization, name) for name in (role, whose))
        body = {"user_id": str(other.user_id)}

        answer = caller.client.post("/api/sessions/revoke-all", body, format="json").json()

        assert answer.get("code", answer) == outcome
        ended = Session.objects.exclude(revoked_at=None)
        assert [row.user_id for row in ended] == [other.user_id] * ("revoked" in answer)


class TestCheck10RefreshToken:
    def test_has_an_absolute_end_that_its_successors_share(self, registered):
        session = Session.objects.get()
        renewed = registered.post(
            "/api/auth/reauthenticate", {"password": PASSWORD}, format="json"
        ).json()

        heir = Session.objects.get(id=renewed["session_id"])
        assert heir.expires_at == session.expires_at
