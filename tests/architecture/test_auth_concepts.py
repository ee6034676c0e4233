"""A concept of auth has one name: in every layer, among the templates and among the tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONCEPTS = {
    "addresses",
    "api_keys",
    "audit",
    "brands",
    "challenges",
    "cookies",
    "flags",
    "hashing",
    "invitations",
    "late_forms",
    "ledgers",
    "legal",
    "limits",
    "mail",
    "members",
    "organizations",
    "passkeys",
    "passwords",
    "quotas",
    "reauthentication",
    "recovery_codes",
    "registration",
    "roles",
    "second_factor",
    "security",
    "sessions",
    "sign_in",
    "signing_keys",
    "staff",
    "tokens",
    "users",
}
LAYERS = ("messages", "models", "queries", "operations", "api", "pages")
#: Files that are of no concept: they join the others, or test what holds for several.
JOINTS = {"__init__", "urls", "plain", "search", "settings"}
CROSSWISE = {"admin", "facade", "headless", "names", "parallel"}


def find_strangers(root):
    """Yield the files and folders whose names are of no concept."""
    service, tests = root / "apps" / "auth", root / "tests" / "apps" / "auth"
    for layer in LAYERS:
        files = (service / layer).glob("*.py")
        yield from (path for path in files if path.stem not in CONCEPTS | JOINTS)
    folders = (service / "templates" / "omnify_auth").glob("*/")
    yield from (path for path in folders if path.name not in CONCEPTS)
    for path in tests.rglob("test_*.py"):
        name = path.stem.removeprefix("test_")
        is_known = name in CROSSWISE or any(f"{name}_".startswith(f"{each}_") for each in CONCEPTS)
        yield from () if is_known else (path,)


class TestNames:
    def test_are_those_of_concepts(self):
        assert [str(path.relative_to(ROOT)) for path in find_strangers(ROOT)] == []

    @pytest.mark.parametrize(
        "stranger",
        [
            "apps/auth/queries/credentials.py",
            "apps/auth/messages/accounts.py",
            "apps/auth/templates/omnify_auth/joining/page.html",
            "tests/apps/auth/checks/test_ledger.py",
        ],
    )
    def test_are_missed_on(self, tmp_path, stranger):
        path = tmp_path / stranger
        path.parent.mkdir(parents=True)
        path.touch()

        assert list(find_strangers(tmp_path))
