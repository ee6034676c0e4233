"""The script that deploys says what is wrong, and leaves what runs as it is."""

import sys

import pytest

from tests.deploy.stubs import SCRIPTS
from tests.journeys.fleets import ROOT
from tests.programs import run_program


class TestDeploy:
    def test_names_what_it_knows(self):
        code, said = run_program(SCRIPTS / "deploy.sh", "nothing", PYTHON=sys.executable)

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

        assert (code, "keeps its former configuration" in said) == (1, True)
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
        assert "http://127.0.0.1:9000 has problems: health    ml is down" in said

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
        assert "in the running layout hybrid 'auth' is part of slice 'core'" in said
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
        assert "no running layout has 'auth': deploy one of hybrid" in said
        assert not [call for call in checkout.calls(of="docker") if " up " in call]

    def test_refuses_a_service_in_a_cluster(self, checkout):
        code, said = checkout.deploy("auth", KUBERNETES="1")

        assert (code, "in a cluster deploy the whole layout" in said) == (2, True)
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
