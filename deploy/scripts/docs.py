"""Write what documents take from the code; with ``--check``, say what is out of date instead."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")


def openapi() -> str:
    """The OpenAPI document of all services."""
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    document = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(document)
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def service_table() -> str:
    """The services as a table."""
    from omnify.services.registry import manifests

    rows = ["| Service | Port | Public paths | Needs | Uses |", "|---|---|---|---|---|"]
    for manifest in manifests().values():
        paths = " ".join(f"`{prefix}`" for prefix in manifest.prefixes)
        needs, uses = ", ".join(manifest.needs) or "-", ", ".join(manifest.uses) or "-"
        rows.append(f"| {manifest.name} | {manifest.port} | {paths} | {needs} | {uses} |")
    return "\n".join(rows)


def variable_table() -> str:
    """The environment variables as a table."""
    from settings.environment import VARIABLES

    rows = ["| Variable | Default | Use |", "|---|---|---|"]
    rows += [f"| `{item.name}` | {item.default} | {item.use} |" for item in VARIABLES]
    return "\n".join(rows)


def with_tables(text: str) -> str:
    """A document with its generated tables renewed."""
    for name, table in (("services", service_table()), ("variables", variable_table())):
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        text = pattern.sub(lambda _, t=table, b=begin, e=end: f"{b}\n{t}\n{e}", text)
    return text


def main() -> int:
    """Write or check; the exit code says whether anything was out of date."""
    import django

    django.setup()
    readme = ROOT / "README.md"
    wanted = {
        ROOT / "docs" / "openapi.json": openapi(),
        readme: with_tables(readme.read_text()),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run 'make docs'")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path])
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
