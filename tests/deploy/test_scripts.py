"""The scripts of deployment say what is wrong, each with a code of its own."""

import http.server
import importlib.util
import itertools
import json
import os
import subprocess
import sys
import threading

import pytest

from omnify.services.registry import manifests
from tests.deploy.stubs import Checkout
from tests.journeys.fleets import ROOT, free_ports

SCRIPTS = ROOT / "deploy" / "scripts"


def run(*command, **environ):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def serve():
    """Serve a status and a health document at every path; returns the address."""
    servers, posted = [], []

    def start(status=200, *, statuses=None, answers=None, pages=None, **health):
        body = {"status": "ok", "version": "1", "services": [], "checks": {}, **health}
        known = {"/health": 200, **(statuses or {})}
        turns, answers = itertools.count(), answers or {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.send_response(200)
                self.end_headers()

            def do_GET(self):
                path, _, service = self.path.partition("?service=")
                said = answers.get(service, [body])
                said = (pages or {}).get(path) or said[next(turns) % len(said)]
                self.reply(known.get(path, status), said)

            def do_POST(self):
                seen = self.rfile.read(int(self.headers["Content-Length"]))
                posted.append(json.loads(seen))
                self.reply(202, {"next": "verify_email"})

            def reply(self, code, said):
                text = json.dumps(said).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args):
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    start.posted = posted
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def version(name, number, *, since="2025-01-01", asks=True):
    return {
        "document_type": name,
        "version": number,
        "effective_date": since,
        "requires_acceptance": asks,
    }


VERSIONS = {
    "results": [
        version("terms", "4", since="2999-01-01"),
        version("terms", "3", since="2026-01-01"),
        version("terms", "2"),
        version("cookies", "1", asks=False),
    ]
}
IN_FORCE = [{"document_type": "terms", "version": "3"}]


@pytest.fixture
def with_mail(serve):
    """A fleet that sends mails, so that a registration ends at one."""
    return serve(pages={"/api/legal/versions": VERSIONS})


def verify(*arguments):
    return run(sys.executable, SCRIPTS / "verify.py", "--no-journey", *arguments)


class TestVerify:
    def test_says_that_nobody_is_there(self):
        [port] = free_ports(1)

        code, said = verify(f"http://127.0.0.1:{port}")

        assert code == 1
        assert f"http://127.0.0.1:{port} is down" in said

    def test_names_parts_that_are_not_well(self, serve):
        checks = {"database:default": {"status": "failed", "reason": "does not answer"}}

        code, said = verify(serve(status="failed", checks=checks))

        assert code == 1
        assert "database:default is failed: does not answer" in said

    def test_names_versions_that_differ(self, serve):
        code, said = verify(serve(404, version="1"), serve(404, version="2"))

        assert code == 1
        assert "several versions run: 1, 2" in said

    def test_asks_each_service_behind_a_gateway_how_it_is(self, serve):
        well = {"status": "ok", "version": "1", "checks": {}}
        answers = {name: [well | {"services": [name]}] for name in manifests()}
        broken = {"database:default": {"status": "failed", "reason": "does not answer"}}
        answers["ml"] = [well | {"status": "failed", "services": ["ml"], "checks": broken}]
        answers["analytics"] = [{"status": 503, "code": "service_unavailable"}]
        answers["agentkit"] = [well | {"services": ["onboarding"]}]

        _, said = verify(serve(404, answers=answers))

        problems = said.splitlines()[0].removeprefix("health").strip().split("; ")
        assert problems == [
            "agentkit is asked at a server of onboarding",
            "analytics is down",
            "ml is failed",
            "ml: database:default is failed: does not answer",
        ]

    def test_names_servers_of_one_service_in_two_versions(self, serve):
        well = {"status": "ok", "services": [*manifests()], "checks": {}}
        answers = {name: [well | {"version": "1"}] for name in manifests()}
        answers["ml"] = [well | {"version": "1"}, well | {"version": "2"}]

        _, said = verify(serve(404, answers=answers))

        assert "several versions run: 1, 2" in said

    def test_skips_the_journey_where_addresses_have_to_be_proven(self, serve, with_mail):
        _, said = run(sys.executable, SCRIPTS / "verify.py", with_mail)

        [journey] = [line for line in said.splitlines() if line.startswith("journey")]
        assert "skipped" in journey
        assert "it needs AUTH_EMAIL_VERIFICATION=optional" in journey
        assert [body["accepted_documents"] for body in serve.posted] == [IN_FORCE]

    def test_names_slices_that_are_in_reach_past_the_gateway(self, serve, monkeypatch):
        monkeypatch.syspath_prepend(SCRIPTS)
        spec = importlib.util.spec_from_file_location("verify", SCRIPTS / "verify.py")
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        [closed] = free_ports(1)
        urls = serve(answers={"": [{"status": "ok"}]}), serve()
        slice_, other = (int(url.rpartition(":")[2]) for url in urls)

        found = list(script.find_open_slices("127.0.0.1", [closed, slice_, other]))

        assert found == [f"127.0.0.1:{slice_} answers past the gateway"]
        assert script.is_loopback("localhost")

    def test_names_doors_that_are_open(self, serve):
        code, said = verify(serve(200))

        assert code == 1
        for path in ("/_rpc/auth/whoami", "/metrics", "/admin/"):
            assert f"{path} is open to everybody: 200" in said


class TestDemo:
    def test_accepts_what_is_in_force_and_says_why_there_is_none(self, serve, with_mail):
        urls = {"AUTH_PUBLIC_URL": with_mail}

        python = run(sys.executable, SCRIPTS / "demo.py", **urls)
        shell = run(SCRIPTS / "demo.sh", with_mail)

        for code, said in (python, shell):
            assert (code, "AUTH_EMAIL_VERIFICATION=optional" in said) == (1, True), said
        assert [body["accepted_documents"] for body in serve.posted] == [IN_FORCE, IN_FORCE]


class TestDeploy:
    def test_names_what_it_knows(self):
        code, said = run(SCRIPTS / "deploy.sh", "nothing", PYTHON=sys.executable)

        assert code == 2
        assert "layouts: hybrid microservices monolith; services: auth integrations" in said

    def test_tells_the_gateway_before_what_is_no_more_in_the_layout_goes(self, checkout):
        code, said = checkout.deploy("hybrid")

        file = "compose -f deploy/compose/docker-compose.hybrid.yml"
        settings = "/etc/nginx/omnify/nginx.hybrid.conf"
        assert code == 0, said
        assert checkout.calls(of="docker compose --")[:4] == [
            f"{file} up -d",
            f"{file} exec -T gateway nginx -t -q -c {settings}",
            f"{file} exec -T gateway nginx -s reload -c {settings}",
            f"{file} up -d --no-deps --remove-orphans gateway",
        ]

    def test_leaves_the_gateway_as_it_is_when_it_cannot_read_its_file(self, checkout):
        checkout.answer("nginx -t", "host not found in upstream", code=1)

        code, said = checkout.deploy("hybrid")

        assert (code, "goes on with what it was told before" in said) == (1, True)
        calls = checkout.calls(of="docker compose --")
        assert not [call for call in calls if "reload" in call or "orphans" in call]

    @pytest.mark.parametrize(
        ("published", "asked"),
        [
            ("127.0.0.1:9000", "127.0.0.1:9000"),
            ("0.0.0.0:9000", "localhost:9000"),
            ("[::]:9000", "localhost:9000"),
            ("10.0.0.1:80", "10.0.0.1:80"),
        ],
    )
    def test_verifies_where_the_gateway_is_published(self, checkout, published, asked):
        checkout.answer("port gateway 8080", published)
        checkout.answer("verify.py", "health    ok")

        code, said = checkout.deploy("hybrid")

        assert code == 0, said
        assert said.endswith("health    ok\n")
        [verified] = [call for call in checkout.calls(of="python") if "verify.py" in call]
        assert verified.endswith(f"verify.py --no-journey http://{asked}")

    def test_says_what_is_not_as_it_has_to_be(self, checkout):
        checkout.answer("port gateway 8080", "127.0.0.1:9000")
        checkout.answer("verify.py", "health    ml is down", code=1)

        code, said = checkout.deploy("hybrid")

        assert code == 1
        assert "http://127.0.0.1:9000 is not as it has to be: health    ml is down" in said

    def test_replaces_a_service_in_the_layout_that_runs(self, checkout):
        checkout.answer("docker ps", "hybrid")
        checkout.answer("config --services", "core\nanalytics\nanalytics-worker-1\ngateway")

        code, said = checkout.deploy("analytics")

        file = "compose -f deploy/compose/docker-compose.hybrid.yml"
        assert code == 0, said
        done = [call.removeprefix(f"{file} ") for call in checkout.calls(of="docker compose --")]
        assert [call for call in done if call.startswith(("run ", "up "))] == [
            "run --rm -T migrate",
            "up -d --no-deps --force-recreate analytics",
            "up -d --no-deps --force-recreate analytics-worker-1",
        ]

    def test_replaces_the_slice_that_hosts_a_service(self, checkout):
        checkout.answer("docker ps", "hybrid")
        checkout.answer("config --services", "core\nanalytics\ngateway")

        code, said = checkout.deploy("auth")

        assert code == 0, said
        assert "in hybrid, which runs, 'auth' is part of slice 'core'" in said
        assert [c for c in checkout.calls(of="docker") if c.endswith("--force-recreate core")]

    def test_replaces_nothing_when_the_migration_fails(self, checkout):
        checkout.answer("docker ps", "hybrid")
        checkout.answer("run --rm -T migrate", "no such column", code=1)

        code, said = checkout.deploy("auth")

        assert (code, "no such column" in said) == (1, True)
        assert not [call for call in checkout.calls(of="docker") if " up " in call]

    def test_goes_on_with_no_other_server_when_one_does_not_become_ready(self, checkout):
        checkout.answer("docker ps", "hybrid")
        checkout.answer("config --services", "core\ncore-2\ngateway")
        checkout.answer("healthcheck.py", code=1)

        code, said = checkout.deploy("auth")

        assert (code, "'core' does not become ready" in said) == (1, True)
        assert not [call for call in checkout.calls(of="docker") if call.endswith("core-2")]

    def test_refuses_a_service_where_no_layout_runs(self, checkout):
        code, said = checkout.deploy("auth")

        assert code == 1
        assert "no layout runs that 'auth' could be part of: deploy one of hybrid" in said
        assert not [call for call in checkout.calls(of="docker") if " up " in call]

    def test_refuses_a_service_in_a_cluster(self, checkout):
        code, said = checkout.deploy("auth", KUBERNETES="1")

        assert (code, "in a cluster a layout is deployed" in said) == (2, True)
        assert checkout.calls(of="kubectl") == []


SECRET = "DATABASE_URL OMNIFY_ENCRYPTION_KEYS OMNIFY_RPC_SECRETS SECRET_KEY"


@pytest.fixture
def cluster(checkout):
    """Where all goes well, until a test says otherwise."""
    folder = ROOT / "deploy" / "kubernetes" / "base" / "hybrid"
    manifests = [f for f in sorted(folder.glob("*.yaml")) if f.name != "kustomization.yaml"]
    checkout.answer("kubectl kustomize", "---\n".join(file.read_text() for file in manifests))
    checkout.answer("get secret omnify", SECRET)
    checkout.answer("get job omnify-migrate", "SuccessCriteriaMet Complete")
    deployments = "deployment.apps/core\ndeployment.apps/gateway"
    checkout.answer("get deployments", deployments)
    checkout.answer("--dry-run=client", f"service/core\n{deployments}")
    return checkout


class TestDeployToCluster:
    def test_migrates_before_it_replaces_what_runs(self, cluster):
        code, said = cluster.deploy("hybrid", KUBERNETES="1")

        assert code == 0, said
        calls = [c.removeprefix("kubectl ") for c in cluster.calls(of="kubectl")]
        component = "--selector app.kubernetes.io/component"
        assert [c for c in calls if "get" not in c.split() and "--dry-run" not in c] == [
            "kustomize deploy/kubernetes/overlays/hybrid",
            "--namespace omnify delete job omnify-migrate --ignore-not-found",
            f"apply --filename - {component} notin (web, worker, gateway)",
            f"apply --filename - {component} in (web, worker, gateway)",
            "--namespace omnify rollout status deployment.apps/core --timeout=600s",
            "--namespace omnify rollout status deployment.apps/gateway --timeout=600s",
        ]

    @pytest.mark.parametrize("key", SECRET.split())
    def test_names_what_the_secret_lacks_before_anything_is_changed(self, cluster, key):
        cluster.answer("get secret omnify", SECRET.replace(key, ""))

        code, said = cluster.deploy("hybrid", KUBERNETES="1")

        assert (code, f"the Secret 'omnify' lacks {key}: no pod" in said) == (1, True)
        calls = cluster.calls(of="kubectl")
        assert not [call for call in calls if "apply" in call or "delete" in call]

    def test_takes_away_what_is_no_more_in_the_layout_once_the_rest_is_there(self, cluster):
        running = ("core", "integrations", "integrations-worker")
        cluster.answer("get deployments", "\n".join(f"deployment.apps/{name}" for name in running))

        code, said = cluster.deploy("hybrid", KUBERNETES="1")

        assert code == 0, said
        ends = [c for c in cluster.calls(of="kubectl --namespace omnify") if "get" not in c.split()]
        assert [call.split()[5] for call in ends[-3:]] == [
            "deployment.apps/gateway",
            "deployment/integrations",
            "deployment/integrations-worker",
        ]
        assert ends[-2].endswith(
            " deployment/integrations service/integrations horizontalpodautoscaler/integrations"
            " poddisruptionbudget/integrations networkpolicy/omnify-integrations"
        )

    def test_leaves_what_runs_when_the_migration_fails(self, cluster):
        cluster.answer("get job omnify-migrate", "FailureTarget Failed")
        cluster.answer("kubectl --namespace omnify logs", "no such column")

        code, said = cluster.deploy("hybrid", KUBERNETES="1")

        assert (code, "no such column\nthe migration failed" in said) == (1, True)
        assert not [call for call in cluster.calls(of="kubectl") if " in (web" in call]


class TestContainers:
    @pytest.mark.parametrize(("code", "expected"), [(0, "docker compose"), (1, "docker-compose")])
    def test_brings_layouts_up_with_the_compose_that_is_there(self, tmp_path, code, expected):
        (tmp_path / "docker").write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / "docker").chmod(0o755)
        program = (
            "import sys; sys.path.insert(0, 'deploy/scripts'); import containers;"
            "containers.DOCKER = 'docker'; print(*containers.compose_command())"
        )

        said = run(sys.executable, "-c", program, PATH=f"{tmp_path}:/usr/bin:/bin")

        assert said == (0, f"{expected}\n")

    def test_says_with_a_code_of_its_own_that_there_is_no_engine(self, tmp_path):
        for name in ("docker",):
            (tmp_path / name).symlink_to("/bin/false")
        program = (
            "import sys; sys.path.insert(0, 'deploy/scripts'); import containers;"
            "containers.DOCKER = 'docker'; sys.exit(containers.main())"
        )

        code, said = run(sys.executable, "-c", program, PATH=str(tmp_path))

        assert code == 3
        assert "no container engine" in said


class TestHealthcheck:
    @pytest.mark.parametrize(
        ("statuses", "expected"),
        [({}, 0), ({"/health/ready": 503}, 1), ({"/health/startup": 503}, 1)],
    )
    def test_says_by_its_code_whether_the_server_may_be_asked(self, serve, statuses, expected):
        port = serve(statuses=statuses).rpartition(":")[2]

        code, _ = run(sys.executable, "deploy/docker/healthcheck.py", PORT=port)

        assert code == expected

    def test_says_that_nobody_is_there(self):
        [port] = free_ports(1)

        assert run(sys.executable, "deploy/docker/healthcheck.py", PORT=str(port))[0] == 1
