"""What the floor runs of a service is found in its folder and in those directly below it."""

import subprocess
import sys
from pathlib import Path

from omnify.services.parts import modules_of

ROOT = Path(__file__).parents[3]
PROBE = """
import subprocess
import sys
from omnify.services.parts import modules_of
names = modules_of("integrations", "jobs")
print(names, [name for name in sys.modules if name.startswith("apps.integrations.")])
"""


def _jobs_of_concepts():
    folder = ROOT / "apps" / "integrations"
    names = sorted(file.parent.name for file in folder.glob("*/jobs.py"))
    return tuple(f"apps.integrations.{name}.jobs" for name in names)


class TestModulesOf:
    def test_are_those_of_the_service_s_folder(self):
        assert modules_of("ml", "receivers") == ("apps.ml.receivers",)

    def test_are_those_of_its_concepts(self):
        assert modules_of("integrations", "jobs") == _jobs_of_concepts()
        assert "apps.integrations.imports.jobs" in _jobs_of_concepts()

    def test_are_none_where_a_service_has_none(self):
        assert modules_of("onboarding", "jobs") == ()

    def test_are_named_without_being_imported(self):
        done = subprocess.run(
            [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
        )

        assert done.stdout == f"{_jobs_of_concepts()} []\n"
