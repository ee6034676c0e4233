"""Settings are built from the environment, and everything wrong is said at once."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from settings.base import hosting
from settings.environment.reading import Environment
from settings.test import TEST_ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]


def problems_of(services, **environ):
    return hosting(services, environ=environ)["STARTUP_PROBLEMS"]


class TestHosting:
    def test_lists_everything_that_is_missing_at_once(self):
        problems = "\n".join(problems_of(["analytics", "auth"], OMNIFY_DISCOVERY="magic"))

        for name in ("SECRET_KEY", "ALLOWED_HOSTS", "OMNIFY_RPC_SECRETS", "OMNIFY_ENCRYPTION_KEYS"):
            assert name in problems
        assert "OMNIFY_DISCOVERY=magic" in problems

    def test_accepts_a_whole_environment(self):
        assert problems_of(["auth"], **TEST_ENVIRONMENT) == ()

    def test_names_a_need_without_an_address(self):
        problems = problems_of(["analytics"], **TEST_ENVIRONMENT)

        assert any("set INTEGRATIONS_SERVICE_URL" in problem for problem in problems)
        assert any("set AUTH_JWKS" in problem for problem in problems)

    def test_refuses_every_host(self):
        problems = problems_of(["auth"], **TEST_ENVIRONMENT | {"ALLOWED_HOSTS": "*"})

        assert any("ALLOWED_HOSTS" in problem for problem in problems)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DATABASE_URL", "nonsense"),
            ("PORT", "many"),
            ("WEB_THREADS", "0"),
            ("ML_SERVICE_URL", "ml:8006"),
            ("ENABLE_SIGN_UP", "perhaps"),
            ("SECRET_KEY_FALLBACKS", f"{40 * 'f'},short"),
        ],
    )
    def test_names_a_value_that_cannot_be_read(self, name, value):
        problems = problems_of(["auth"], **TEST_ENVIRONMENT | {name: value})

        assert any(name in problem for problem in problems)

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("META_ADS_API_URL", "graph.facebook.com", "say a whole address"),
            ("SHOPIFY_TOKEN_URL", "https://me:secret@shop/token", "say a whole address"),
            ("META_ADS_API_VERSION_ENDS", "31.1.2027", "say a day"),
            ("GOOGLE_ADS_DAILY_CALLS", "15.000", "say a whole number"),
        ],
    )
    def test_names_a_wrong_value_of_a_platform_without_repeating_it(self, name, value, words):
        problems = "\n".join(problems_of(["integrations"], **TEST_ENVIRONMENT | {name: value}))

        assert name in problems
        assert words in problems
        assert value not in problems

    def test_reads_what_a_platform_s_variables_say(self):
        set_here = {
            "META_ADS_CLIENT_ID": "app",
            "META_ADS_WEBHOOK_SECRETS": "new,old",
            "META_ADS_API_VERSION_ENDS": "2027-01-31",
            "GOOGLE_ADS_DAILY_CALLS": "15000",
            "META_ADS_DAILY_CALLS": "",
            "SHOPIFY_TOKEN_URL": "https://{shop}.myshopify.com/token",
        }
        platforms = hosting(["integrations"], environ=TEST_ENVIRONMENT | set_here)["PLATFORMS"]

        assert platforms["meta_ads"]["CLIENT_ID"] == "app"
        assert platforms["meta_ads"]["WEBHOOK_SECRETS"] == ("new", "old")
        assert platforms["meta_ads"]["API_VERSION_ENDS"] == date(2027, 1, 31)
        assert platforms["google_ads"]["DAILY_CALLS"] == 15_000
        assert platforms["meta_ads"]["DAILY_CALLS"] is None
        assert platforms["shopify"]["TOKEN_URL"] == "https://{shop}.myshopify.com/token"

    def test_refuses_an_unknown_service(self):
        with pytest.raises(ImproperlyConfigured, match=r"OMNIFY_SERVICES names unknown.*'autth'"):
            hosting(environ={"OMNIFY_SERVICES": "autth"})

    def test_refuses_contradictions_by_name(self):
        environ = {"OMNIFY_SERVICES": "auth", "DEPLOYMENT_MODE": "monolith"}

        with pytest.raises(ImproperlyConfigured, match=r"OMNIFY_SERVICES says auth; DEPLOYMENT"):
            hosting(environ=environ)

    @pytest.mark.parametrize(
        ("environ", "hosted"),
        [
            ({"OMNIFY_SERVICES": "ml,auth"}, ("auth", "ml")),
            ({"DEPLOYMENT_MODE": "microservice", "SERVICE_NAME": "ml"}, ("ml",)),
        ],
    )
    def test_understands_each_way_to_choose(self, environ, hosted):
        assert hosting(environ=environ)["HOSTED_SERVICES"] == hosted

    def test_hosts_everything_by_default(self):
        assert len(hosting(environ={})["HOSTED_SERVICES"]) == 7

    def test_gives_a_service_its_own_database(self):
        environ = {"ANALYTICS_DATABASE_URL": "sqlite:////tmp/analytics.sqlite3"}

        made = hosting(["analytics", "ml"], environ=environ)

        aliases = made["DATABASE_ALIASES"]
        assert (aliases["analytics"], aliases["ml"]) == ("analytics", "default")
        assert made["DATABASES"]["analytics"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


class TestEnvironment:
    def test_describes_what_it_reads_once_for_all_services(self):
        env = Environment({})
        for name in ("ml", "auth"):
            env.variable("<SERVICE>_URL", "Where it is.", service=name).names()
        env.variable("EAGER", "Whether to hurry.").flag(default=True)

        assert [tuple(described) for described in env.descriptions.values()] == [
            ("<SERVICE>_URL", "none", "Where it is."),
            ("EAGER", "true", "Whether to hurry."),
        ]

    def test_knows_no_variable_that_nobody_describes(self):
        with pytest.raises(LookupError, match="COLOUR is read by no setting"):
            Environment({"COLOUR": "red"}).is_set("COLOUR")


class TestStart:
    def test_fails_with_one_message_that_lists_every_problem(self):
        done = subprocess.run(
            [sys.executable, "-c", "import omnify.wsgi"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "settings.ml_only"},
            capture_output=True,
            text=True,
            check=False,
        )

        last = done.stderr[done.stderr.rindex("Omnify cannot start") :]
        assert done.returncode == 1
        assert last.count("\n  - ") == 6

    def test_lets_settings_monolith_refuse_a_smaller_choice(self):
        done = subprocess.run(
            [sys.executable, "-c", "import django; django.setup()"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "settings.monolith",
                "OMNIFY_SERVICES": "auth",
            },
            capture_output=True,
            text=True,
            check=False,
        )

        assert "contradictory" in done.stderr
