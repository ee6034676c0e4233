"""Build the image, then start, verify, measure and stop each Compose layout.

Needs a container engine: one that runs, or Debian's ``docker.io`` and ``docker-compose`` and root,
to start one for the duration of the script. Without either it says so and exits with 3. If the
base images cannot be pulled, stand-ins are made from Debian's packages (``standins.sh``; needs
``debootstrap``), and the report says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.custom")

NO_ENGINE = 3
PORT = "18080"
PYTHON_IMAGE = "python:3.11-slim"
#: How often to check whether all jobs are done, twice a second.
_JOB_LOOKS = 120
#: How long a server alone may take to answer.
_START_SECONDS = 60
LAYOUTS = ("monolith", "microservices", "hybrid")
#: Limits of the containers; an engine in a sandbox may not raise them.
_LIMITS = ("nofile=16384:16384", "nproc=8192:8192")
#: A client beside the engine that belongs to it, where there are several.
DOCKER = "/usr/bin/docker" if Path("/usr/bin/docker").exists() else "docker"


def main() -> int:
    """Build, try every layout and print the figures."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="omnify-containers-")))
        if not stack.enter_context(engine(folder)):
            print("no container engine: start Docker, or as root install Debian's docker.io")
            return NO_ENGINE
        is_standin = provide_images(folder / "standins")
        report_images(build_images(), _secrets(folder))
        failed = [layout for layout in LAYOUTS if not try_layout(layout)]
    if is_standin:
        print("The base images were stand-ins from Debian's packages, not the official ones.")
    print(f"failed: {', '.join(failed)}" if failed else "all layouts came up and were verified")
    return 1 if failed else 0


@contextlib.contextmanager
def engine(folder: Path) -> Iterator[bool]:
    """Yield whether an engine answers; start one for the while if none runs."""
    if run(DOCKER, "info", check=False).returncode == 0:
        yield True
        return
    if not shutil.which("dockerd") or os.geteuid() != 0:
        yield False
        return
    socket = f"unix://{folder}/docker.sock"
    command = ["dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec"]
    command += ["-p", folder / "pid", "-H", socket]
    command += ["--exec-opt", "native.cgroupdriver=cgroupfs"]
    for limit in _LIMITS:
        command += ["--default-ulimit", limit]
    with (folder / "dockerd.log").open("w") as log:
        process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=log)
    os.environ["DOCKER_HOST"] = socket
    try:
        yield any(_answers_soon() for _ in range(60))
    finally:
        process.terminate()
        process.wait()


def _answers_soon() -> bool:
    time.sleep(0.5)
    return run(DOCKER, "info", check=False).returncode == 0


def provide_images(folder: Path) -> bool:
    """Pull or make the base images; return whether they are stand-ins."""
    from omnify.topology.rendering.compose import DATABASE_IMAGE
    from omnify.topology.rendering.containers import GATEWAY_IMAGE

    images = (PYTHON_IMAGE, DATABASE_IMAGE, GATEWAY_IMAGE)
    if all(_is_there(image) for image in images):
        return False
    script = ROOT / "deploy" / "scripts" / "standins.sh"
    started = time.monotonic()
    run(script, folder, *images, env={**os.environ, "DOCKER": DOCKER})
    print(f"stand-ins of {', '.join(images)}: {time.monotonic() - started:.0f} s")
    return True


def _is_there(image: str) -> bool:
    found = run(DOCKER, "image", "inspect", image, check=False).returncode == 0
    return found or run("timeout", "60", DOCKER, "pull", "-q", image, check=False).returncode == 0


def build_images() -> dict[str, tuple[str, float]]:
    """Build the whole image and a lean one per service; return tag and seconds by name."""
    import apps
    from omnify.topology.rendering.containers import IMAGE

    built = {"all seven services": (IMAGE, build(IMAGE, ""))}
    for service in apps.SERVICES:
        tag = f"omnify-{service}:lean"
        built[f"{service} alone"] = (tag, build(tag, service))
    return built


def build(tag: str, services: str) -> float:
    """Build an image; return the seconds it took."""
    started = time.monotonic()
    run(
        *(DOCKER, "build", "--quiet", "--network", "host", "--tag", tag),
        *("--build-arg", f"SERVICES={services}", "--file", "deploy/docker/Dockerfile", "."),
        env={**os.environ, "DOCKER_BUILDKIT": "1"},
    )
    return time.monotonic() - started


def report_images(built: dict[str, tuple[str, float]], variables: dict[str, str]) -> None:
    """Print each image's size, what it adds to its base, and how soon a server of it answers."""
    base = size_of(PYTHON_IMAGE)
    print(f"{'image':<26}{'MB':>6}{'over base':>11}{'build s':>9}{'answers s':>11}")
    print(f"{PYTHON_IMAGE:<26}{base:>6.0f}")
    for name, (tag, seconds) in built.items():
        size, alive = size_of(tag), start_alone(tag, variables)
        print(f"{name:<26}{size:>6.0f}{size - base:>11.0f}{seconds:>9.1f}{alive:>11.1f}")


def start_alone(tag: str, variables: dict[str, str]) -> float:
    """Return the seconds until a server of an image answers, without any peers.

    If it never does, end the script with its log.
    """
    import apps

    given = variables | {
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": "sqlite:////tmp/alone.sqlite3",
    }
    given |= {f"{name.upper()}_SERVICE_URL": "http://elsewhere.invalid" for name in apps.SERVICES}
    options = [part for name, value in given.items() for part in ("--env", f"{name}={value}")]
    started = time.monotonic()
    server = run(DOCKER, "run", "-d", "--read-only", "--tmpfs", "/tmp", *options, tag)  # noqa: S108 - in the container
    identity = server.stdout.strip()
    try:
        while not _is_alive(identity):
            if time.monotonic() - started > _START_SECONDS:
                logs = run(DOCKER, "logs", identity)
                sys.exit(f"{tag} does not answer:\n{logs.stdout}{logs.stderr}")
            time.sleep(0.1)
        return time.monotonic() - started
    finally:
        run(DOCKER, "rm", "--force", identity)


def _is_alive(identity: str) -> bool:
    field = "{{.NetworkSettings.IPAddress}}"
    address = run(DOCKER, "inspect", "--format", field, identity).stdout.strip()
    with contextlib.suppress(requests.RequestException):
        url = f"http://{address}:8000/health/live"
        return requests.get(url, headers={"Host": "localhost"}, timeout=1).ok
    return False


def size_of(image: str) -> float:
    """Return the size of an image in megabytes."""
    found = run(DOCKER, "image", "inspect", "--format", "{{.Size}}", image)
    return int(found.stdout) / 1e6


def compose_command() -> tuple[str, ...]:
    """Return the installed Compose: a plugin of the client, or a program of its own."""
    is_plugin = run(DOCKER, "compose", "version", check=False).returncode == 0
    return (DOCKER, "compose") if is_plugin else ("docker-compose",)


def try_layout(layout: str) -> bool:
    """Start a layout, verify it, print how long it took and what it needs, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | _secrets(Path(folder)) | {"OMNIFY_PORT": PORT}
        file = ROOT / "deploy" / "compose" / f"docker-compose.{layout}.yml"
        compose = (*compose_command(), "-f", file, "-p", f"omnify-{layout}")
        try:
            started = time.monotonic()
            with subprocess.Popen(
                [str(part) for part in (*compose, "up", "-d")],
                cwd=ROOT,
                env=environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            ) as up:
                ready = watch_servers(up)
                said = up.stderr.read() if up.stderr else ""
            seconds = time.monotonic() - started
            verify = (sys.executable, ROOT / "deploy" / "scripts" / "verify.py")
            verified = run(*verify, f"http://localhost:{PORT}", check=False)
            outcome = "did not come up" if up.returncode else "up and healthy"
            print(f"\n{layout}: {outcome} after {seconds:.1f} s")
            print(said + last_words(compose, environ) if up.returncode else verified.stdout, end="")
            problem = find_job_problem(f"omnify-{layout}")
            print(f"{'jobs':<10}{problem or 'ok'}")
            report_memory(ready)
            return up.returncode == verified.returncode == 0 and not problem
        finally:
            run(*compose, "down", "-v", env=environ, check=False)


def last_words(compose: tuple[object, ...], environ: dict[str, str]) -> str:
    """Return the last log lines of a layout that did not start."""
    return run(*compose, "logs", "--no-color", "--tail", "20", env=environ, check=False).stdout


def _secrets(folder: Path) -> dict[str, str]:
    from omnify.local_secrets import load_or_create

    return {**load_or_create(folder / "secrets.env"), "POSTGRES_PASSWORD": "tried-and-thrown-away"}


def watch_servers(up: subprocess.Popen[str]) -> dict[str, float]:
    """Watch containers start; return the seconds from each server's start until it was ready."""
    ready: dict[str, float] = {}
    while up.poll() is None:
        names = run(DOCKER, "ps", "--format", "{{.Names}}").stdout.split()
        for name in names:
            if name not in ready and (seconds := _seconds_if_ready(name)):
                ready[name] = seconds
        # More looks would take the time that the containers need to start.
        time.sleep(0.25)
    return ready


def _seconds_if_ready(name: str) -> float:
    """Return the age of a ready server, or 0 for any other container."""
    found = run(DOCKER, "inspect", name, check=False)
    if found.returncode:
        return 0.0
    [container] = json.loads(found.stdout)
    if container["Config"]["Cmd"] != ["python", "manage.py", "serve"]:
        return 0.0
    variables = dict(item.split("=", 1) for item in container["Config"]["Env"])
    for network in container["NetworkSettings"]["Networks"].values():
        url = f"http://{network['IPAddress']}:{variables['PORT']}/health/ready"
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, headers={"Host": "localhost"}, timeout=0.5).ok:
                # Docker writes more digits than Python reads.
                since = datetime.fromisoformat(container["State"]["StartedAt"][:26] + "+00:00")
                return (datetime.now(UTC) - since).total_seconds()
    return 0.0


def find_job_problem(project: str) -> str:
    """Say what is wrong if the journey's jobs were not all done, by worker containers alone."""
    listed = run(DOCKER, "ps", "--format", "{{.ID}} {{.Names}}").stdout.splitlines()
    ids = {
        identity: name
        for identity, name in (line.split() for line in listed)
        if name.startswith(project) and "-worker-" in name
    }
    if not ids:
        return "no worker container runs"
    manage = (DOCKER, "exec", next(iter(ids)), "python", "manage.py", "jobs")
    states: list[str] = []
    for _ in range(_JOB_LOOKS):
        states = [line.split()[2] for line in run(*manage, "list").stdout.splitlines()]
        if states and {*states} == {"succeeded"}:
            break
        time.sleep(0.5)
    else:
        return f"not all jobs were done: {', '.join(states) or 'none was requested'}"
    # A worker's name is that of its host, which is its container, and a number.
    seen = {line.rpartition("-")[0] for line in _first_words(run(*manage, "workers").stdout)}
    strange = seen - ids.keys()
    return f"{', '.join(strange)} runs jobs and is not a worker container" if strange else ""


def _first_words(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()]


def report_memory(ready: dict[str, float]) -> None:
    """Print each container's memory after the journey, and how soon its server was ready."""
    listed = run(DOCKER, "stats", "--no-stream", "--format", "{{json .}}").stdout.splitlines()
    print(f"  {'container':<34}{'memory':>10}{'ready after':>13}")
    for entry in sorted((json.loads(line) for line in listed), key=lambda e: str(e["Name"])):
        seconds = f"{ready[entry['Name']]:.1f} s" if entry["Name"] in ready else "-"
        print(f"  {entry['Name']:<34}{entry['MemUsage'].split(' /')[0]:>10}{seconds:>13}")


def run(
    *command: object, env: dict[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout; with ``check``, end the script with its output if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}"[-4000:])
    return done


if __name__ == "__main__":
    sys.exit(main())
