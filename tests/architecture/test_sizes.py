"""No module is too long to be read in one go."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("omnify", "apps", "settings", "tests", "deploy", "benchmarks")
LINES = 400


def find_long_modules(root):
    """Yield the modules that have more lines than allowed."""
    for folder in FOLDERS:
        for path in (root / folder).rglob("*.py"):
            lines = len(path.read_text().splitlines())
            if lines > LINES:
                yield f"{path.relative_to(root)}: {lines} lines"


class TestModules:
    def test_are_short_enough(self):
        assert list(find_long_modules(ROOT)) == []

    @pytest.mark.parametrize("folder", FOLDERS)
    def test_that_are_too_long_are_found(self, tmp_path, folder):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "long.py").write_text(401 * "x = 1\n")
        (tmp_path / folder / "deep" / "short.py").write_text(400 * "x = 1\n")

        assert list(find_long_modules(tmp_path)) == [f"{folder}/deep/long.py: 401 lines"]
