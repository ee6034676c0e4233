"""The database of a run is migrated once: each process of pytest-xdist copies the file."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from django.core.management import call_command


def copy_migrated(connection):
    """Put a migrated file where the test database will be; the first process to ask makes it.

    It is named by the process that started this one, which sweeps it up when the run ends.
    """
    base = Path(tempfile.gettempdir()) / f"omnify-test-{os.getppid()}-migrated"
    migrated = base.with_suffix(".sqlite3")
    with base.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not migrated.exists():
            _migrate(connection, migrated)
    shutil.copyfile(migrated, connection.settings_dict["TEST"]["NAME"])


def _migrate(connection, file):
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = f"{file}.part"
    try:
        call_command("migrate", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            # Without what stands in the log beside the file.
            cursor.execute("VACUUM INTO %s", [str(file)])
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
