#!/usr/bin/env python
"""Django's command line; without DJANGO_SETTINGS_MODULE it is the slice OMNIFY_SERVICES names."""

import os
import sys


def main() -> None:
    """Run a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.custom")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
