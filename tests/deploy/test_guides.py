"""The guides' commands are run, in their order, as a reader would run them."""

import os
import re
import subprocess
import time
from contextlib import contextmanager

import psycopg
import pytest
import yaml

from omnify.services.registry import manifests
from tests.journeys.fleets import ROOT, free_ports
from tests.needs import needs, takes_long

GUIDES = ROOT / "docs" / "guides"
BLOCK = re.compile(r"^```sh ?(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
KINDS = {"", "foreground", "engine", "cluster", "postgresql"}
POSTGRESQL = os.environ.get("OMNIFY_TEST_DATABASE_URL", "")


def blocks(guide):
    return BLOCK.findall((GUIDES / guide).read_text())


@pytest.fixture
def reader(tmp_path):
    """Run a guide's commands; files and ports of the guide mean the test's own."""
    core, gateway = free_ports(2)
    file = tmp_path / "monolith.toml"
    services = ", ".join(f'"{name}"' for name in manifests())
    file.write_text(f'name = "guide"\n[slices.core]\nservices = [{services}]\nport = {core}\n')
    # The service's own port may be in use on this machine: the guide's slice gets another.
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/guide.sqlite3",
        "OMNIFY_DRAIN_DIRECTORY": str(tmp_path),
    }

    def adapted(text):
        text = text.replace(". .venv/bin/activate", f". {ROOT}/.venv/bin/activate")
        text = text.replace("deploy/topologies/monolith.toml", str(file))
        return text.replace("8080", str(gateway)).replace("localhost:8000", f"localhost:{core}")

    def run(script):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", adapted(script)],
            cwd=ROOT,
            env={"DEBUG": "true", **environ},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def keep(script):
        with (tmp_path / "fleet.log").open("w") as log:
            command = f". {ROOT}/.venv/bin/activate; exec {adapted(script)}"
            fleet = subprocess.Popen(
                ["bash", "-c", command], cwd=ROOT, env=environ, stdout=log, stderr=log
            )
        try:
            until = time.monotonic() + 90
            while "fleet ready" not in (tmp_path / "fleet.log").read_text():
                assert fleet.poll() is None, (tmp_path / "fleet.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
            yield
        finally:
            fleet.terminate()
            assert fleet.wait(timeout=60) == 0

    run.keep = keep
    return run


def test_marks_every_block_with_a_known_kind():
    for guide in GUIDES.glob("*.md"):
        text = guide.read_text()
        files = re.findall(r"^```python \S+\.py$", text, re.MULTILINE)
        assert text.count("```") == 2 * (len(BLOCK.findall(text)) + len(files)), guide.name
        assert {kind for kind, _ in blocks(guide.name)} <= KINDS, guide.name


def run_beside_fleet(guide, reader):
    """Run the commands of a guide beside the fleet that it keeps in the foreground."""
    commands = "".join(text for kind, text in blocks(guide) if not kind)
    [foreground] = [text for kind, text in blocks(guide) if kind == "foreground"]
    with reader.keep(foreground.strip()):
        return reader(commands)


@takes_long
@needs("nginx")
@pytest.mark.parametrize("guide", ["run-locally.md", "extract-a-service.md", "operate.md"])
def test_runs_every_command_of_a_guide_beside_its_fleet(guide, reader):
    assert run_beside_fleet(guide, reader)


@takes_long
def test_gets_the_numbers_that_the_first_steps_promise(reader):
    printed = run_beside_fleet("first-steps.md", reader)

    for number in ("14529098.51", "379005696.67", "26.0860"):
        assert number in printed
    assert printed.count('"hi95"') == 13


def test_runs_every_command_of_the_deployment_guide_that_needs_no_machine(reader):
    said = reader("".join(text for kind, text in blocks("deploy.md") if not kind))

    assert said.count("files are as rendered") == 3


@needs("OMNIFY_TEST_DATABASE_URL")
@needs("pg_dump")
def test_backs_up_and_restores_as_the_guide_says(reader, tmp_path):
    source, restored = (f"omnify_guide_{word}_{os.getpid()}" for word in ("a", "b"))
    base = POSTGRESQL.rpartition("/")[0]
    [commands] = [text for kind, text in blocks("deploy.md") if kind == "postgresql"]
    settings = f"DATABASE_URL={base}/{source}; RESTORED={restored}; BACKUP={tmp_path}/backup\n"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{source}"')
        try:
            with psycopg.connect(f"{base}/{source}") as database:
                database.execute("CREATE TABLE kept AS SELECT 42 AS answer")

            reader(settings + commands)

            with psycopg.connect(f"{base}/{restored}") as database:
                assert database.execute("SELECT answer FROM kept").fetchone() == (42,)
        finally:
            for name in (source, restored):
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_makes_the_secret_with_all_that_no_pod_starts_without():
    [commands] = [text for _, text in blocks("deploy.md") if "create secret generic omnify" in text]
    files = (ROOT / "deploy" / "kubernetes" / "base").rglob("*.yaml")
    references = [
        variable["valueFrom"]["secretKeyRef"]
        for file in files
        for document in yaml.safe_load_all(file.read_text())
        if document["kind"] in ("Deployment", "Job")
        for container in document["spec"]["template"]["spec"]["containers"]
        for variable in container.get("env", ())
        if "secretKeyRef" in variable.get("valueFrom", {})
    ]

    required = {reference["key"] for reference in references if not reference.get("optional")}
    assert {*re.findall(r"--from-literal=(\w+)=", commands)} == required
    text = " ".join((GUIDES / "deploy.md").read_text().split())
    [told] = re.findall(r"holds, by the variables' names: (.*?), and optionally", text)
    assert {*told.split(", ")} == {f"`{key}`" for key in required}


def test_applies_no_migration_job_that_is_there_already():
    """A job cannot be changed: only deploy.sh applies it, once the former one is gone."""
    texts = [
        text for guide in GUIDES.glob("*.md") for k, text in blocks(guide.name) if k == "cluster"
    ]

    for line in "".join(texts).splitlines():
        assert "kubectl apply" not in line or "--selector" in line, line


@pytest.mark.parametrize("kind", ["engine", "cluster"])
def test_names_only_what_is_there_where_a_machine_would_be_needed(kind):
    texts = [text for guide in GUIDES.glob("*.md") for k, text in blocks(guide.name) if k == kind]

    assert texts
    for text in texts:
        checked = subprocess.run(["bash", "-n", "-c", text], capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr
        for path in re.findall(r"deploy/[\w./-]+", text):
            assert (ROOT / path).exists(), path
        for target in re.findall(r"make ([\w-]+)", text):
            assert f"\n{target}:" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("guide", ["extract-a-service.md", "operate.md"])
def test_quotes_messages_of_fleets_as_they_are(guide):
    sources = "".join(file.read_text() for file in (ROOT / "omnify" / "topology").rglob("*.py"))
    joined = re.sub(r'"\s+f?"', "", sources)
    lines = re.findall(r"^\| (\*.+?\*) [|b]", (GUIDES / guide).read_text(), re.MULTILINE)
    quoted = [part.strip(" :") for line in lines for part in re.split(r"\*(?:, \*)?|…", line)]

    assert [part for part in quoted if part not in joined] == []
    assert len([part for part in quoted if part]) > 4
