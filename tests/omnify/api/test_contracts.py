"""The document of all contracts, and the command that compares it with a former one."""

import ast
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from omnify.api.contracts import contracts, describe, events
from omnify.services.registry import manifests

ROOT = Path(__file__).resolve().parents[3]


def declared(base):
    """The names of the product's classes that derive from a base, by their source."""
    return {
        node.name
        for folder in ("omnify", "apps")
        for file in (ROOT / folder).rglob("*.py")
        if f"{base})" in (source := file.read_text()) or f"{base}," in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and base in {ast.unparse(each) for each in node.bases}
    }


@pytest.fixture
def former(tmp_path):
    """Write a former version's document, changed by a function; returns its path."""

    def write(change=None):
        document = json.loads(json.dumps(describe()))
        if change:
            change(document)
        path = tmp_path / "contracts.json"
        path.write_text(json.dumps(document))
        return path

    return write


class TestDescribe:
    def test_has_every_contract_and_event_of_the_product(self):
        document = describe()

        assert set(document["contracts"]) == set(contracts()) >= {"auth.Identity", "ml.Ml"}
        assert set(document["events"]) == set(events())

    @pytest.mark.parametrize(
        ("base", "found"),
        [("Event", events), ("Contract", contracts)],
    )
    def test_misses_nothing_that_the_code_declares(self, base, found):
        product = {
            each.__name__ for each in found().values() if not each.__module__.startswith("tests.")
        }

        assert product == declared(base)

    def test_has_every_event_that_a_service_listens_to(self):
        listened = {topic for manifest in manifests().values() for topic in manifest.listens_to}

        assert listened <= set(describe()["events"])


class TestContractsCheck:
    def test_passes_the_same_version(self, former, capsys):
        call_command("contracts", "check", "--against", former())

        assert "compatible" in capsys.readouterr().out

    def test_names_each_break(self, former):
        def change(document):
            methods = document["contracts"]["ml.Ml"]["methods"]
            methods["train"] = methods["forecast"]
            document["messages"]["Progress"]["properties"]["mood"] = {"type": "string"}

        with pytest.raises(CommandError) as caught:
            call_command("contracts", "check", "--against", former(change))

        assert "2 breaking changes" in str(caught.value)
        assert "ml.Ml.train: removed" in str(caught.value)
        assert "onboarding.Onboarding.get_progress().mood: removed" in str(caught.value)

    @pytest.mark.parametrize(("text", "said"), [("{", "is no JSON"), ("{}", "holds no contracts")])
    def test_refuses_another_file(self, text, said, tmp_path):
        path = tmp_path / "other.json"
        path.write_text(text)

        with pytest.raises(CommandError, match=said):
            call_command("contracts", "check", "--against", path)

    def test_says_that_there_is_no_file(self, tmp_path):
        with pytest.raises(CommandError, match="There is no file"):
            call_command("contracts", "check", "--against", tmp_path / "none.json")


class TestContractsShow:
    def test_prints_the_document(self, capsys):
        call_command("contracts", "show")

        assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(describe()))
