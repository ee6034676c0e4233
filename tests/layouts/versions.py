"""A next version of the whole code: every contract extended in every way that is compatible.

Each message and event gets a field with a default, each method a parameter with a default, in the
contract and in its facade. It is written as a tree of its own, from which slices are started.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Any

from tests.layouts.workshop import ROOT

#: What the next version adds; no answer may depend on it.
FIELD = "next_note"
PARAMETER = "next_hint"
_COPIED = ("apps", "omnify", "settings", "tests", "deploy")
_LINKED = ("data", "docs", "var", "manage.py", "pyproject.toml")
_MESSAGES = {"Message", "Event"}
_CONTRACTS = ("omnify/identity/contract.py",)


def write_next_version(root: Path) -> None:
    """Write the tree of the next version into an empty folder."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in _COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in _LINKED:
        if (ROOT / name).exists():
            (root / name).symlink_to(ROOT / name)
    for contract in (*_CONTRACTS, "apps/*/contract.py", "apps/*/contract/*.py"):
        for path in root.glob(contract):
            _rewrite(path, _extend_contract)
    for path in root.glob("apps/*/facade.py"):
        _rewrite(path, _extend_facade)


def without_additions(value: Any) -> Any:
    """A value of builtins without what the next version adds."""
    if isinstance(value, dict):
        return {name: without_additions(inner) for name, inner in value.items() if name != FIELD}
    if isinstance(value, list):
        return [without_additions(inner) for inner in value]
    return value


def _rewrite(path: Path, extend: Any) -> None:
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            extend(node)
    path.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n")


def _extend_contract(node: ast.ClassDef) -> None:
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    if bases & _MESSAGES:
        node.body.append(ast.parse(f"{FIELD}: str = 'next'").body[0])
    if "Contract" in bases:
        _extend_facade(node)


def _extend_facade(node: ast.ClassDef) -> None:
    for function in node.body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            function.args.args.append(ast.arg(PARAMETER, ast.Name("str", ast.Load())))
            function.args.defaults.append(ast.Constant("next"))
