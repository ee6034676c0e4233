"""Where the README's figures come from: each a ratio to a stated reference, in one run."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
