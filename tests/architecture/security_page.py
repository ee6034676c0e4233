"""docs/security.md: which tests hold each check, and what came of them: ``make security``."""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
CHECKS = ROOT / "tests" / "apps" / "auth" / "checks"
_ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.*) \|$", re.MULTILINE)


def rows(text):
    """The number and the tests of each line of the table."""
    return [(int(number), named) for number, _, named, _ in _ROW.findall(text)]


def places(named):
    """The file and the classes of each test that a line names; no classes mean the whole file."""
    for part in named.split("; "):
        file, _, classes = part.partition(" ")
        if file.startswith("`"):
            continue
        found = ROOT / "tests" / file if "/" in file else CHECKS / file
        if not found.exists():
            found = CHECKS.parent / file
        yield found, [name for name in classes.split(", ") if name]


def find_missing(text):
    """Tests that the page names and that are not there."""
    for _, named in rows(text):
        for file, classes in places(named):
            held = file.read_text() if file.exists() else ""
            if not held:
                yield file.name
            yield from (name for name in classes if f"class {name}" not in held)


def main():
    """Run the tests of every check and write what came of them into the page."""
    text = PAGE.read_text()
    outcomes = run({file for _, named in rows(text) for file, _ in places(named)})

    def fill(match):
        number, check, named, _ = match.groups()
        found = sum((outcomes_of(outcomes, place) for place in places(named)), Counter())
        result = ", ".join(f"{count} {outcome}" for outcome, count in sorted(found.items()))
        print(f"{number:>2} {result:<24} {check}")
        return f"| {number} | {check} | {named} | {result} |"

    PAGE.write_text(_ROW.sub(fill, text))
    sys.exit(any(outcome == "failed" for _, _, outcome in outcomes))


def run(files):
    """Module, class and outcome of every test in some files."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-n", "auto", "-q", f"--junit-xml={report}"]
        subprocess.run([*command, *sorted(map(str, files))], cwd=ROOT, check=False)
        return [
            (*case.get("classname").rpartition(".")[::2], outcome_of(case))
            for case in ET.parse(report).iter("testcase")  # noqa: S314 - our own
        ]


def outcome_of(case):
    """What came of a test, from pytest's report."""
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in kinds else "passed"


def outcomes_of(outcomes, place):
    """How often each outcome is found in one place."""
    file, classes = place
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    return Counter(
        outcome
        for where, name, outcome in outcomes
        if where == module and (not classes or name in classes)
    )


if __name__ == "__main__":
    main()
