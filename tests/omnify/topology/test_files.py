"""A topology that could not work is refused, with every problem named."""

import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from omnify.services.registry import manifests
from omnify.topology.checks import find_busy_ports, find_problems
from omnify.topology.environment import (
    direct_urls,
    slice_environment,
    slice_variables,
    with_secrets,
)
from omnify.topology.files import TopologyInvalidError, read_topology
from omnify.topology.ports import find_port_problem
from omnify.topology.run_folder import RunFolder
from tests.journeys.fleets import ROOT, free_ports

ALL = ", ".join(f'"{name}"' for name in manifests())


@pytest.fixture
def read(tmp_path):
    def make(text):
        file = tmp_path / "fleet.toml"
        file.write_text(text)
        return read_topology(file)

    return make


class TestShippedFiles:
    @pytest.mark.parametrize("name", ["monolith", "microservices", "hybrid"])
    def test_are_in_order(self, name):
        topology = read_topology(ROOT / "deploy" / "topologies" / f"{name}.toml")

        assert topology.name == name
        assert find_problems(topology) == []

    def test_give_each_service_its_own_port(self):
        topology = read_topology(ROOT / "deploy" / "topologies" / "microservices.toml")

        ports = {part.services[0]: part.port for part in topology.slices.values()}
        assert ports == {name: manifest.port for name, manifest in manifests().items()}


class TestReadTopology:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "name = ",
            'name = "a"',
            'name = "A b"\n[slices.a]\nservices = []\nport = 1',
            'name = "a"\n[slices.a]\nservices = "auth"\nport = 1',
            'name = "a"\n[slices.a]\nservices = []\nport = 0',
            'name = "a"\n[slices.a]\nservices = []\nport = 70000',
            'name = "a"\n[slices.a]\nservices = []\nport = 1\nreplica = 2',
            'name = "a"\n[slices.a]\nservices = []\nport = 1\nreplicas = 0',
        ],
    )
    def test_refuses_what_is_no_topology(self, read, text):
        with pytest.raises(TopologyInvalidError, match=r"fleet\.toml"):
            read(text)

    def test_refuses_a_missing_file(self, tmp_path):
        with pytest.raises(TopologyInvalidError, match="There is no file"):
            read_topology(tmp_path / "none.toml")


class TestFindProblems:
    def test_names_every_one(self, read):
        topology = read(
            'name = "a"\n'
            "[slices.gateway]\nservices = []\nport = 9004\njobs = 1\n"
            '[slices.one]\nservices = ["auth", "autth"]\nport = 9000\nreplicas = 2\n'
            '[slices.two]\nservices = ["auth", "ml", "ml"]\nport = 9010\njobs = 1\n'
            "[slices.two-worker]\nservices = []\nport = 9006\n"
            "[slices.one-2]\nservices = []\nport = 9005\n"
            "[slices.three]\nservices = []\nport = 9002\n"
            '[slices.four]\nservices = []\nport = 9003\nsettings = "settings.nothing"\n'
        )

        problems = "\n".join(find_problems(topology))

        for words in (
            "unknown service 'autth'",
            "'auth' is hosted by one and two",
            "no slice hosts 'analytics'",
            "lists 'ml' twice",
            "port 9010 belongs to 'one' and to 'two'",
            "slice 'three' hosts nothing",
            "no settings module 'settings.nothing'",
            "'gateway' is a name of the fleet itself: rename slice 'gateway'",
            "slice 'gateway' hosts no service whose jobs could run",
            "'one-2' is a name of slice 'one': rename slice 'one-2'",
            "'two-worker' is a name of slice 'two': rename slice 'two-worker'",
        ):
            assert words in problems

    def test_names_a_taken_port(self, read):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            topology = read(f'name = "a"\n[slices.core]\nservices = [{ALL}]\nport = {port}')

            [problem] = find_busy_ports(topology)

        assert f"port {port} of slice 'core' is taken" in problem


class TestSliceEnvironment:
    def test_says_what_is_hosted_and_where_the_others_are(self, read, tmp_path):
        topology = read(
            'name = "a"\n'
            '[slices.web]\nservices = ["auth"]\nport = 9000\n'
            f"[slices.rest]\nservices = [{ALL.replace(chr(34) + 'auth' + chr(34) + ', ', '')}]\n"
            "port = 9100\nreplicas = 2\nworkers = 3"
        )
        parent = {"PORT": "1", "DEPLOYMENT_MODE": "monolith", "DATABASE_URL": "sqlite:///x"}

        made = slice_environment(
            topology.slices["web"],
            9000,
            parent,
            addresses=tmp_path / "addresses.json",
            public_urls=direct_urls(topology),
        )

        assert made["OMNIFY_SERVICES"] == "auth"
        assert (made["PORT"], made["DATABASE_URL"]) == ("9000", "sqlite:///x")
        assert "DEPLOYMENT_MODE" not in made
        assert made["OMNIFY_DISCOVERY"] == f"file://{tmp_path}/addresses.json"
        assert made["ML_PUBLIC_URL"] == "http://localhost:9100"

    def test_leaves_jobs_to_workers_where_there_are_some(self, read):
        topology = read(f'name = "a"\n[slices.core]\nservices = [{ALL}]\nport = 9000\njobs = 2')

        made = slice_variables(topology.slices["core"])

        assert made["OMNIFY_EMBEDDED_WORKER"] == "false"

    def test_makes_secrets_once_when_there_are_none(self, tmp_path):
        file = tmp_path / "secrets.env"

        first, is_local = with_secrets({}, file)
        again, _ = with_secrets({}, file)

        assert is_local is True
        assert first == again
        assert file.stat().st_mode & 0o077 == 0
        assert len(first["SECRET_KEY"]) >= 32

    def test_leaves_given_secrets_alone(self, tmp_path):
        given = {"SECRET_KEY": "a", "OMNIFY_RPC_SECRETS": "b", "OMNIFY_ENCRYPTION_KEYS": "c"}

        found, is_local = with_secrets(given, tmp_path / "secrets.env")

        assert (found, is_local) == (given, False)
        assert not (tmp_path / "secrets.env").exists()


class TestWhyUnusable:
    @pytest.mark.parametrize("port", [-1, 65536, 70000])
    def test_knows_what_is_no_port(self, port):
        assert find_port_problem(port) == "does not exist: choose one from 1024 to 65535"


@pytest.fixture
def monolith(tmp_path):
    """The path of a monolith's file, on a port that is free."""
    [port] = free_ports(1)
    file = tmp_path / "fleet.toml"
    file.write_text(f'name = "monolith"\n[slices.core]\nservices = [{ALL}]\nport = {port}')
    return str(file)


class TestTopologyCommand:
    def test_check_says_ok_and_what_is_not_set(self, monolith, capsys, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "")

        call_command("topology", "check", monolith)

        said = capsys.readouterr().out
        assert "not set: SECRET_KEY" in said
        assert "monolith: ok" in said

    def test_check_names_a_port_that_is_taken(self, monolith):
        port = read_topology(Path(monolith)).slices["core"].port
        with socket.create_server(("127.0.0.1", port)):
            with pytest.raises(CommandError, match=f"port {port} of slice 'core' is taken"):
                call_command("topology", "check", monolith)
            assert RunFolder(Path(monolith), ROOT).claim() == ""
            call_command("topology", "check", monolith)

    def test_check_names_a_setting_that_no_slice_could_start_with(self, monolith, monkeypatch):
        monkeypatch.setenv("OMNIFY_DISCOVERY", "magic")

        with pytest.raises(CommandError, match=r"OMNIFY_DISCOVERY=magic: use .* \(slice core\)"):
            call_command("topology", "check", monolith)

    def test_check_lists_problems(self, tmp_path):
        file = tmp_path / "fleet.toml"
        file.write_text('name = "a"\n[slices.core]\nservices = ["auth"]\nport = 9000')

        with pytest.raises(CommandError, match="no slice hosts 'integrations'"):
            call_command("topology", "check", str(file))

    def test_status_says_what_is_down(self, tmp_path, capsys):
        [port] = free_ports(1)
        file = tmp_path / "fleet.toml"
        file.write_text(f'name = "a"\n[slices.core]\nservices = [{ALL}]\nport = {port}')

        with pytest.raises(CommandError, match="not ready"):
            call_command("topology", "status", str(file))
        assert "does not answer" in capsys.readouterr().out
