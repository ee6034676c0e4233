"""The import rules hold, and each is seen failing on a planted import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTS = {
    "a stray file": ("apps/ml/utils.py", '"""Stray."""\n', "A service's files import downwards"),
    "a foreign facade": (
        "apps/ml/queries.py",
        "import apps.analytics.facade\n",
        "Services know each other's contracts only",
    ),
    "an import upwards": (
        "apps/onboarding/queries.py",
        "import apps.onboarding.operations\n",
        "A service's files import downwards",
    ),
    "a stray file in a concept": (
        "apps/integrations/metrics/utils.py",
        '"""Stray."""\n',
        "A concept's files import downwards",
    ),
    "an import upwards in a concept": (
        "apps/integrations/connections/models.py",
        "import apps.integrations.connections.operations\n",
        "A concept's files import downwards",
    ),
    "a later concept": (
        "apps/integrations/connections/queries.py",
        "import apps.integrations.metrics.models\n",
        "Integrations' concepts import earlier ones only",
    ),
    "Django in a contract": (
        "apps/ml/contract.py",
        "import django.db\n",
        "Contracts, messages and domain packages are free of Django",
    ),
    "a contract that imports a contract": (
        "apps/ml/contract.py",
        "import apps.analytics.contract\n",
        "A contract imports no other service",
    ),
    "a service in the floor": (
        "omnify/api/views.py",
        "import apps.auth.contract\n",
        "The floor imports no service",
    ),
    "a floor upside down": (
        "omnify/db/router.py",
        "import omnify.health.checks\n",
        "The floor's parts import downwards only",
    ),
}


def lint(root: Path) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


class TestImportRules:
    def test_hold(self):
        done = lint(ROOT)

        assert done.returncode == 0, done.stdout

    @pytest.mark.parametrize("plant", PLANTS)
    def test_fail_on(self, plant, tmp_path):
        path, text, contract = PLANTS[plant]
        for name in ("omnify", "apps", "settings"):
            ignored = shutil.ignore_patterns("__pycache__", "static", "templates")
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        target = tmp_path / path
        target.write_text((target.read_text() if target.exists() else "") + text)

        done = lint(tmp_path)

        broken = [line for line in done.stdout.splitlines() if "BROKEN" in line]
        assert done.returncode == 1
        assert any(contract in line for line in broken), done.stdout
