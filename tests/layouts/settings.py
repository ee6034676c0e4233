"""A slice under observation: its own settings, a cheap password hash and a deadline that is given.

Nothing of the layout is different here: which services are hosted, where the others are and which
databases there are comes from the environment, as in production.
"""

import os
from pathlib import Path

import apps

if os.environ.get("LAYOUTS_PROBES"):
    apps.__path__.append(str(Path(__file__).parent / "probes"))
    apps.SERVICES = (*apps.SERVICES, "ledger", "till")

from settings.custom import *  # noqa: F403 - the settings of the slice, whatever they are

REFUSE_CALLS_IN_TRANSACTIONS = True
PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
#: The time that a request may take, in seconds: short where a test waits for its end.
REQUEST_SECONDS = float(os.environ.get("LAYOUTS_REQUEST_SECONDS", "30"))
