"""The guide to adding a platform is followed as it stands."""

import re
import subprocess
import sys
from importlib import import_module

import pytest

import tests.apps.integrations.platforms as tests_of_platforms
import tests.peers
from apps.integrations import platforms
from apps.integrations.platforms import registry
from tests.journeys.fleets import ROOT

pytestmark = pytest.mark.django_db
GUIDE = ROOT / "docs" / "guides" / "add-a-platform.md"
BLOCK = re.compile(r"^```python (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILES = dict(BLOCK.findall(GUIDE.read_text()))
PACKAGES = (platforms, tests.peers, tests_of_platforms)


@pytest.fixture
def followed(monkeypatch, tmp_path):
    """Put the guide's files beside those of Omnify, each where it says, and look for platforms."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for package in PACKAGES:
        own = tmp_path / package.__name__.replace(".", "/")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(own)])
    monkeypatch.setattr(registry, "ADAPTERS", registry.find_adapters())
    yield
    for name in [name for name in sys.modules if "pinterest_ads" in name]:
        del sys.modules[name]


class TestGuide:
    def test_needs_one_folder_besides_tests(self):
        folders = {name.rpartition("/")[0] for name in FILES if not name.startswith("tests/")}

        assert folders == {"apps/integrations/platforms/pinterest_ads"}

    def test_adds_a_platform_whose_test_passes(self, followed):
        name = f"{tests_of_platforms.__name__}.pinterest_ads.test_adapter"
        import_module(name).TestDays().test_are_kept_as_pinterest_knows_them()

    def test_is_in_the_style_of_the_project(self):
        for name, text in FILES.items():
            # What belongs to a package and which imports are our own is seen of files in place.
            for command in (["check", "--ignore=INP001,I001"], ["format", "--check"]):
                done = subprocess.run(
                    [f"{sys.prefix}/bin/ruff", *command, "--stdin-filename", name, "-"],
                    input=text.encode(),
                    cwd=ROOT,
                    capture_output=True,
                    check=False,
                )
                assert done.returncode == 0, f"{name}: {done.stdout.decode()}"
