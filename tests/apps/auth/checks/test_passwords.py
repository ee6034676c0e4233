"""Checks 18, 19 and 29: passwords, and nothing that is there by default (ASVS 6.2, 6.3.2)."""

import pytest
from argon2.low_level import Type
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.management import call_command
from django.utils.module_loading import import_string

from apps.auth.models import ApiKey, Organization, SigningKey, User
from tests.apps.auth.people import login
from tests.conftest import REGISTRATION

pytestmark = pytest.mark.django_db


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
