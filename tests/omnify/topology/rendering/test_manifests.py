"""Rules that every rendered container keeps, whatever the topology."""

import pytest
import yaml

from omnify.services.registry import manifests
from omnify.topology.files import Topology, read_topology
from omnify.topology.rendering import (
    compose,
    containers,
    gateway_pods,
    kustomization,
    policies,
    slice_pods,
)
from omnify.topology.rendering.output import find_stale, render, write

ALL = ", ".join(f'"{name}"' for name in manifests() if name != "ml")
FLEET = f"""
name = "fleet"
[slices.core]
services = [{ALL}]
port = 8000
replicas = 3
[slices.ml]
services = ["ml"]
port = 8006
jobs = 2
workers = 2
[slices.admin]
services = []
settings = "settings.admin_only"
port = 8008
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fleet.toml"
    path.write_text(FLEET)
    return path


@pytest.fixture
def topology(file) -> Topology:
    return containers.with_workers(read_topology(file))


@pytest.fixture
def cluster(topology):
    """All documents of the cluster by kind and name."""
    documents = [
        *kustomization.common_documents(),
        *slice_pods.migration_documents(topology),
        *(d for name in topology.slices for d in slice_pods.slice_documents(topology, name)),
        *gateway_pods.gateway_documents(),
        *policies.policy_documents(topology),
    ]
    found = {(d["kind"], d["metadata"]["name"]): d for d in documents}
    assert len(found) == len(documents)
    return found


def pods_of(cluster):
    return {
        name: document["spec"]["template"]
        for (kind, name), document in cluster.items()
        if kind in ("Deployment", "Job")
    }


def environment_of(container):
    return {item["name"]: item for item in container["env"]}


class TestKubernetes:
    def test_confines_every_container(self, cluster):
        for template in pods_of(cluster).values():
            spec = template["spec"]
            [container] = spec["containers"]
            assert spec["securityContext"]["runAsNonRoot"] is True
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"].keys() == {"requests", "limits"}

    def test_takes_secrets_by_reference_alone(self, cluster):
        for name, template in pods_of(cluster).items():
            [container] = template["spec"]["containers"]
            for item in container.get("env", ()):
                if item["name"].endswith(("DATABASE_URL", "_KEY", "_KEYS", "_SECRETS")):
                    assert item.keys() == {"name", "valueFrom"}, (name, item)

    def test_gives_secrets_of_a_service_to_its_slice_alone(self, cluster):
        core, ml = (
            environment_of(pods_of(cluster)[name]["spec"]["containers"][0])
            for name in ("core", "ml")
        )

        assert "OMNIFY_ENCRYPTION_KEYS" in core
        assert "OMNIFY_ENCRYPTION_KEYS" not in ml

    def test_selects_the_pods_that_it_means(self, cluster):
        labels = {name: pod["metadata"]["labels"] for name, pod in pods_of(cluster).items()}

        for (kind, name), document in cluster.items():
            spec = document.get("spec", {})
            if kind == "Service":
                wanted = spec["selector"]
            elif kind in ("Deployment", "PodDisruptionBudget"):
                wanted = spec["selector"]["matchLabels"]
            else:
                continue
            chosen = [pod for pod, marks in labels.items() if wanted.items() <= marks.items()]
            assert chosen == [name]

    def test_probes_servers_and_no_workers(self, cluster):
        for name, template in pods_of(cluster).items():
            [container] = template["spec"]["containers"]
            serves = name in ("core", "ml", "admin", "gateway")
            assert ("readinessProbe" in container) is serves

    def test_rolls_out_workers_that_stay_up_alone(self, cluster):
        spec = cluster["Deployment", "ml-worker"]["spec"]

        assert (spec["minReadySeconds"], spec["strategy"]["rollingUpdate"]["maxUnavailable"]) == (
            15,
            0,
        )

    def test_runs_jobs_in_workers_where_there_are_some(self, cluster):
        worker = cluster["Deployment", "ml-worker"]
        [web] = cluster["Deployment", "ml"]["spec"]["template"]["spec"]["containers"]

        assert worker["spec"]["replicas"] == 2
        assert worker["spec"]["template"]["spec"]["containers"][0]["command"][-1] == "worker"
        assert environment_of(web)["OMNIFY_EMBEDDED_WORKER"]["value"] == "false"

    def test_leaves_jobs_to_a_worker_wherever_there_are_jobs(self, cluster):
        [web] = cluster["Deployment", "core"]["spec"]["template"]["spec"]["containers"]

        assert cluster["Deployment", "core-worker"]["spec"]["replicas"] == 1
        assert environment_of(web)["OMNIFY_EMBEDDED_WORKER"]["value"] == "false"
        assert ("Deployment", "admin-worker") not in cluster

    def test_keeps_at_least_two_of_each_slice(self, cluster):
        scalers = {n: d["spec"] for (k, n), d in cluster.items() if k == "HorizontalPodAutoscaler"}

        assert {n: s["minReplicas"] for n, s in scalers.items()} == {
            "core": 3,
            "ml": 2,
            "admin": 2,
        }

    def test_lets_the_overlay_say_whose_word_on_who_asks_is_taken(self, topology, cluster):
        [settings] = kustomization.overlay(topology)["configMapGenerator"]
        [web] = pods_of(cluster)["core"]["spec"]["containers"]

        assert "TRUSTED_PROXIES=10.0.0.0/8" in settings["literals"]
        assert "TRUSTED_PROXIES" not in environment_of(web)
        assert web["envFrom"] == [
            {"configMapRef": {"name": settings["name"]}},
            {"secretRef": {"name": "omnify-platforms", "optional": True}},
        ]

    def test_answers_to_its_own_names_whatever_the_overlay_says(self, topology, cluster):
        [settings] = kustomization.overlay(topology)["configMapGenerator"]
        [web] = pods_of(cluster)["core"]["spec"]["containers"]
        names = [item["name"] for item in web["env"]]
        allowed = environment_of(web)["ALLOWED_HOSTS"]["value"]

        assert allowed == "localhost,core,ml,admin,$(OMNIFY_HOSTS)"
        # Kubernetes puts in what stands before.
        assert names.index("OMNIFY_HOSTS") < names.index("ALLOWED_HOSTS")
        assert "OMNIFY_HOSTS=omnify.example" in settings["literals"]
        assert not any("core" in literal for literal in settings["literals"])

    def test_leaves_more_time_to_stop_than_stopping_takes(self, cluster):
        spec = cluster["Deployment", "core"]["spec"]["template"]["spec"]
        drain = environment_of(spec["containers"][0])["OMNIFY_DRAIN_SECONDS"]["value"]

        # gunicorn's graceful timeout of 20 seconds comes after the drain.
        assert spec["terminationGracePeriodSeconds"] > int(drain) + 20


class TestNetworkPolicies:
    def test_deny_what_none_of_them_allows(self, cluster):
        deny = cluster["NetworkPolicy", "omnify-deny"]["spec"]

        assert (deny["podSelector"], deny["ingress"]) == ({}, [])
        assert deny["policyTypes"] == ["Ingress"]

    def test_open_the_gateway_alone_to_everybody(self, cluster):
        rules = {
            name: rule
            for (kind, name), document in cluster.items()
            if kind == "NetworkPolicy"
            for rule in document["spec"]["ingress"]
        }

        assert [name for name, rule in rules.items() if "from" not in rule] == ["omnify-gateway"]

    @pytest.mark.parametrize("guarded", ["core", "ml", "admin", "database", "cache", "broker"])
    def test_let_only_the_fleet_reach_slices_and_stores(self, cluster, guarded):
        [rule] = cluster["NetworkPolicy", f"omnify-{guarded}"]["spec"]["ingress"]
        [peer] = rule["from"]

        # No namespace selector: pods of this namespace alone.
        assert peer.keys() == {"podSelector"}
        assert peer["podSelector"]["matchLabels"] == {"app.kubernetes.io/part-of": "omnify"}

    def test_let_the_gateway_reach_slices_and_no_store(self, cluster):
        labels = {name: pod["metadata"]["labels"] for name, pod in pods_of(cluster).items()}
        let_in = {
            guarded: {name for name, marks in labels.items() if is_let_in(cluster, guarded, marks)}
            for guarded in ("core", "database", "cache", "broker")
        }

        everybody = {*labels}
        assert let_in == {
            "core": everybody,
            **dict.fromkeys(("database", "cache", "broker"), everybody - {"gateway"}),
        }


def is_let_in(cluster, guarded, marks):
    [rule] = cluster["NetworkPolicy", f"omnify-{guarded}"]["spec"]["ingress"]
    [peer] = rule["from"]
    [role] = peer["podSelector"]["matchExpressions"]
    return (
        peer["podSelector"]["matchLabels"].items() <= marks.items()
        and marks[role["key"]] in role["values"]
    )


class TestCompose:
    def test_publishes_the_gateway_alone_and_on_loopback(self, topology):
        services = compose.compose_document(topology)["services"]

        published = {name: s["ports"] for name, s in services.items() if "ports" in s}
        assert published == {"gateway": ["${OMNIFY_BIND:-127.0.0.1}:${OMNIFY_PORT:-8080}:8080"]}

    def test_shows_the_gateway_its_file_as_it_is_now(self, topology):
        gateway = compose.compose_document(topology)["services"]["gateway"]

        # A file mounted alone stays the one that was there at the start.
        assert gateway["volumes"][0] == "../gateway:/etc/nginx/omnify:ro"
        assert gateway["entrypoint"][:3] == ["nginx", "-c", "/etc/nginx/omnify/nginx.fleet.conf"]

    def test_keeps_large_files_out_of_memory(self, topology):
        services = compose.compose_document(topology)["services"]
        services.pop("postgres")

        assert all("/var/tmp" in service["volumes"] for service in services.values())  # noqa: S108
        services.pop("gateway")
        assert {each["environment"]["TMPDIR"] for each in services.values()} == {"/var/tmp"}  # noqa: S108

    def test_lets_the_gateway_finish_what_it_is_answering(self, topology):
        gateway = compose.compose_document(topology)["services"]["gateway"]

        assert (gateway["stop_signal"], gateway["stop_grace_period"]) == ("SIGQUIT", "40s")

    def test_takes_each_image_from_elsewhere_where_it_is_told(self, topology):
        services = compose.compose_document(topology)["services"]

        variables = {service["image"].partition(":-")[0] for service in services.values()}
        assert variables == {"${OMNIFY_IMAGE", "${POSTGRES_IMAGE", "${GATEWAY_IMAGE"}

    def test_keeps_the_gateway_away_from_the_database(self, topology):
        document = compose.compose_document(topology)

        assert document["services"]["gateway"]["networks"] == ["fleet"]
        assert document["services"]["postgres"]["networks"] == ["data"]
        assert document["networks"]["data"] == {"internal": True}

    def test_believes_the_gateways_network_about_who_asks(self, topology):
        document = compose.compose_document(topology)

        [network] = document["networks"]["fleet"]["ipam"]["config"]
        believed = document["services"]["core"]["environment"]["TRUSTED_PROXIES"]
        assert believed == network["subnet"]

    def test_has_each_replica_and_each_worker(self, topology):
        services = compose.compose_document(topology)["services"]

        assert services.keys() == {
            *("postgres", "migrate", "gateway", "core", "core-2", "core-3", "ml", "admin"),
            *("core-worker-1", "ml-worker-1", "ml-worker-2"),
        }
        assert services["ml"]["environment"]["AUTH_SERVICE_URL"] == (
            "http://core:8000,http://core-2:8000,http://core-3:8000"
        )

    def test_confines_every_container_but_the_database(self, topology):
        services = compose.compose_document(topology)["services"]

        open_ones = [
            name
            for name, service in services.items()
            if not (service.get("read_only") and service["cap_drop"] == ["ALL"])
        ]
        assert open_ones == ["postgres"]

    def test_has_no_secret_in_it(self, topology):
        for name, service in compose.compose_document(topology)["services"].items():
            for variable, value in service.get("environment", {}).items():
                if variable.endswith(("_KEY", "_KEYS", "_SECRETS", "PASSWORD", "DATABASE_URL")):
                    assert value.startswith("${") or ":${" in value, (name, variable)


class TestRender:
    def test_says_what_it_was_made_from(self, file):
        before = render(file)
        file.write_text(FLEET.replace("replicas = 3", "replicas = 2"))
        after = render(file)

        heads = [
            {text.splitlines()[0] for text in rendered.files.values()}
            for rendered in (before, after)
        ]
        assert [len(head) for head in heads] == [1, 1]
        assert heads[0] != heads[1]

    def test_brings_back_what_was_changed_by_hand(self, file, tmp_path):
        rendered = render(file)
        first = write(rendered, tmp_path)
        changed = tmp_path / "kubernetes/base/fleet/gateway.yaml"
        changed.write_text(changed.read_text() + "# by hand\n")

        assert find_stale(rendered, tmp_path) == [changed.relative_to(tmp_path)]
        assert write(rendered, tmp_path) == [changed.relative_to(tmp_path)]
        assert find_stale(rendered, tmp_path) == []
        assert len(first) == len(rendered.files) + 1

    def test_leaves_overlays_to_whoever_edits_them(self, file, tmp_path):
        write(render(file), tmp_path)
        overlay = tmp_path / "kubernetes/overlays/fleet/kustomization.yaml"
        overlay.write_text("# mine\n")

        assert write(render(file), tmp_path) == []
        assert overlay.read_text() == "# mine\n"

    def test_names_every_rendered_manifest_in_the_kustomization(self, file):
        files = {p.name: t for p, t in render(file).files.items() if "base" in p.parts}

        listed = yaml.safe_load(files["kustomization.yaml"])["resources"]
        assert {*listed, "kustomization.yaml", "nginx.conf"} == files.keys()
