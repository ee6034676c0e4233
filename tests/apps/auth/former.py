"""Accounts as a version of this code wrote them, kept to see that later ones go on with them.

``former.jsonl`` was written by the version before addresses had a canonical form and passwords one
spelling, by ``DJANGO_SETTINGS_MODULE=settings.test python -m tests.apps.auth.former``.
"""

import json
from pathlib import Path

import django
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

FILE = Path(__file__).with_name("former.jsonl")
MODELS = (
    "omnify_auth.Organization",
    "omnify_auth.User",
    "omnify_auth.Membership",
    "omnify_auth.Session",
    "account.EmailAddress",
)
#: Typed on a keyboard that composes letters, and on one that does not.
COMPOSED = "Gr\u00fc\u00dfe aus K\u00f6ln 2026"
DECOMPOSED = "Gru\u0308\u00dfe aus Ko\u0308ln 2026"
#: The addresses in the order of registration, whether each was proven, and the password.
ACCOUNTS = {
    "grace@globex.example": (True, DECOMPOSED),
    "ada@exa\u0308mple.org": (False, COMPOSED),
    "ada@ex\u00e4mple.org": (True, COMPOSED),
    "ada@xn--exmple-cua.org": (True, COMPOSED),
    "ada@stra\u00dfe.de": (True, COMPOSED),
    "ada@strasse.de": (True, COMPOSED),
    "ada@exam\u202cple.com": (True, COMPOSED),
}


def restore(alias="default", *, before):
    """Put the rows into the tables as they were before a migration, then migrate to the newest.

    Returns the refresh token of each account's session, by the address it was registered with.
    """
    executor = MigrationExecutor(connections[alias])
    executor.migrate([before])
    former = executor.loader.project_state([before, *executor.loader.graph.leaf_nodes("account")])
    tokens = {}
    for name, row in map(json.loads, FILE.read_text().splitlines()):
        if name == "refresh_token":
            tokens[row["email"]] = row["token"]
            continue
        rows = former.apps.get_model(name).objects
        rows.bulk_create([rows.model(**row)])
        # What is set to the present when a row is added.
        rows.filter(pk=row["id"]).update(**row)
    newest = MigrationExecutor(connections[alias])
    newest.migrate(newest.loader.graph.leaf_nodes("omnify_auth"))
    return tokens


def write():
    """Register the accounts and write their rows and refresh tokens, one a line."""
    from allauth.account.models import EmailAddress
    from rest_framework.test import APIClient

    from tests.conftest import REGISTRATION

    lines = []
    for email, (is_proven, password) in ACCOUNTS.items():
        body = {**REGISTRATION, "email": email, "password": password}
        answer = APIClient().post("/api/auth/register", body, format="json")
        lines.append(["refresh_token", {"email": email, "token": answer.json()["refresh_token"]}])
        EmailAddress.objects.filter(email=email).update(verified=is_proven)
    for name in MODELS:
        rows = django.apps.apps.get_model(name).objects.order_by("pk").values()
        lines += [[name, row] for row in rows]
    FILE.write_text("".join(f"{json.dumps(line, cls=DjangoJSONEncoder)}\n" for line in lines))


if __name__ == "__main__":
    django.setup()
    setup_test_environment()
    former = setup_databases(verbosity=0, interactive=False)
    write()
    teardown_databases(former, verbosity=0)
