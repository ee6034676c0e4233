"""The test suite: all services, SQLite files, fixed secrets, nothing of the shell's environment."""

import os
import tempfile
from pathlib import Path

from omnify.services.registry import manifests
from settings.base import hosting

TEST_ENVIRONMENT = {
    "SECRET_KEY": "tests-" + 40 * "k",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "OMNIFY_RPC_SECRETS": "tests-rpc-secret-one,tests-rpc-secret-two",
    "OMNIFY_ENCRYPTION_KEYS": "dGVzdHMtZW5jcnlwdGlvbi1rZXktMzItYnl0ZXMhISE=",
    "LOG_LEVEL": "WARNING",
    "DATABASE_URL": os.environ.get("OMNIFY_TEST_DATABASE_URL", ""),
}
_settings = hosting(manifests(), environ=TEST_ENVIRONMENT)
for _alias, _database in _settings["DATABASES"].items():
    if _database["ENGINE"].endswith("sqlite3"):
        # A file, as in production: an in-memory database locks whole tables against threads.
        _file = Path(tempfile.gettempdir()) / f"omnify-test-{os.getpid()}-{_alias}.sqlite3"
        _database["TEST"] = {"NAME": str(_file)}
globals().update(_settings)

# The tests of jobs start an engine of their own.
JOBS_DATABASE_URL = ""
REFUSE_CALLS_IN_TRANSACTIONS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The cheapest parameters of the algorithm: tests are not about the cost of a password.
PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
# Nothing is collected before tests: files are found where they are.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
