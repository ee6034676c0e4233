"""Checks 18, 19 and 29: passwords, and nothing that is there by default (ASVS 6.2, 6.3.2)."""

import json

import pytest
from argon2.low_level import Type
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.core.management import call_command
from django.utils.module_loading import import_string

from apps.auth.models import ApiKey, Organization, SigningKey, User
from tests.apps.auth.people import login, token_in
from tests.cases import read_case
from tests.conftest import REGISTRATION
from tests.hashers import CountingArgon2

pytestmark = pytest.mark.django_db
#: One password, as keyboards that compose letters send it and as those that do not.
SPELLINGS = json.loads(read_case("15-password-unicode", "passwords.json"))
NFC, NFD = SPELLINGS["nfc"], SPELLINGS["nfd"]


def register(api, password):
    return api.post("/api/auth/register", {**REGISTRATION, "password": password}, format="json")


class TestCheck18Passwords:
    @pytest.mark.parametrize("password", ["elevenchars", "a" * 129])
    def test_have_12_to_128_characters(self, api, password):
        assert register(api, password).status_code == 400

    @pytest.mark.parametrize(
        "password",
        [
            "twelve chars",
            "x" * 64 + "y" * 64,
            "only lower case letters",
            "日本語のとても長いパスワード",
            "  spaces around it  ",
        ],
    )
    def test_need_no_composition(self, api, password):
        assert register(api, password).status_code == 201
        assert login(api, password=password).status_code == 200

    def test_are_not_cut_off(self, api):
        password = 72 * "ab"[:1] + "12345678"
        register(api, password)

        assert login(api, password=password[:72] + "9" + password[73:]).status_code == 401
        assert login(api, password=password[:72]).status_code == 401
        assert login(api, password=password).status_code == 200

    @pytest.mark.parametrize("password", ["password1234", "acme is the best", "byron-byron-12"])
    def test_are_not_common_nor_of_the_context(self, api, password):
        answer = register(api, password)

        assert (answer.status_code, answer.json()["code"]) == (400, "password_refused")
        assert User.objects.count() == 0


class TestCheck18Spellings:
    @pytest.mark.parametrize(("chosen", "typed"), [(NFC, NFD), (NFD, NFC)])
    def test_are_one_password(self, api, chosen, typed):
        register(api, chosen)

        assert login(api, password=typed).status_code == 200

    def test_are_one_password_on_pages(self, client, api):
        register(api, NFC)

        body = {"email": REGISTRATION["email"], "password": NFD}
        assert client.post("/app/auth/sign-in", body).status_code == 302

    @pytest.mark.django_db(transaction=True)
    def test_are_one_password_after_a_change_and_a_reset(self, registered, api, mailoutbox):
        body = {"current_password": REGISTRATION["password"], "new_password": NFD}
        assert registered.post("/api/auth/change-password", body, format="json").status_code == 200
        assert login(api, password=NFC).status_code == 200

        mailed = {"email": REGISTRATION["email"]}
        api.post("/api/auth/password/reset", mailed, format="json")
        body = {"token": token_in(mailoutbox[-1]), "new_password": f"{NFC} again"}
        answer = api.post("/api/auth/password/reset/confirm", body, format="json")
        assert answer.status_code == 204
        assert login(api, password=f"{NFD} again").status_code == 200

    def test_are_counted_after_normalization(self, api):
        short, long = 11 * "e\u0301", 128 * "e\u0301"

        assert register(api, short).json()["code"] == "password_refused"
        assert register(api, long).status_code == 201
        assert login(api, password=128 * "\u00e9").status_code == 200

    def test_that_were_hashed_as_typed_go_on_and_are_renewed(self, api):
        register(api, NFC)
        User.objects.update(password=make_password(NFD))

        assert login(api, password=f"{NFD}!").status_code == 401
        assert login(api, password=NFD).status_code == 200
        assert login(api, password=NFC).status_code == 200

    def test_are_not_renewed_over_a_newer_password(self, api):
        register(api, NFC)
        User.objects.update(password=make_password(NFD))
        stale = User.objects.get()
        User.objects.update(password=make_password("another one altogether"))

        assert stale.check_password(NFD)

        assert User.objects.get().check_password("another one altogether")

    @pytest.mark.parametrize(("typed", "hashes"), [(f"{NFC}!", 1), (f"{NFD}!", 2)])
    def test_cost_the_same_for_known_and_unknown_accounts(self, api, settings, typed, hashes):
        register(api, NFC)
        settings.PASSWORD_HASHERS = ["tests.hashers.CountingArgon2"]
        costs = []

        for email in (REGISTRATION["email"], "nobody@acme.example"):
            CountingArgon2.hashed = 0
            login(api, email=email, password=typed)
            costs.append(CountingArgon2.hashed)

        assert costs == [hashes, hashes]


class TestCheck19Hashing:
    def test_is_argon2id_at_the_library_s_cost(self):
        from settings.monolith import PASSWORD_HASHERS

        [path] = PASSWORD_HASHERS
        hasher, defaults = import_string(path)(), Argon2PasswordHasher
        assert hasher.params().type is Type.ID
        assert (hasher.time_cost, hasher.memory_cost) == (
            defaults.time_cost,
            defaults.memory_cost,
        )

    def test_is_renewed_at_sign_in_when_the_cost_grows(self, api, settings):
        register(api, REGISTRATION["password"])
        former = User.objects.get().password

        settings.PASSWORD_HASHERS = ["tests.hashers.DearerArgon2"]
        assert login(api).status_code == 200

        assert User.objects.get().password != former
        assert login(api).status_code == 200


class TestCheck29Defaults:
    def test_hold_no_account_key_or_organization(self):
        call_command("migrate", verbosity=0)

        assert not User.objects.exists()
        assert not Organization.objects.exists()
        assert not ApiKey.objects.exists()
        assert not SigningKey.objects.exists()

    def test_hold_no_secret_outside_debug(self):
        from settings.base import hosting

        problems = " ".join(hosting(("auth",), environ={})["STARTUP_PROBLEMS"])

        for name in ("SECRET_KEY", "ALLOWED_HOSTS", "OMNIFY_ENCRYPTION_KEYS"):
            assert name in problems
        assert django_settings.SECRET_KEY not in problems
