"""The README and CONTRIBUTING stay short, and what documents name is there."""

import importlib.util
import re

import pytest

from apps import SERVICES
from tests.journeys.fleets import ROOT

README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DOCUMENTS = sorted(
    file for pattern in ("*.md", "docs/**/*.md", "data/*.md") for file in ROOT.glob(pattern)
)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
#: A path in code quotes: its first part is a folder or a file of the repository.
PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+/?)`")
_MAX_README_LINES = 140
_MAX_PICTURE_BYTES = 200_000


def find_missing_links(text, folder):
    """List the relative links of a document that lead nowhere."""
    return [link for link in LINK.findall(text) if not (folder / link).exists()]


def find_missing_paths(text):
    """List the paths in code quotes that begin in the repository's root and are not there."""
    tops = {file.name for file in ROOT.iterdir()}
    paths = [path for path in PATH.findall(text) if "/" in path and path.split("/")[0] in tops]
    return [path for path in paths if not (ROOT / path).exists()]


@pytest.fixture
def script():
    """The script that writes the generated documents, as a module."""
    file = ROOT / "deploy" / "scripts" / "docs.py"
    spec = importlib.util.spec_from_file_location("generated_documents", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestReadme:
    def test_fits_one_screen(self):
        assert len(README.read_text().splitlines()) <= _MAX_README_LINES

    def test_shows_a_small_picture(self):
        [picture] = re.findall(r"!\[[^\]]{20,}\]\((\S+\.png)\)", README.read_text())

        assert (ROOT / picture).stat().st_size < _MAX_PICTURE_BYTES

    def test_maps_every_service(self):
        for service in SERVICES:
            assert f"| `apps/{service}` |" in README.read_text()


class TestDocuments:
    @pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
    def test_link_to_what_is_there(self, file):
        assert find_missing_links(file.read_text(), file.parent) == []

    @pytest.mark.parametrize("file", [README, CONTRIBUTING], ids=lambda file: file.name)
    def test_name_paths_that_are_there(self, file):
        assert find_missing_paths(file.read_text()) == []

    def test_are_found_from_the_index(self):
        index = (ROOT / "docs" / "README.md").read_text()
        pages = [*ROOT.glob("docs/*.*"), *ROOT.glob("docs/guides/*")]

        linked = {(ROOT / "docs" / link).resolve() for link in LINK.findall(index)}
        assert [page.name for page in pages if page not in linked] == ["README.md"]


class TestGeneratedDocuments:
    def test_take_the_first_sentence_of_a_decision(self, script):
        record = (
            "# 7. A `title`\n\n## Context\nNot this.\n\n## Decision\nThis, over\ntwo lines. No.\n"
        )

        assert script.first_sentence_of(record) == ("7", "A `title`", "This, over two lines.")

    @pytest.mark.parametrize("decision", ["", "A list:\n\n- of words. And more.\n"])
    def test_refuse_a_decision_without_a_first_sentence(self, script, decision):
        with pytest.raises(ValueError, match="a sentence"):
            script.first_sentence_of(f"# 7. Title\n\n## Decision\n{decision}")

    def test_keep_all_but_the_table(self, script):
        document = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n"

        renewed = script.with_table(document, "a", "new")
        assert renewed == document.replace("old", "new")
        with pytest.raises(ValueError, match="between <!-- b --> and"):
            script.with_table(document, "b", "new")


class TestFindMissing:
    def test_sees_a_link_and_a_path_that_lead_nowhere(self):
        assert find_missing_links("[there](README.md) [not](nothing.md#part)", ROOT) == [
            "nothing.md"
        ]
        assert find_missing_paths("`apps/nothing.py` `apps/__init__.py` `a/b` `make`") == [
            "apps/nothing.py"
        ]
