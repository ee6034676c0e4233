"""Check 30: the audit ledger (ASVS 16)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from apps.auth.exceptions import RefreshTokenReusedError
from apps.auth.models import AuditEntry, AuditHead, Organization
from apps.auth.models.ledgers import AppendOnlyError
from apps.auth.operations import limits
from apps.auth.operations.audit import verify_chain
from apps.auth.operations.tokens import refresh_session
from tests.apps.auth.people import PASSWORD, add_passkey, finish_login, login, set_up_totp, totp
from tests.factories.auth import make_member
from tests.world import deliver

pytestmark = pytest.mark.django_db


def told():
    """The audit entries after all events were handled."""
    deliver()
    return list(AuditEntry.objects.order_by("sequence"))


def sign_in(api, owner):
    login(api)


def fail(api, owner):
    login(api, password="wrong password")


def fail_the_second_step(api, owner):
    set_up_totp(owner)
    finish_login(api, login(api).json()["challenge"], "000000x")


def fail_to_prove_oneself_again(api, owner):
    owner.post("/api/auth/reauthenticate", {"password": "wrong password"}, format="json")


def lock(api, owner):
    # Within one window of the limit.
    with time_machine.travel(datetime.now(UTC).replace(minute=5, second=0)):
        for _ in range(limits.PAIR.most):
            login(api, password="wrong password")


def reuse(api, owner):
    presented, now = owner.answer["refresh_token"], datetime.now(UTC)
    refresh_session(presented=presented, now=now)
    with pytest.raises(RefreshTokenReusedError):
        refresh_session(presented=presented, now=now + timedelta(minutes=1))


def change_factors(api, owner):
    set_up_totp(owner)
    owner.delete(f"/api/mfa/passkeys/{add_passkey(owner)['id']}")
    owner.post("/api/mfa/recovery-codes")
    owner.post("/api/mfa/disable")


def change_password(api, owner):
    body = {"current_password": PASSWORD, "new_password": "another long passphrase"}
    owner.post("/api/auth/change-password", body, format="json")


def change_roles(api, owner):
    organization = Organization.objects.get()
    role = {"name": "Analyst", "permissions": ["analytics:view"]}
    made = owner.post("/api/rbac/roles", role, format="json").json()["id"]
    owner.put(f"/api/rbac/roles/{made}", {**role, "permissions": ["org:view"]}, format="json")
    owner.delete(f"/api/rbac/roles/{made}")
    member = make_member(organization, "viewer")
    path = f"/api/organizations/members/{member.user_id}"
    owner.patch(path, {"role": "manager"}, format="json")
    owner.delete(path)


def change_grants(api, owner):
    member = make_member(Organization.objects.get(), "viewer")
    place = {
        "user_id": str(member.user_id),
        "resource_type": "campaign",
        "resource_id": "1",
    }
    path, asked = "/api/rbac/permissions/resource", {**place, "permissions": ["campaign:edit"]}
    owner.post(f"{path}/grant", asked, format="json")
    owner.delete(f"{path}/revoke?{urlencode(place)}")


def consent(api, owner):
    owner.post("/api/legal/withdraw", {"document_type": "terms"}, format="json")


def revoke(api, owner):
    asked = {"name": "k", "permissions": []}
    key = owner.post("/api/auth/api-keys", asked, format="json").json()["id"]
    owner.delete(f"/api/auth/api-keys/{key}")
    owner.post("/api/auth/logout")


class TestCheck30AuditEntries:
    @pytest.mark.parametrize(
        ("act", "outcome", "actions"),
        [
            (sign_in, "done", ["auth.session.opened"]),
            (fail, "refused", ["auth.sign_in"]),
            (fail_the_second_step, "refused", ["auth.factor"]),
            (fail_to_prove_oneself_again, "refused", ["auth.reauthentication"]),
            (lock, "refused", ["auth.account.locked"]),
            (reuse, "refused", ["auth.refresh_token.reused"]),
            (
                change_factors,
                "done",
                [
                    "auth.totp.added",
                    "auth.passkey.added",
                    "auth.passkey.removed",
                    "auth.recovery_codes.renewed",
                    "auth.factors.removed",
                ],
            ),
            (change_password, "done", ["auth.password.changed"]),
            (
                change_roles,
                "done",
                [
                    "auth.role.created",
                    "auth.role.changed",
                    "auth.role.deleted",
                    "auth.member.role_changed",
                    "auth.member.removed",
                ],
            ),
            (change_grants, "done", ["auth.grant.given", "auth.grant.revoked"]),
            (consent, "done", ["auth.legal.withdrawn"]),
            (
                revoke,
                "done",
                ["auth.api_key.created", "auth.api_key.revoked", "auth.session.revoked"],
            ),
        ],
    )
    def test_are_there_for_everything_that_has_to_be_known(
        self, api, registered, act, outcome, actions
    ):
        before = len(told())

        act(api, registered)

        entries = told()[before:]
        user_id = registered.answer["user"]["id"]
        found = {entry.action for entry in entries if str(entry.user_id) == user_id}
        assert found >= set(actions)
        assert {entry.outcome for entry in entries if entry.action in actions} == {outcome}

    def test_are_there_for_what_a_registration_does(self, registered):
        assert {entry.action for entry in told()} >= {
            "auth.organization.registered",
            "auth.session.opened",
            "auth.legal.accepted",
            "auth.key.published",
        }

    def test_hold_no_secret(self, api, registered):
        secret, codes = set_up_totp(registered)
        challenge = login(api).json()["challenge"]
        login(api, password="wrong password")
        finish_login(api, challenge, totp(secret))
        for _ in range(2):
            finish_login(api, login(api).json()["challenge"], codes[0])
        reuse(api, registered)

        text = str([vars(entry) for entry in told()])
        hidden = (PASSWORD, "wrong password", secret, *codes, challenge)
        for value in (*hidden, registered.answer["refresh_token"]):
            assert value not in text

    def test_of_an_organization_are_shown_to_who_may(self, registered, client_for, make_principal):
        told()

        rows = registered.get("/api/auth/audit").json()["results"]
        stranger = client_for(make_principal())
        viewer = client_for(make_principal("viewer"))

        assert "auth.organization.registered" in {row["action"] for row in rows}
        assert stranger.get("/api/auth/audit").json()["results"] == []
        assert viewer.get("/api/auth/audit").json()["code"] == "missing_permission"


class TestAuditChain:
    def test_holds(self, registered, capsys):
        entries = told()

        call_command("audit", "verify")

        assert verify_chain() == (len(entries), entries[-1].hash, "")
        assert f"end {len(entries)}:{entries[-1].hash}" in capsys.readouterr().out

    def break_rows(self, sql):
        """Do what somebody with the database's password would: lift the guard first."""
        with connection.cursor() as cursor:
            is_postgresql = connection.vendor == "postgresql"
            place = " ON omnify_auth_auditentry" if is_postgresql else ""
            for event in ("",) if is_postgresql else ("", "_delete"):
                cursor.execute(f"DROP TRIGGER omnify_auth_auditentry_append_only{event}{place}")
            cursor.execute(sql)

    @pytest.mark.parametrize(
        ("sql", "problem"),
        [
            ("UPDATE omnify_auth_auditentry SET action='x' WHERE sequence=2", "2 was changed"),
            ("DELETE FROM omnify_auth_auditentry WHERE sequence=2", "entry 2 is missing"),
            ("DELETE FROM omnify_auth_auditentry WHERE sequence>1", "after 1 are missing"),
            (
                "UPDATE omnify_auth_auditentry SET previous_hash='x' WHERE sequence=2",
                "2 does not follow",
            ),
        ],
    )
    def test_shows_every_break(self, registered, sql, problem):
        assert len(told()) > 2

        self.break_rows(sql)

        with pytest.raises(CommandError, match=problem):
            call_command("audit", "verify")

    def test_shows_what_was_cut_off_with_its_head(self, registered):
        entries = told()
        noted = f"{len(entries)}:{entries[-1].hash}"
        self.break_rows("DELETE FROM omnify_auth_auditentry WHERE sequence>1")
        AuditHead.objects.update(sequence=1, hash=entries[0].hash)

        assert verify_chain().problem == ""
        with pytest.raises(CommandError, match="which was noted, is missing"):
            call_command("audit", "verify", "--expect", noted)

    def test_cannot_be_written_by_hand(self, registered):
        entry = told()[0]

        with pytest.raises(AppendOnlyError):
            entry.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.update(action="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.all().delete()
