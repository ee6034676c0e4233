"""Transactions of services name their service: the bare form would miss its database."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def find_bare_transactions(source: str) -> list[int]:
    """Lines that use Django's own ``transaction`` module."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.db":
            found += [node.lineno for name in node.names if name.name == "transaction"]
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [name.name for name in node.names] + [getattr(node, "module", "") or ""]
            found += [node.lineno for name in names if name == "django.db.transaction"]
    return found


class TestServices:
    def test_open_transactions_by_service_only(self):
        for path in ROOT.glob("apps/**/*.py"):
            if "migrations" not in path.parts:
                assert find_bare_transactions(path.read_text()) == [], path


class TestFindBareTransactions:
    @pytest.mark.parametrize(
        "plant",
        [
            "from django.db import models, transaction",
            "import django.db.transaction",
            "from django.db.transaction import atomic",
        ],
    )
    def test_sees(self, plant):
        assert find_bare_transactions(plant) == [1]
