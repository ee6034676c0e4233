"""The import rules hold, and each is seen failing on a planted import."""

import re
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
        "import django\n",
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
#: What stands above what is said of a contract.
TITLE = re.compile(r"^(.+)\n-{9,}\n", re.MULTILINE)


def lint(root: Path) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """What is said of each contract that does not hold where all the plants are."""
    root = tmp_path_factory.mktemp("planted")
    for name in ("omnify", "apps", "settings"):
        ignored = shutil.ignore_patterns("__pycache__", "static", "templates")
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", root)
    for path, text, _ in PLANTS.values():
        with (root / path).open("a") as target:
            target.write(text)
    done = lint(root)
    assert done.returncode == 1
    _, *told = TITLE.split(done.stdout.partition("Broken contracts")[2])
    return {title: " ".join(text.split()) for title, text in zip(*[iter(told)] * 2, strict=True)}


class TestImportRules:
    def test_hold(self):
        done = lint(ROOT)

        assert done.returncode == 0, done.stdout

    @pytest.mark.parametrize("plant", PLANTS)
    def test_fail_on(self, plant, broken):
        path, text, contract = PLANTS[plant]
        module = path.removesuffix(".py").replace("/", ".")
        said = f"- {module} -> {text.split()[1]} " if text.startswith("import") else f"- {module} "

        assert [title for title in broken if title.startswith(contract) and said in broken[title]]
