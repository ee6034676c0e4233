"""What tests need beside Python: what was not run for lack of it is told at the end of a run.

``python -m tests.needs`` prints the packages that are missing here.
"""

import os
import shutil
from collections import Counter

import pytest

#: Each program that some tests start, and the Debian package that brings it.
PACKAGES = {
    "chromium-headless-shell": "chromium-headless-shell",
    "docker-compose": "docker-compose",
    "kubectl": "kubectl",
    "nginx": "nginx",
    "pg_dump": "postgresql-client",
}
#: The servers that ``make test-services`` names.
SERVERS = ("OMNIFY_TEST_AMQP_URL", "OMNIFY_TEST_DATABASE_URL", "OMNIFY_TEST_REDIS_URL")
#: Set by ``make test``: what takes long, browsers and fleets, is left to ``make check``.
QUICK = "OMNIFY_TEST_QUICK"
_NEEDS = "needs "
_LONG = "takes long"


def find_program(name):
    """Return the path of a program, None where it is not installed; root's count for everybody."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def needs(name):
    """Skip a test where a program is not installed, or a server is not named."""
    is_there = os.environ.get(name) if name in SERVERS else find_program(name)
    assert name in SERVERS or name in PACKAGES
    return pytest.mark.skipif(not is_there, reason=_NEEDS + name)


#: Leave a test that starts a fleet in a way of its own out of ``make test``.
takes_long = pytest.mark.skipif(bool(os.environ.get(QUICK)), reason=_LONG)
#: Fixtures that start a browser or other processes of the product.
STARTING = frozenset({"browser", "fleets", "workshop"})


def mark_tests(items):
    """Leave to ``make check`` what needs more than the process of its test."""
    for item in items:
        if not STARTING.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(takes_long)


def need_server(variable):
    """Return the address of a server, or skip the test that asks for it."""
    if not os.environ.get(variable):
        pytest.skip(_NEEDS + variable)
    return os.environ[variable]


def count_missing(skipped):
    """Count tests by what they lacked; one that was skipped for another reason counts by that."""
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped]
    return Counter(reason.removeprefix(_NEEDS) for reason in reasons)


def describe(name, count):
    """Say how many tests were not run for lack of something, and what brings it."""
    tests = f"{count} test{'s' if count > 1 else ''}"
    if name in PACKAGES:
        return f"{tests} not run without {name}: apt-get install {PACKAGES[name]}"
    if name in SERVERS:
        return f"{tests} not run without {name}: make test-services"
    if name == _LONG:
        return f"{tests} not run for taking long: make check"
    return f"{tests} not run: {name}"


def pytest_terminal_summary(terminalreporter):
    """Tell what was not run, and which package brings what was missing."""
    missing = count_missing(terminalreporter.stats.get("skipped", []))
    if missing:
        terminalreporter.section("not run")
    for name, count in missing.most_common():
        terminalreporter.line(describe(name, count))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Fail where a program is missing on a machine that promises all of them."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and not session.exitstatus:
        missing = count_missing(reporter.stats.get("skipped", []))
        session.exitstatus = int(not missing.keys().isdisjoint(PACKAGES))


if __name__ == "__main__":
    print(*sorted({package for name, package in PACKAGES.items() if not find_program(name)}))
