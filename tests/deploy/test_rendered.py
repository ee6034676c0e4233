"""The shipped files are what the topologies say, and what their readers accept."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from tests.journeys.fleets import ROOT
from tests.needs import find_program, needs

NAMES = ["monolith", "microservices", "hybrid"]
SECRETS = ("SECRET_KEY", "OMNIFY_RPC_SECRETS", "OMNIFY_ENCRYPTION_KEYS", "POSTGRES_PASSWORD")
COMPOSE, KUBECTL, NGINX = map(find_program, ("docker-compose", "kubectl", "nginx"))
TOOLS = Path(sys.executable).parent


def run(*command, **options):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    return done.returncode, done.stdout + done.stderr


def compose_file(name):
    return ROOT / "deploy" / "compose" / f"docker-compose.{name}.yml"


def accepts_compose_schema(file):
    return run(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)


def validate_manifests(folder, target):
    """Validate the documents of a folder against the real schemas, as one stream."""
    parts = [f for f in sorted(folder.glob("*.yaml")) if f.name != "kustomization.yaml"]
    target.write_text("---\n".join(file.read_text() for file in parts))
    return strict(target)


def strict(file):
    """Validate a file; a kind without a schema is no good one either."""
    code, output = run(TOOLS / "kubernetes-validate", "--strict", file)
    return code or "WARN" in output, output


def test_nginx(text, folder):
    """Let nginx read a configuration; names of containers mean this machine here."""
    text = re.sub(r"server [a-z0-9-]+:", "server 127.0.0.1:", text)
    file = folder / "nginx.conf"
    file.write_text(re.sub(r"(/var)?/tmp(?=[/;])", str(folder), text))
    return run(NGINX, "-t", "-c", file)


test_nginx.__test__ = False


class TestRenderedFiles:
    @pytest.mark.parametrize("name", NAMES)
    def test_are_what_the_topology_says(self, name, capsys):
        call_command("topology", "render", f"{ROOT}/deploy/topologies/{name}.toml", "--check")

        assert "files are as rendered" in capsys.readouterr().out

    def test_are_refused_once_changed(self, tmp_path):
        topology = f"{ROOT}/deploy/topologies/hybrid.toml"
        call_command("topology", "render", topology, "--into", str(tmp_path))
        (tmp_path / "gateway" / "nginx.hybrid.conf").write_text("# by hand")

        with pytest.raises(CommandError, match=r"nginx\.hybrid\.conf"):
            call_command("topology", "render", topology, "--into", str(tmp_path), "--check")

    def test_are_not_made_where_a_worker_would_take_a_slices_name(self, tmp_path):
        file = tmp_path / "fleet.toml"
        text = (ROOT / "deploy" / "topologies" / "monolith.toml").read_text()
        file.write_text(f"{text}\n[slices.core-worker]\nservices = []\nport = 9000\n")

        with pytest.raises(CommandError, match="'core-worker' is a name of slice 'core'"):
            call_command("topology", "render", str(file), "--into", str(tmp_path / "out"))
        assert not (tmp_path / "out").exists()

    def test_are_not_made_of_a_topology_that_cannot_work(self, tmp_path):
        file = tmp_path / "fleet.toml"
        file.write_text('name = "a"\n[slices.core]\nservices = ["auth"]\nport = 9000')

        with pytest.raises(CommandError, match="no slice hosts 'ml'"):
            call_command("topology", "render", str(file), "--into", str(tmp_path / "out"))
        assert not (tmp_path / "out").exists()


class TestComposeFiles:
    @pytest.mark.parametrize("name", [*NAMES, "infra"])
    def test_fit_the_schema(self, name):
        assert accepts_compose_schema(compose_file(name)) == (0, "ok -- validation done\n")

    @needs("docker-compose")
    @pytest.mark.parametrize("name", NAMES)
    def test_are_read_by_compose(self, name):
        secrets = dict.fromkeys(SECRETS, "x")

        assert run(COMPOSE, "-f", compose_file(name), "config", "-q", env=secrets) == (0, "")

    @needs("docker-compose")
    @pytest.mark.parametrize("missing", SECRETS)
    def test_are_refused_without_a_secret(self, missing):
        secrets = {name: "x" for name in SECRETS if name != missing}

        code, output = run(COMPOSE, "-f", compose_file("hybrid"), "config", "-q", env=secrets)

        assert code
        assert missing in output

    @needs("docker-compose")
    def test_publish_stores_on_loopback_alone_and_where_they_are_told(self):
        ports = {"POSTGRES_PORT": "5433", "REDIS_PORT": "6380", "RABBITMQ_PORT": "5673"}

        code, output = run(COMPOSE, "-f", compose_file("infra"), "config", env=ports)

        published = [
            str(p) for s in yaml.safe_load(output)["services"].values() for p in s["ports"]
        ]
        assert code == 0
        assert sorted(published) == [
            "127.0.0.1:5433:5432/tcp",
            "127.0.0.1:5673:5672/tcp",
            "127.0.0.1:6380:6379/tcp",
        ]

    def test_are_refused_by_the_schema_when_a_key_is_wrong(self, tmp_path):
        document = yaml.safe_load(compose_file("hybrid").read_text())
        document["services"]["core"]["replika"] = 2
        (tmp_path / "broken.yml").write_text(yaml.safe_dump(document))

        code, output = accepts_compose_schema(tmp_path / "broken.yml")

        assert code
        assert "replika" in output


class TestManifests:
    @pytest.mark.parametrize("name", NAMES)
    def test_fit_the_schemas_of_kubernetes(self, name, tmp_path):
        folder = ROOT / "deploy" / "kubernetes" / "base" / name

        code, output = validate_manifests(folder, tmp_path / "all.yaml")

        assert not code, output

    @needs("kubectl")
    @pytest.mark.parametrize("name", NAMES)
    def test_are_joined_by_kustomize_and_still_fit(self, name, tmp_path):
        overlay = ROOT / "deploy" / "kubernetes" / "overlays" / name

        code, output = run(KUBECTL, "kustomize", overlay)

        assert code == 0, output
        (tmp_path / "joined.yaml").write_text(output)
        is_wrong, said = strict(tmp_path / "joined.yaml")
        assert not is_wrong, said
        namespaces = {d["metadata"].get("namespace") for d in yaml.safe_load_all(output)}
        assert namespaces == {"omnify"}

    @needs("kubectl")
    def test_take_hosts_from_the_overlay_and_slices_from_the_topology(self, tmp_path):
        kubernetes = tmp_path / "kubernetes"
        shutil.copytree(ROOT / "deploy" / "kubernetes", kubernetes)
        overlay = kubernetes / "overlays" / "hybrid"
        kustomization = overlay / "kustomization.yaml"
        text = kustomization.read_text().replace("HOSTS=omnify.example", "HOSTS=numbers.example")
        kustomization.write_text(text)

        _, output = run(KUBECTL, "kustomize", overlay)

        documents = list(yaml.safe_load_all(output))
        [settings] = [d for d in documents if "OMNIFY_HOSTS" in d.get("data", {})]
        [core] = [
            d for d in documents if d["kind"] == "Deployment" and d["metadata"]["name"] == "core"
        ]
        [web] = core["spec"]["template"]["spec"]["containers"]
        environment = {item["name"]: item for item in web["env"]}
        hosts = environment["OMNIFY_HOSTS"]["valueFrom"]["configMapKeyRef"]
        assert settings["data"]["OMNIFY_HOSTS"] == "numbers.example"
        assert hosts == {"name": settings["metadata"]["name"], "key": "OMNIFY_HOSTS"}
        assert environment["ALLOWED_HOSTS"]["value"].endswith(
            ",core,integrations,analytics,$(OMNIFY_HOSTS)"
        )

    @needs("kubectl")
    def test_take_images_by_digest_from_the_overlay(self, tmp_path):
        kubernetes, digest = tmp_path / "kubernetes", f"sha256:{64 * 'a'}"
        shutil.copytree(ROOT / "deploy" / "kubernetes", kubernetes)
        kustomization = kubernetes / "overlays" / "hybrid" / "kustomization.yaml"
        document = yaml.safe_load(kustomization.read_text())
        del document["images"][0]["newTag"]
        document["images"][0]["digest"] = digest
        document["images"].append({"name": "nginx", "digest": digest})
        kustomization.write_text(yaml.safe_dump(document))

        _, output = run(KUBECTL, "kustomize", kustomization.parent)

        images = set(re.findall(r"image: (.*)", output))
        assert images == {f"registry.example/omnify@{digest}", f"nginx@{digest}"}

    @pytest.mark.parametrize(
        ("right", "wrong"),
        [
            ("maxUnavailable: 0", "maxUnavailabel: 0"),
            ("containerPort: 8000", "containerPort: eight"),
            ("apiVersion: apps/v1", "apiVersion: apps/v9"),
        ],
    )
    def test_are_refused_when_a_rule_is_broken(self, tmp_path, right, wrong):
        for file in (ROOT / "deploy" / "kubernetes" / "base" / "monolith").glob("*.yaml"):
            text = file.read_text()
            (tmp_path / file.name).write_text(text.replace(right, wrong))

        code, output = validate_manifests(tmp_path, tmp_path / "all.txt")

        assert code, output


@needs("nginx")
class TestGatewayFiles:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("place", ["gateway/nginx.{}.conf", "kubernetes/base/{}/nginx.conf"])
    def test_are_read_by_nginx(self, name, place, tmp_path):
        code, output = test_nginx((ROOT / "deploy" / place.format(name)).read_text(), tmp_path)

        assert code == 0, output

    def test_are_refused_when_a_directive_is_wrong(self, tmp_path):
        text = (ROOT / "deploy" / "gateway" / "nginx.hybrid.conf").read_text()

        code, output = test_nginx(text.replace("proxy_pass", "proxi_pass"), tmp_path)

        assert code
        assert "proxi_pass" in output
