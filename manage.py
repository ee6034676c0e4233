#!/usr/bin/env python
"""Django's command line; without DJANGO_SETTINGS_MODULE it is the slice OMNIFY_SERVICES names."""

import atexit
import gc
import os
import shutil
import sys
import tempfile


def main() -> None:
    """Run a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.custom")
    if sys.argv[1:2] == ["serve"]:
        # The processes of a server add their metrics up in files; the library looks for the place
        # when it is first imported, which is before any command runs.
        folder = tempfile.mkdtemp(prefix="omnify-metrics-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    # What a start imports stays: the collector would look at all of it again and again. It begins
    # when the apps are ready.
    gc.disable()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
