"""Checks 11 and 12: guessing learns nothing and is stopped soon (ASVS 6.3)."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.auth.api.addresses import ResendVerificationView
from apps.auth.api.passwords import RequestResetView
from apps.auth.api.sign_in import LoginView
from apps.auth.models import AuditEntry, Session, User
from apps.auth.operations import limits
from tests.apps.auth.people import (
    CREDENTIALS,
    PASSWORD,
    bearer,
    finish_login,
    login,
    set_up_totp,
    totp,
)
from tests.conftest import REGISTRATION
from tests.world import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("within_one_window")]
UNKNOWN = "nobody@nowhere.example"


def shape(answer):
    """What an answer tells, without what differs each time."""
    body = answer.json() if answer.content else {}
    return answer.status_code, {key: value for key, value in body.items() if key != "request_id"}


def lock(api, email=CREDENTIALS["email"], **options):
    for _ in range(limits.PAIR.most):
        api.post("/api/auth/login", {"email": email, "password": "wrong"}, format="json", **options)


def guess(email, address):
    """A wrong password from somewhere, without its hash."""
    user = User.objects.filter(email=email).first()
    return limits.begin_sign_in(email, address, user=user, now=datetime.now(UTC))


def register(api, **changes):
    return api.post("/api/auth/register", {**REGISTRATION, **changes}, format="json")


def ask_reset(api, email):
    return api.post("/api/auth/password/reset", {"email": email}, format="json")


def ask_verification(api, email):
    return api.post("/api/auth/verify-email/resend", {"email": email}, format="json")


def statements_of(ask, status=202):
    """The statements of a request, without their values."""
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == status
    return [re.sub(r"'[^']*'|\b\d+\b|savepoint.*", "?", query["sql"].lower()) for query in captured]


class TestCheck11Answers:
    def test_of_login_are_alike_for_unknown_wrong_disabled_and_locked(self, api, registered):
        wrong = shape(login(api, password="wrong"))
        unknown = shape(login(api, email=UNKNOWN))
        lock(api)
        locked = shape(login(api))
        User.objects.update(is_active=False)
        disabled = shape(login(api))

        assert wrong == unknown == locked == disabled
        assert wrong[0] == 401

    @pytest.mark.parametrize("path", ["/api/auth/password/reset", "/api/auth/verify-email/resend"])
    def test_of_mails_are_alike_for_known_unknown_and_disabled(self, api, registered, path):
        known = shape(api.post(path, {"email": CREDENTIALS["email"]}, format="json"))
        unknown = shape(api.post(path, {"email": UNKNOWN}, format="json"))
        User.objects.update(is_active=False)
        disabled = shape(api.post(path, {"email": CREDENTIALS["email"]}, format="json"))

        assert known == unknown == disabled == (202, {})

    @pytest.mark.django_db(transaction=True)
    def test_of_registration_are_alike_where_addresses_are_proven(
        self, api, registered, settings, mailoutbox
    ):
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"

        known = shape(api.post("/api/auth/register", REGISTRATION, format="json"))
        fresh = {**REGISTRATION, "email": "new@acme.example"}
        unknown = shape(api.post("/api/auth/register", fresh, format="json"))

        assert known == unknown == (202, {"next": "verify_email"})
        assert [mail.to for mail in mailoutbox] == [
            [REGISTRATION["email"]],
            [REGISTRATION["email"]],
            ["new@acme.example"],
        ]
        assert User.objects.filter(email="new@acme.example").exists()

    def test_of_registration_are_alike_for_documents_that_are_not_in_force(
        self, api, registered, settings
    ):
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"
        old = [{"document_type": "terms", "version": "0"}]

        known = shape(register(api, accepted_documents=old))
        unknown = shape(register(api, email="new@acme.example", accepted_documents=old))

        assert known == unknown
        assert known[0] == 404

    def test_cost_the_same_statements_for_known_and_unknown(self, api, registered, settings):
        settings.AUTH_EMAIL_VERIFICATION = "mandatory"

        for ask in (ask_reset, ask_verification, register):
            ask(api, email="first@nowhere.example")
            known = statements_of(lambda ask=ask: ask(api, email=CREDENTIALS["email"]))
            unknown = statements_of(lambda ask=ask: ask(api, email=UNKNOWN))
            assert known == unknown, ask
            assert known

    @pytest.mark.parametrize("state", ["wrong", "disabled", "closed to one", "closed to strangers"])
    def test_of_login_cost_the_same_statements(self, api, registered, state):
        stranger = {"REMOTE_ADDR": "203.0.113.5"}
        password = "wrong" if state == "wrong" else PASSWORD

        def ask(email):
            body = {"email": email, "password": password}
            return api.post("/api/auth/login", body, format="json", **stranger)

        ask("first@nowhere.example")
        for email in (CREDENTIALS["email"], UNKNOWN):
            if state == "closed to one":
                lock(api, email, **stranger)
            if state == "closed to strangers":
                for _ in range(limits.ACCOUNT.most):
                    limits.count_try(limits.ACCOUNT, email, now=datetime.now(UTC))
        User.objects.update(is_active=state != "disabled")
        known = statements_of(lambda: ask(CREDENTIALS["email"]), status=401)
        unknown = statements_of(lambda: ask(UNKNOWN), status=401)

        assert known == unknown

    def test_of_a_change_of_address_are_alike(self, registered, api):
        other = {**REGISTRATION, "email": "taken@other.example"}
        api.post("/api/auth/register", other, format="json")

        path = "/api/auth/change-email"
        taken = shape(registered.post(path, {"email": other["email"]}, format="json"))
        free = shape(registered.post(path, {"email": UNKNOWN}, format="json"))

        assert taken == free == (202, {})

    def test_of_login_cost_one_hash_each(self, api, registered, monkeypatch):
        """For unknown, wrong, disabled and locked, also where the password is right."""
        hasher, made = type(get_hasher()), []
        encode = hasher.encode
        monkeypatch.setattr(
            hasher, "encode", lambda self, *args: made.append(1) or encode(self, *args)
        )
        verify = hasher.verify
        monkeypatch.setattr(
            hasher, "verify", lambda self, *args: made.append(1) or verify(self, *args)
        )

        def cost(**asked):
            made.clear()
            assert login(api, **asked).status_code == 401
            return len(made)

        costs = [cost(email=UNKNOWN), cost(password="wrong")]
        User.objects.update(is_active=False)
        costs += [cost(), cost(password="wrong")]
        User.objects.update(is_active=True)
        lock(api)
        costs += [cost(), cost(password="wrong")]

        assert costs == 6 * [1]


class TestCheck12BruteForce:
    def test_closes_the_account_to_the_address_that_guesses(self, api, registered):
        lock(api)

        assert login(api).status_code == 401

    def test_leaves_the_owner_in_from_elsewhere(self, api, registered):
        lock(api, REMOTE_ADDR="198.51.100.9")

        assert login(api).status_code == 200

    def test_from_many_addresses_leaves_known_addresses_in(self, api, registered):
        for number in range(limits.ACCOUNT.most):
            api.post(
                "/api/auth/login",
                {**CREDENTIALS, "password": "wrong"},
                format="json",
                REMOTE_ADDR=f"198.51.100.{number}",
            )

        # The owner registered from the address of this client.
        assert login(api).status_code == 200
        strange = api.post("/api/auth/login", CREDENTIALS, format="json", REMOTE_ADDR="203.0.113.5")
        assert strange.status_code == 401

    def test_is_over_after_a_while(self, api, registered):
        lock(api)

        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
            assert login(api).status_code == 200

    def test_over_many_accounts_is_limited_per_address(self, api, registered):
        for number in range(limits.ADDRESS.most):
            guess(f"{number}@x.example", "127.0.0.1")

        answer = login(api)

        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        assert int(answer["Retry-After"]) > 0

    def test_is_limited_over_all_but_for_known_addresses(self, registered, api, monkeypatch):
        monkeypatch.setattr(limits, "EVERYWHERE", limits.EVERYWHERE._replace(most=3))
        for number in range(3):
            guess("x@x.example", f"198.51.100.{number}")

        strange = api.post("/api/auth/login", CREDENTIALS, format="json", REMOTE_ADDR="203.0.113.5")

        assert strange.status_code == 429
        # The owner registered from the address of this client.
        assert login(api).status_code == 200

    def test_counts_registrations_that_are_not_valid(self, api, monkeypatch):
        monkeypatch.setattr(limits, "REGISTER", limits.REGISTER._replace(most=2))

        answers = [api.post("/api/auth/register", {}, format="json") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [400, 400, 429]

    @pytest.mark.parametrize("body", [{}, {"email": 1, "password": "x"}, "{", "[]"])
    @pytest.mark.parametrize(
        ("path", "view"),
        [
            ("login", LoginView),
            ("password/reset", RequestResetView),
            ("verify-email/resend", ResendVerificationView),
        ],
    )
    def test_counts_what_is_not_valid(self, api, monkeypatch, path, view, body):
        monkeypatch.setattr(view, "limit", view.limit._replace(most=2))
        text = body if isinstance(body, str) else json.dumps(body)

        answers = [
            api.post(f"/api/auth/{path}", text, content_type="application/json") for _ in range(3)
        ]

        assert [answer.status_code for answer in answers] == [400, 400, 429]
        assert int(answers[-1]["Retry-After"]) > 0

    def test_counts_what_is_not_valid_with_what_is_wrong(self, api, registered, monkeypatch):
        few = limits.ADDRESS._replace(most=2)
        monkeypatch.setattr(limits, "ADDRESS", few)
        monkeypatch.setattr(LoginView, "limit", few)
        for _ in range(2):
            api.post("/api/auth/login", {}, format="json")

        assert login(api).status_code == 429

    def test_counts_a_network_of_ipv6_as_one_address(self, api, registered):
        for number in range(limits.PAIR.most):
            guess(CREDENTIALS["email"], f"2001:db8:0:1::{number:x}")

        near, far = (
            api.post("/api/auth/login", CREDENTIALS, format="json", REMOTE_ADDR=address)
            for address in ("2001:db8:0:1:ffff::1", "2001:db8:0:2::1")
        )

        assert (near.status_code, far.status_code) == (401, 200)

    def test_does_not_count_what_is_right(self, api, registered):
        answers = [login(api).status_code for _ in range(limits.PAIR.most + 2)]

        assert set(answers) == {200}

    def test_of_a_session_closes_neither_signing_in_nor_the_factor(self, api, registered):
        secret, _ = set_up_totp(registered)
        body = {"current_password": "wrong", "new_password": "another long passphrase"}
        codes = [
            registered.post("/api/auth/change-password", body, format="json").json()["code"]
            for _ in range(limits.PASSWORD.most + 1)
        ]

        right = finish_login(api, login(api).json()["challenge"], totp(secret))
        heir = APIClient(headers=bearer(right.json()["access_token"]))

        assert codes == ["wrong_password"] * limits.PASSWORD.most + ["rate_limited"]
        assert right.status_code == 200
        # The owner, just signed in, ends whatever session guesses.
        ended = heir.post("/api/sessions/revoke-all", {"keep_current": True}, format="json")
        assert ended.json() == {"revoked": 1}

    def test_of_a_session_are_counted_on_in_its_successor(self, registered):
        body = {"current_password": "wrong", "new_password": "another long passphrase"}
        for _ in range(limits.PASSWORD.most):
            registered.post("/api/auth/change-password", body, format="json")
        place = {"organization_id": str(Session.objects.get().organization_id)}

        switched = registered.post("/api/auth/switch", place, format="json").json()
        heir = APIClient(headers=bearer(switched["access_token"]))

        answer = heir.post("/api/auth/change-password", body, format="json")
        assert answer.json()["code"] == "rate_limited"

    def test_is_not_hidden_by_a_forged_header(self, api, registered):
        for number in range(limits.PAIR.most):
            login_from = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}"}
            body = {**CREDENTIALS, "password": "wrong"}
            api.post("/api/auth/login", body, format="json", **login_from)

        assert login(api).status_code == 401

    def test_counts_the_client_behind_a_trusted_proxy(self, api, registered, settings):
        settings.TRUSTED_PROXIES = ("127.0.0.0/8",)
        lock(api, HTTP_X_FORWARDED_FOR="203.0.113.7")

        behind = api.post(
            "/api/auth/login",
            CREDENTIALS,
            format="json",
            HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.7",
        )
        other = api.post(
            "/api/auth/login", CREDENTIALS, format="json", HTTP_X_FORWARDED_FOR="203.0.113.8"
        )

        assert (behind.status_code, other.status_code) == (401, 200)


class TestFailures:
    @pytest.fixture
    def told(self):
        """The ledger's actions, with the organization of each, once the events have arrived."""

        def told():
            deliver()
            return list(AuditEntry.objects.values_list("action", "organization_id"))

        return told

    def test_are_told_to_the_ledger_with_the_lock(self, api, registered, told):
        lock(api)

        organization = Session.objects.get().organization_id
        found = told()
        assert found.count(("auth.sign_in", organization)) == limits.PAIR.most
        assert found.count(("auth.account.locked", organization)) == 1
        assert PASSWORD not in str(list(AuditEntry.objects.values()))

    def test_from_many_addresses_are_told_with_the_lock(self, api, registered, told):
        for number in range(limits.ACCOUNT.most - 1):
            guess(CREDENTIALS["email"], f"198.51.100.{number}")

        api.post(
            "/api/auth/login",
            {**CREDENTIALS, "password": "wrong"},
            format="json",
            REMOTE_ADDR="198.51.100.250",
        )

        assert [action for action, _ in told()].count("auth.account.locked") == 1

    def test_of_factors_are_told_with_the_lock(self, api, registered, told):
        set_up_totp(registered)
        challenge = login(api).json()["challenge"]
        for number in range(limits.FACTOR.most + 1):
            finish_login(api, challenge, f"00000{number}x")

        organization = Session.objects.first().organization_id
        found = told()
        assert found.count(("auth.factor", organization)) == limits.FACTOR.most
        assert found.count(("auth.factor.locked", organization)) == 1
