"""Programs that tests run to their end."""

import os
import subprocess

from tests.journeys.fleets import ROOT


def run_program(*command, **environ):
    """Run a program to its end with no more than an environment; returns its code and output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
