"""Fuzz every field of every endpoint: ``python -m tests.fuzz auth_only monolith``.

Schemathesis reads the OpenAPI document of a running slice and sends what fits it and what does not;
before that, ``tests.fuzz.bodies`` sends what no schema describes.
Further options go to it, for example ``--seed 7`` or ``--phases fuzzing --max-examples 200``.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from apps.integrations.contract import PLATFORMS
from omnify.services.registry import manifests
from omnify.topology.processes import die_with_parent
from settings.test import TEST_ENVIRONMENT
from tests.fuzz.bodies import find_failures
from tests.journeys import main_job
from tests.journeys.fleets import ROOT, free_ports

OWNER = main_job.REGISTRATION
#: An address where nobody listens.
NOWHERE = "http://127.0.0.1:9"
QUICK = ["--phases", "examples,coverage", "--seed", "1"]


def main():
    """Fuzz the slices in turn; the exit code is that of the first with a failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("slices", nargs="+", help="settings modules: auth_only, monolith, …")
    slices, options = parser.parse_known_args()
    codes = [fuzz(name, options or QUICK) for name in slices.slices]
    sys.exit(max(codes))


def fuzz(name, options):
    """Fuzz one slice; Schemathesis's exit code."""
    with tempfile.TemporaryDirectory() as folder, running_slice(name, Path(folder)) as base:
        requests.post(f"{base}/api/auth/register", json=OWNER, timeout=30).raise_for_status()
        environ = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
            "FUZZ_BASE": base,
            "FUZZ_EMAIL": OWNER["email"],
            "FUZZ_PASSWORD": OWNER["password"],
            "PYTHONPATH": str(ROOT),
        }
        owned = "|".join(prefix for item in hosted(name) for prefix in item.prefixes)
        tool = [str(Path(sys.executable).with_name("schemathesis")), "--config-file"]
        command = [*tool, str(ROOT / "tests/fuzz/schemathesis.toml"), "run", f"{base}/api/schema/"]
        command += ["--include-path-regex", f"^({owned})(/|$)"]
        print(f"== {name}", flush=True)
        failures = list(find_failures(base, {name: OWNER[name] for name in ("email", "password")}))
        print("\n".join(failures) or "No body was answered with a 5xx.", flush=True)
        code = subprocess.run([*command, *options], env=environ, check=False).returncode
        return code or bool(failures)


def hosted(name):
    """The manifests of the services that a settings module hosts."""
    found = manifests()
    return [found[only]] if (only := name.removesuffix("_only")) in found else found.values()


@contextlib.contextmanager
def running_slice(name, folder):
    """Serve a slice by its settings module, as in production; gives its address."""
    [port] = free_ports(1)
    environ = {
        # Nothing leaves this machine: no platform is there.
        **{f"{name.upper()}_API_URL": NOWHERE for name in PLATFORMS},
        "PATH": os.environ["PATH"],
        **TEST_ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{folder}/fuzz.sqlite3",
        "DJANGO_SETTINGS_MODULE": "tests.fuzz.settings",
        "FUZZ_SLICE": name,
        "PORT": str(port),
        "LOG_LEVEL": "ERROR",
        "OMNIFY_DRAIN_SECONDS": "0",
        "OMNIFY_DRAIN_DIRECTORY": str(folder),
        "TRUSTED_PROXIES": "127.0.0.0/8",
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environ, check=True)
    log = (folder / "slice.log").open("w+")
    server = subprocess.Popen(
        [*manage, "serve"],
        env=environ,
        stdout=log,
        stderr=log,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - a system call, which takes no lock
    )
    base = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not is_ready(base):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{name} did not start")
            time.sleep(0.1)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=60)


def is_ready(base):
    """Whether a slice answers."""
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{base}/health/live", timeout=5).ok
    return False


if __name__ == "__main__":
    main()
