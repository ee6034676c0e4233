"""Checks 1 to 8 and 10: sessions begin, end and age as they should (ASVS 7)."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from rest_framework.test import APIClient

from apps.auth.exceptions import InvalidCredentialsError, RefreshTokenInvalidError
from apps.auth.models import ApiKey, EmailToken, Invitation, LoginChallenge, TokenFamily, User
from apps.auth.operations.sessions import (
    Device,
    Proof,
    refresh_session,
    revoke_sessions,
    switch_organization,
)
from apps.auth.operations.sign_in import enter
from apps.auth.operations.staff import save_user
from apps.auth.queries import build_principal
from omnify.events.dispatch import dispatch
from omnify.events.relay import relay
from omnify.events.subscriptions import FLOOR
from omnify.identity.authentication import SessionRevokedError
from omnify.identity.revocations import revocations
from omnify.jobs.models import Job
from tests.apps.auth.people import (
    CREDENTIALS,
    PASSWORD,
    add_passkey,
    bearer,
    finish_login,
    login,
    passkey_for,
    set_up_totp,
    token_in,
    totp,
)
from tests.factories.auth import make_member, make_organization, open_client

pytestmark = pytest.mark.django_db


def now():
    return datetime.now(UTC)


def deliver_events():
    """Let every slice of this process know what happened, as the workers do."""
    relay("default")
    dispatch("default", FLOOR)
    dispatch("default", "auth")
    revocations.__init__()


def age_proofs():
    """Let all sessions' proofs of identity be too old."""
    TokenFamily.objects.update(authenticated_at=now() - timedelta(minutes=16))


def code_of(client, method="get", path="/api/analytics/views", **options):
    answer = getattr(client, method)(path, **options)
    return answer.json().get("code", answer.status_code)


@pytest.fixture
def member(db):
    return make_member(make_organization(), "owner")


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
        deliver_events()

        assert renewed["session_id"] != former["session_id"]
        assert code_of(registered) == "session_ended"
        with pytest.raises(RefreshTokenInvalidError):
            refresh_session(presented=former["refresh_token"], now=now())
        assert refresh_session(presented=renewed["refresh_token"], now=now())

    def test_with_signing_in_again_on_the_page(self, client, registered):
        client.post("/app/auth/sign-in", CREDENTIALS)
        former = TokenFamily.objects.first()

        client.post("/app/auth/sign-in", CREDENTIALS)

        former.refresh_from_db()
        assert former.revoked_reason == "signed in anew"
        # Neither the new one nor another device's.
        assert TokenFamily.objects.alive(now()).count() == 2

    def test_with_the_second_step_also_when_the_access_token_is_over(
        self, client, registered, token_of
    ):
        client.post("/app/auth/sign-in", CREDENTIALS)
        former = TokenFamily.objects.first()
        principal = build_principal(former, now=now())
        secret, _ = set_up_totp(registered)
        TokenFamily.objects.filter(id=former.id).update(revoked_at=None, revoked_reason="")
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
        former = TokenFamily.objects.first()
        head, payload, _ = client.cookies["omnify-access"].value.split(".")
        client.cookies["omnify-access"] = f"{head}.{payload}.{'A' * 342}"

        client.post("/app/auth/sign-in", CREDENTIALS)

        former.refresh_from_db()
        assert former.revoked_at is None


class TestCheck02Logout:
    def test_ends_the_session_its_family_and_its_access_tokens_in_every_service(self, registered):
        assert registered.get("/api/analytics/views").status_code == 200

        registered.post("/api/auth/logout")
        deliver_events()

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
        kept += str(list(TokenFamily.objects.values()))
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
        deliver_events()

        assert code_of(registered) == "session_ended"
        assert TokenFamily.objects.filter(revoked_at=None).count() == 0
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
        deliver_events()

        assert code_of(program) == "token_invalid"


class TestCheck06ChangeOfCredentials:
    def test_of_the_password_ends_other_sessions(self, api, registered):
        other = APIClient(headers=bearer(login(api).json()["access_token"]))
        body = {"current_password": PASSWORD, "new_password": "another long passphrase"}

        answer = registered.post("/api/auth/change-password", body, format="json")
        deliver_events()

        assert code_of(other) == "session_ended"
        assert code_of(registered) == "session_ended"
        heir = APIClient(headers=bearer(answer.json()["access_token"]))
        assert heir.get("/api/analytics/views").status_code == 200

    def test_of_the_password_ends_sign_ins_that_wait_for_the_factor(self, api, registered):
        secret, _ = set_up_totp(registered)
        challenge = login(api).json()["challenge"]
        body = {"current_password": PASSWORD, "new_password": "another long passphrase"}

        registered.post("/api/auth/change-password", body, format="json")

        assert finish_login(api, challenge, totp(secret)).json()["code"] == "challenge_invalid"

    def test_of_the_password_stops_a_sign_in_that_has_checked_the_former(self, member):
        former = User.objects.get(id=member.user_id)
        present = User.objects.get(id=member.user_id)
        present.set_password("another long passphrase")
        present.save()

        with pytest.raises(InvalidCredentialsError):
            enter(former, device=Device(), proof=Proof(methods=("password",)), now=now())

    def test_ends_also_what_would_succeed_the_session(self, member):
        session = member.client.opened
        revoke_sessions(now=now(), reason="signed out everywhere", user_id=member.user_id)

        with pytest.raises(SessionRevokedError):
            switch_organization(
                session=session,
                organization_id=member.organization.id,
                device=Device(),
                now=now(),
            )

        assert not TokenFamily.objects.filter(user_id=member.user_id, revoked_at=None).exists()

    def test_of_a_factor_ends_other_sessions(self, api, registered):
        other = APIClient(headers=bearer(login(api).json()["access_token"]))

        set_up_totp(registered)
        deliver_events()

        assert code_of(other) == "session_ended"
        assert registered.get("/api/analytics/views").status_code == 200

    @pytest.mark.parametrize("change", ["renew codes", "disable", "add passkey", "remove passkey"])
    def test_of_any_factor_ends_other_sessions(self, api, registered, change):
        secret, _ = set_up_totp(registered)
        passkey = add_passkey(registered)["id"]
        entered = finish_login(api, login(api).json()["challenge"], totp(secret)).json()
        other = APIClient(headers=bearer(entered["access_token"]))
        assert other.get("/api/analytics/views").status_code == 200

        if change == "renew codes":
            registered.post("/api/mfa/recovery-codes")
        elif change == "disable":
            registered.post("/api/mfa/disable")
        elif change == "add passkey":
            add_passkey(registered)
        else:
            registered.delete(f"/api/mfa/passkeys/{passkey}")
        deliver_events()

        assert code_of(other) == "session_ended"
        assert registered.get("/api/analytics/views").status_code == 200


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
        ended = TokenFamily.objects.exclude(revoked_at=None).values_list("id", flat=True)
        assert {str(row) for row in ended} == {row["session_id"] for row in phone}

    @pytest.mark.parametrize(("keeps_current", "ended"), [(True, 2), (False, 3)])
    def test_end_all_at_once_or_all_others(self, api, registered, keeps_current, ended):
        for _ in range(2):
            login(api)

        body = {"keep_current": keeps_current}
        answer = registered.post("/api/sessions/revoke-all", body, format="json")
        deliver_events()

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
        assert TokenFamily.objects.get().revoked_at is None

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
        asker, other = (make_member(member.organization, name) for name in (role, whose))
        body = {"user_id": str(other.user_id)}

        answer = asker.client.post("/api/sessions/revoke-all", body, format="json").json()

        assert answer.get("code", answer) == outcome
        ended = TokenFamily.objects.exclude(revoked_at=None)
        assert [row.user_id for row in ended] == [other.user_id] * ("revoked" in answer)


class TestCheck08ChangesOfFactorsAndAddress:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/api/auth/change-email", {"email": "next@acme.example"}),
            ("/api/mfa/totp/setup", {}),
            ("/api/mfa/recovery-codes", {}),
            ("/api/mfa/passkeys/options", {}),
            ("/api/mfa/disable", {}),
        ],
    )
    def test_need_a_fresh_proof(self, registered, path, body):
        age_proofs()

        assert code_of(registered, "post", path, data=body, format="json") == (
            "reauthentication_required"
        )

    def test_need_it_still_when_an_app_is_taken_into_use(self, registered):
        secret = registered.post("/api/mfa/totp/setup").json()["secret"]
        age_proofs()

        body = {"code": totp(secret)}
        refused = code_of(registered, "post", "/api/mfa/totp/verify", data=body, format="json")

        assert refused == "reauthentication_required"
        assert not Authenticator.objects.exists()

    def test_need_it_still_when_a_passkey_is_taken_into_use(self, registered):
        body = passkey_for(registered)
        age_proofs()

        refused = code_of(registered, "post", "/api/mfa/passkeys", data=body, format="json")

        assert refused == "reauthentication_required"
        assert not Authenticator.objects.exists()

    def test_need_it_to_remove_a_passkey(self, registered):
        passkey = add_passkey(registered)["id"]
        age_proofs()

        refused = code_of(registered, "delete", f"/api/mfa/passkeys/{passkey}")

        assert refused == "reauthentication_required"
        assert Authenticator.objects.filter(id=passkey).exists()

    def test_need_the_factor_where_there_is_one(self, registered):
        secret, _ = set_up_totp(registered)

        by_password = registered.post(
            "/api/auth/reauthenticate", {"password": PASSWORD}, format="json"
        )
        by_code = registered.post("/api/auth/reauthenticate", {"code": totp(secret)}, format="json")

        assert by_password.json()["code"] == "wrong_password"
        assert by_code.status_code == 200

    def test_a_change_of_the_password_is_no_proof_where_there_is_a_factor(self, registered):
        set_up_totp(registered)
        age_proofs()
        body = {"current_password": PASSWORD, "new_password": "another long passphrase"}

        answer = registered.post("/api/auth/change-password", body, format="json")
        heir = APIClient(headers=bearer(answer.json()["access_token"]))

        assert code_of(heir, "post", "/api/mfa/disable") == "reauthentication_required"
        assert heir.get("/api/mfa/status").json()["is_enabled"]

    def test_a_password_alone_is_no_proof_where_there_is_a_factor(self, registered):
        set_up_totp(registered)
        TokenFamily.objects.update(methods="password")

        assert code_of(registered, "post", "/api/mfa/disable") == "reauthentication_required"

    def test_setting_a_factor_up_is_a_proof_of_it(self, registered):
        set_up_totp(registered)

        assert registered.post("/api/mfa/disable").status_code == 204


class TestCheck10RefreshToken:
    def test_has_an_absolute_end_that_its_successors_share(self, registered):
        session = TokenFamily.objects.get()
        renewed = registered.post(
            "/api/auth/reauthenticate", {"password": PASSWORD}, format="json"
        ).json()

        heir = TokenFamily.objects.get(id=renewed["session_id"])
        assert heir.expires_at == session.expires_at


class TestCheck25RoleChange:
    def test_refuses_the_old_role_in_every_service_and_gives_the_new_by_refresh(self, member):
        viewer = make_member(member.organization, "viewer")
        body = {"role": "manager"}

        member.client.patch(f"/api/organizations/members/{viewer.user_id}", body, format="json")
        deliver_events()
        refreshed = refresh_session(
            presented=viewer.client.tokens.refresh_token, now=now()
        ).access_token
        manager = APIClient(headers=bearer(refreshed))

        assert code_of(viewer.client) == "rights_changed"
        assert code_of(viewer.client, path="/api/integrations/connections") == "rights_changed"
        assert "analytics:export" in manager.get("/api/auth/me").json()["permissions"]

    def test_of_a_custom_role_reaches_whoever_has_it(self, member):
        role = member.client.post(
            "/api/rbac/roles", {"name": "Analyst", "permissions": ["analytics:view"]}, format="json"
        ).json()["id"]
        analyst = make_member(member.organization, role)
        assert analyst.client.get("/api/analytics/views").status_code == 200

        changed = {"name": "Analyst", "permissions": ["org:view"]}
        member.client.put(f"/api/rbac/roles/{role}", changed, format="json")
        deliver_events()

        assert code_of(analyst.client) == "rights_changed"

    def test_of_staff_holds_at_once(self, member):
        call_command("staff", "add", member.user.email, verbosity=0)
        member.user.refresh_from_db()
        operator = open_client(member)
        assert operator.get("/api/infrastructure/overview").status_code == 200

        call_command("staff", "remove", member.user.email, verbosity=0)
        deliver_events()

        assert code_of(operator, path="/api/infrastructure/overview") == "rights_changed"

    def test_by_removal_ends_sessions_and_keys(self, member):
        other = make_member(member.organization, "admin")
        key = other.client.post(
            "/api/auth/api-keys", {"name": "k", "permissions": ["analytics:view"]}, format="json"
        ).json()["key"]
        program = APIClient(headers=bearer(key))
        assert program.get("/api/analytics/views").status_code == 200

        member.client.delete(f"/api/organizations/members/{other.user_id}")
        deliver_events()

        assert code_of(other.client) == "session_ended"
        assert code_of(program) == "token_invalid"


@pytest.mark.django_db(transaction=True)
class TestCheck16ResetDoesNotBypassMfa:
    def test_and_ends_all_sessions(self, api, registered, mailoutbox):
        secret, _ = set_up_totp(registered)
        api.post("/api/auth/password/reset", {"email": CREDENTIALS["email"]}, format="json")
        new = "another long passphrase"
        body = {"token": token_in(mailoutbox[-1]), "new_password": new}

        answer = api.post("/api/auth/password/reset/confirm", body, format="json")
        deliver_events()
        pending = login(api, password=new)

        assert answer.status_code == 204
        assert code_of(registered) == "session_ended"
        assert (pending.status_code, pending.json()["next"]) == (202, "mfa")
        done = finish_login(api, pending.json()["challenge"], totp(secret))
        assert done.status_code == 200
        assert EmailToken.objects.filter(purpose="reset", used_at=None).count() == 0
