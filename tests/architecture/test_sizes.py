"""No file is too long to be read in one go, and no line of a template too wide."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("omnify", "apps", "settings", "tests", "deploy", "benchmarks")
LINES, COLUMNS = 400, 120


def find_long_modules(root):
    """Yield the modules that have more lines than allowed."""
    for folder in FOLDERS:
        for path in (root / folder).rglob("*.py"):
            lines = len(path.read_text().splitlines())
            if lines > LINES:
                yield f"{path.relative_to(root)}: {lines} lines"


def find_wide_lines(root):
    """Yield the lines of templates that are wider than allowed."""
    for folder in FOLDERS:
        for path in (root / folder).rglob("templates/**/*.html"):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if len(line) > COLUMNS:
                    yield f"{path.relative_to(root)}:{number}: {len(line)} columns"


class TestModules:
    def test_are_short_enough(self):
        assert list(find_long_modules(ROOT)) == []

    @pytest.mark.parametrize("folder", FOLDERS)
    def test_that_are_too_long_are_found(self, tmp_path, folder):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "long.py").write_text(401 * "x = 1\n")
        (tmp_path / folder / "deep" / "short.py").write_text(400 * "x = 1\n")

        assert list(find_long_modules(tmp_path)) == [f"{folder}/deep/long.py: 401 lines"]


class TestTemplates:
    def test_have_narrow_lines(self):
        assert list(find_wide_lines(ROOT)) == []

    def test_with_a_wide_line_are_found(self, tmp_path):
        page = tmp_path / "apps" / "ml" / "templates" / "omnify_ml" / "page.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"{120 * 'x'}\n{121 * 'x'}\n")

        assert list(find_wide_lines(tmp_path)) == [
            "apps/ml/templates/omnify_ml/page.html:2: 121 columns"
        ]
