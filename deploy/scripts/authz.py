"""Print the matrix route x role x own or foreign, as ``tests/architecture`` proves it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from tests.architecture.authz import main

if __name__ == "__main__":
    main()
