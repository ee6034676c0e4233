"""A checkout to deploy from, with stubs of the programs that would need an engine or a cluster."""

import json
import os
import shutil
import subprocess
import sys

from tests.journeys.fleets import ROOT

SCRIPTS = ROOT / "deploy" / "scripts"
#: The documents that a registration accepts, of those that ``serve`` tells of.
IN_FORCE = [{"document_type": "terms", "version": "3"}]
#: Each stub notes its call, then answers as the last rule says whose words are in the call.
STUB = f"""#!{sys.executable}
import json, os, pathlib, sys
here, arguments = pathlib.Path(__file__), sys.argv[1:]
if here.name == "python" and not arguments[0].endswith(".py"):
    os.execv({sys.executable!r}, [{sys.executable!r}, *arguments])
if here.name == "kubectl":
    sys.stdin.read()
call = " ".join([here.name, *arguments])
with (here.parent / "calls").open("a") as calls:
    print(call, file=calls)
for words, text, code in reversed(json.loads((here.parent / "rules").read_text())):
    if words in call:
        print(text)
        sys.exit(code)
"""
PROGRAMS = ("docker", "kubectl", "python", "seq", "sleep")
COMPOSE = "docker compose --env-file deploy/compose/.env --project-name omnify "


class Checkout:
    """A copy of ``deploy/`` whose ``deploy.sh`` finds the stubs first."""

    def __init__(self, folder):
        self._root, self._stubs, self._rules = folder / "checkout", folder / "stubs", []
        # What is waited for is looked at twice.
        self.answer("seq 120", "1 2")
        shutil.copytree(ROOT / "deploy", self._root / "deploy")
        (self._root / "apps").symlink_to(ROOT / "apps")
        self._stubs.mkdir()
        for name in PROGRAMS:
            (self._stubs / name).write_text(STUB)
            (self._stubs / name).chmod(0o755)

    def answer(self, words, text="", *, code=0):
        """Let calls with some words in them print a text, and end with a code."""
        self._rules.append((words, text, code))

    def deploy(self, asked, **environ):
        """Run deploy.sh; returns its code and what it said."""
        (self._stubs / "calls").write_text("")
        (self._stubs / "rules").write_text(json.dumps(self._rules))
        done = subprocess.run(
            [self._root / "deploy" / "scripts" / "deploy.sh", asked],
            env={
                "PATH": f"{self._stubs}:{os.environ['PATH']}",
                "PYTHON": str(self._stubs / "python"),
                **environ,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def calls(self, *, of):
        """The calls of a program, in their order, less what those of Compose have in common."""
        lines = (self._stubs / "calls").read_text().splitlines()
        return [line.replace(COMPOSE, "compose ") for line in lines if line.startswith(of)]
