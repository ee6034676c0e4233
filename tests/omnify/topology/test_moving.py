"""A fleet is rearranged as ordered, or stays what it was and says why."""

import contextlib
import itertools
import json
import os
import re
import shutil
import socket
import sys
import threading
from pathlib import Path

import msgspec
import pytest
import requests

from omnify.services.registry import manifests
from omnify.topology import fleet as fleets
from omnify.topology import moving
from omnify.topology.changes import list_differences, move_service, scale_slice
from omnify.topology.crews import Ground
from omnify.topology.files import Slice, Topology, TopologyInvalidError
from omnify.topology.fleet import Fleet, FleetError
from omnify.topology.local_gateway import LocalGateway
from omnify.topology.moving import Rearrangement, restart_in_turn
from omnify.topology.running import ForegroundFleet
from omnify.topology.seats import Berth, RunFolder
from tests.conftest import wait_until
from tests.journeys.fleets import free_ports
from tests.omnify.topology import slices
from tests.omnify.topology.rendering.instances import needs_nginx
from tests.omnify.topology.test_fleet import answers

pytestmark = needs_nginx
PATH = "/api/integrations/connections"


@pytest.fixture
def monolith():
    [port] = free_ports(1)
    return Topology("test", {"core": Slice(tuple(manifests()), port)})


@pytest.fixture
def run(tmp_path, monolith, monkeypatch):
    """Start fleets of fake slices; the waits are as short as such slices need."""
    monkeypatch.setattr(moving, "SETTLE_SECONDS", 0.3)
    monkeypatch.setattr(moving, "BASELINE_SECONDS", 0.3)
    monkeypatch.setattr(fleets, "READY_SECONDS", 5.0)
    shutil.copy(slices.__file__, tmp_path / "manage.py")
    running = []

    def start(fake="", *, topology=monolith, gateway=True):
        folder = RunFolder(tmp_path / "fleet.toml", tmp_path)
        folder.make()
        environ = {"PATH": os.environ["PATH"], "FAKE": fake}
        port = free_ports(1)[0] if gateway else 0
        fleet = Fleet(
            topology, Ground(tmp_path, environ, sys.stdout), folder=folder, gateway_port=port
        )
        running.append(fleet)
        fleet.start()
        fleet.wait_until_ready()
        if gateway:
            wait_until(fleet.gateway.is_up)
        return fleet

    yield start
    for fleet in running:
        fleet.stop()


def move_out(topology, service="integrations", to="integrations"):
    """A service on its own, on a port that no other test's fleet has."""
    moved = move_service(topology, service, to)
    [port] = free_ports(1)
    own = msgspec.structs.replace(moved.slices[to], port=port)
    return msgspec.structs.replace(moved, slices=moved.slices | {to: own})


def rearrange(fleet, after, said=None, **options):
    change = Rearrangement(
        fleet, after, say=([] if said is None else said).append, **{"watch_seconds": 0.5, **options}
    )
    change.plan()
    change.run()


def who_answers(fleet, path=PATH):
    answer = requests.get(fleet.gateway.url + path, timeout=10)
    return answer.status_code, ",".join(answer.json()["services"])


def addresses_of(fleet):
    """Where the slices find each other."""
    return set(itertools.chain(*json.loads(fleet._folder.addresses.read_text()).values()))


def urls_of(fleet):
    return {target.url for target in fleet.targets()}


ALL = ",".join(manifests())
REST = ",".join(name for name in manifests() if name != "integrations")


class TestMove:
    def test_leaves_each_service_with_one_owner(self, run, monolith):
        fleet = run()

        rearrange(fleet, move_out(monolith))

        assert who_answers(fleet) == (200, "integrations")
        assert who_answers(fleet, "/api/auth/me") == (200, REST)
        assert {t.services for t in fleet.targets()} == {
            ("integrations",),
            tuple(REST.split(",")),
        }

    def test_says_which_port_is_used_instead_of_a_taken_one(self, run, monolith):
        fleet, said = run(), []
        [port] = monolith.slices["core"].ports

        rearrange(fleet, move_out(monolith), said)

        other = fleet.crews["core"].servers[0].seat.port
        assert f"'core' listens on {other} for now: {port} is taken" in said

    def test_is_undone_by_moving_back(self, run, monolith):
        fleet = run()
        rearrange(fleet, move_out(monolith))

        rearrange(fleet, move_service(fleet.topology, "integrations", "core"))

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)
        assert len(fleet.targets()) == 1

    def test_goes_to_slices_of_any_name(self, run, monolith):
        fleet = run()

        for name in ("fast", "integrations", "fast"):
            rearrange(fleet, move_out(fleet.topology, to=name))
            rearrange(fleet, fleet.topology, renewed=["core"])

            assert who_answers(fleet) == (200, "integrations")
            assert who_answers(fleet, "/api/auth/me") == (200, REST)
            assert len(fleet.targets()) == 2

    def test_finds_a_place_for_every_service_in_a_slice_of_a_new_name(self, run, monolith):
        fleet = run()

        for service in manifests():
            rearrange(fleet, move_out(fleet.topology, service, f"new-{service}"), watch_seconds=0)
        rearrange(fleet, fleet.topology, renewed=["new-ml", "new-auth"])

        assert "core" not in fleet.crews
        assert who_answers(fleet) == (200, "integrations")
        assert who_answers(fleet, "/api/auth/me") == (200, "auth")

    @pytest.mark.parametrize(
        ("behaviour", "words"), [("dies", "no space left on device"), ("unready", "it is full")]
    )
    def test_stops_when_the_new_owner_never_gets_ready(self, run, monolith, behaviour, words):
        fleet = run(f"integrations={behaviour}")

        with pytest.raises(FleetError, match=f"(?s)old slices go on serving.*{words}"):
            rearrange(fleet, move_out(monolith))

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)
        assert len(fleet.targets()) == 1

    def test_is_sent_back_when_the_new_owner_ends(self, run, monolith):
        fleet = run()

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                os.killpg(fleet.crews["integrations"].servers[0].child.pid, 9)

        with pytest.raises(FleetError, match=r"sent back.*'integrations' ended with code -9"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)

    def test_is_sent_back_when_the_gateway_goes(self, run, monolith):
        fleet = run()

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                os.killpg(fleet.gateway.child.pid, 9)
                fleet.gateway.child.finish(5)

        with pytest.raises(FleetError, match=r"sent back.*the gateway does not answer"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        wait_until(fleet.gateway.is_up)
        assert who_answers(fleet) == (200, ALL)

    def test_is_sent_back_when_the_log_tells_nothing_any_more(self, run, monolith):
        fleet = run()
        log = fleet.gateway.access_log

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                # The gateway writes into what it has open.
                log.rename(log.with_suffix(".former"))
                log.touch()

        with pytest.raises(FleetError, match=r"sent back.*access\.log does not tell"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)

    def test_is_sent_back_when_the_log_cannot_be_read(self, run, monolith):
        fleet = run()

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                fleet.gateway.access_log.unlink()

        with pytest.raises(FleetError, match=r"sent back.*access\.log"):
            Rearrangement(fleet, move_out(monolith), say=say, watch_seconds=20.0).run()

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)

    def test_tends_the_others_meanwhile(self, run, monolith):
        apart = move_out(monolith, "ml", "ml")
        fleet = run("auth=unready", topology=apart)
        victim = fleet.crews["ml"].servers[0].child
        os.killpg(victim.pid, 9)
        victim.finish(5)

        with pytest.raises(FleetError, match="not ready after 5 s: database: it is full"):
            Rearrangement(
                fleet, move_out(apart, "auth", "auth"), say=print, watch_seconds=0.5
            )._start_beside()

        assert fleet.crews["ml"].servers[0].child.exit_code is None
        assert who_answers(fleet, "/api/ml/models") == (200, "ml")

    def test_is_sent_back_when_requests_begin_to_fail(self, run, monolith):
        fleet = run("integrations=507")
        stop = threading.Event()

        def ask():
            while not stop.is_set():
                requests.get(fleet.gateway.url + PATH, timeout=10)

        client = threading.Thread(target=ask)
        client.start()
        try:
            with pytest.raises(FleetError, match=r"sent back to the old slices.*requests fail"):
                rearrange(
                    fleet,
                    move_out(monolith),
                    watch_seconds=20.0,
                )
        finally:
            stop.set()
            client.join()

        assert who_answers(fleet) == (200, ALL)
        assert fleet.topology == monolith

    def test_stops_when_nothing_can_be_written(self, run, monolith):
        fleet = run()
        addresses = fleet._folder.addresses
        addresses.unlink()
        addresses.mkdir()

        with pytest.raises(FleetError, match="the old slices go on serving"):
            rearrange(fleet, move_out(monolith))

        assert fleet.topology == monolith
        assert who_answers(fleet) == (200, ALL)
        assert len(fleet.targets()) == 1

    def test_leaves_nobody_with_addresses_of_what_was_drained(self, run, monolith):
        fleet = run()
        obstacle = fleet._folder.path / "servers.json"
        obstacle.unlink()
        obstacle.mkdir()

        with pytest.raises(FleetError, match="the old slices go on serving"):
            rearrange(fleet, move_out(monolith))

        assert addresses_of(fleet) == urls_of(fleet)
        obstacle.rmdir()
        fleet.tend()
        assert addresses_of(fleet) == urls_of(fleet)
        assert {target.services for target in fleet._folder.known_targets()} == {tuple(manifests())}
        assert fleet._leaving == []

    def test_stops_when_the_gateway_can_be_told_a_part_only(self, run, monolith):
        fleet = run()
        (fleet._folder.flags / "ml").symlink_to("/nowhere/at-all")

        with pytest.raises(FleetError, match="the old slices go on serving"):
            rearrange(fleet, move_out(monolith))

        assert fleet.topology == monolith
        for path in (PATH, "/api/auth/me", "/api/ml/models"):
            assert who_answers(fleet, path) == (200, ALL)
        (fleet._folder.flags / "ml").unlink()
        fleet.tend()
        assert fleet._leaving == []
        assert who_answers(fleet) == (200, ALL)

    def test_drains_nothing_of_which_the_others_cannot_be_told(self, run, monolith):
        fleet = run("integrations=507")
        addresses = fleet._folder.addresses

        def say(line):
            if line.startswith("the gateway asks the new slices"):
                for _ in range(5):
                    requests.get(fleet.gateway.url + PATH, timeout=10)
                addresses.rename(addresses.with_suffix(".former"))
                addresses.mkdir()

        after = move_out(monolith)
        change = Rearrangement(fleet, after, say=say, watch_seconds=5.0)
        with pytest.raises(FleetError, match="sent back to the old slices"):
            change.run()

        port = after.slices["integrations"].port
        assert who_answers(fleet) == (200, ALL)
        assert answers(f"http://127.0.0.1:{port}/health") == 200
        addresses.rmdir()
        fleet.tend()
        assert addresses_of(fleet) == urls_of(fleet)
        assert answers(f"http://127.0.0.1:{port}/health") == 0

    def test_is_refused_without_a_gateway(self, run, monolith):
        fleet = run(gateway=False)

        with pytest.raises(FleetError, match="nothing was changed: the fleet runs without"):
            rearrange(fleet, move_out(monolith))

    def test_is_refused_while_the_gateway_is_down(self, run, monolith):
        fleet = run()
        fleet.gateway.child.terminate()
        fleet.gateway.child.finish(5)

        with pytest.raises(FleetError, match="nothing was changed: the gateway does not answer"):
            rearrange(fleet, move_out(monolith))
        assert len(fleet.targets()) == 1

    def test_is_refused_while_a_slice_is_not_ready(self, run, monolith):
        fleet = run()
        fleet.drain(fleet.crews["core"].servers)

        with pytest.raises(FleetError, match="'core' is not ready: does not answer"):
            rearrange(fleet, move_out(monolith))

    def test_is_refused_while_the_broker_is_away(self, run, monolith, settings):
        fleet = run()
        settings.EVENT_BUS_URL = "amqp://user:secret@127.0.0.1:1/shop"

        with pytest.raises(FleetError, match="nothing was changed: the broker of EVENT_BUS_URL"):
            rearrange(fleet, move_out(monolith))
        assert (fleet.topology, len(fleet.targets())) == (monolith, 1)

    @pytest.mark.parametrize(
        ("service", "to", "words"),
        [
            ("integration", "core", "there is no service 'integration'; known: auth"),
            ("integrations", "core", "'integrations' is in slice 'core' already"),
            ("integrations", "Bad Name!", "slice 'Bad Name!': a name is 1 to 31 of a-z"),
        ],
    )
    def test_of_what_cannot_be_is_refused(self, monolith, service, to, words):
        with pytest.raises(TopologyInvalidError, match=words):
            move_service(monolith, service, to)

    def test_to_a_port_that_is_anothers_is_refused(self, run):
        topology = Topology("test", {"core": Slice(tuple(manifests()), 8002)})

        with pytest.raises(FleetError, match="port 8002 belongs to 'core' and to 'integrations'"):
            Rearrangement(
                Fleet(topology, Ground(Path(), {}, sys.stdout), folder=None),
                move_service(topology, "integrations", "integrations"),
                say=print,
                watch_seconds=1,
            ).plan()


class TestScale:
    def test_adds_and_takes_away_servers(self, run, monolith):
        fleet = run()

        rearrange(fleet, scale_slice(monolith, "core", 3))
        three = len({t.url for t in fleet.targets()})
        rearrange(fleet, scale_slice(fleet.topology, "core", 1))

        assert (three, len(fleet.targets())) == (3, 1)
        assert who_answers(fleet) == (200, ALL)

    @pytest.mark.parametrize("replicas", [-1, 0, 65])
    def test_to_a_number_that_no_file_could_hold_is_refused(self, monolith, replicas):
        with pytest.raises(TopologyInvalidError, match=f"slice 'core': replicas = {replicas}: "):
            scale_slice(monolith, "core", replicas)

    @pytest.mark.parametrize("replicas", [1, 3])
    def test_stops_when_nothing_can_be_written(self, run, monolith, replicas):
        two = scale_slice(monolith, "core", 2)
        fleet = run(topology=two)
        before = urls_of(fleet)
        addresses = fleet._folder.addresses
        addresses.unlink()
        addresses.mkdir()

        with pytest.raises(FleetError, match="the others go on serving"):
            rearrange(fleet, scale_slice(two, "core", replicas))

        assert fleet.topology == two
        assert urls_of(fleet) == before
        addresses.rmdir()
        fleet.tend()
        assert addresses_of(fleet) == before
        assert who_answers(fleet) == (200, ALL)

    def test_beyond_what_the_gateway_knows_is_refused(self, run, monolith):
        fleet = run()

        with pytest.raises(FleetError, match="knows 4 replicas of slice 'core', not 5"):
            rearrange(fleet, scale_slice(monolith, "core", 5))


class TestStart:
    def test_works_after_the_user_was_changed(self, run, monkeypatch):
        monkeypatch.setenv("LOGNAME", "daemon")

        fleet = run()

        assert who_answers(fleet) == (200, ALL)

    def test_says_why_its_gateway_does_not_answer(self, run):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            fleet = run(gateway=False)
            port = taken.getsockname()[1]
            fleet.gateway = LocalGateway(fleet.topology, fleet._folder, port)
            fleet.gateway.start({"PATH": os.environ["PATH"]}, sys.stdout)

            with pytest.raises(FleetError, match=r"(?s)'gateway' ended .*Address already in use"):
                fleet.wait_for_gateway()


class TestRestartInTurn:
    def test_brings_new_processes(self, run, monolith):
        fleet = run(topology=scale_slice(monolith, "core", 2))
        before = {target.pid for target in fleet.targets()}

        restart_in_turn(fleet, "core", say=print)

        after = {target.pid for target in fleet.targets()}
        assert len(after) == 2
        assert not before & after


def is_alive(group):
    """Whether a process of a group runs; those that nobody reads the end of do not."""
    for path in Path("/proc").glob("[1-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":
                return True
    return False


class TestTend:
    def test_starts_again_what_was_killed(self, run):
        fleet = run()
        [target] = fleet.targets()
        os.killpg(target.pid, 9)
        fleet.crews["core"].servers[0].child.finish(5)

        fleet.tend()
        fleet.wait_until_ready()

        assert fleet.targets()[0].pid != target.pid
        assert who_answers(fleet) == (200, ALL)

    def test_starts_a_killed_gateway_again_that_remembers(self, run, monolith):
        fleet = run()
        rearrange(fleet, move_out(monolith))
        os.killpg(fleet.gateway.child.pid, 9)
        fleet.gateway.child.finish(5)

        fleet.tend()
        wait_until(fleet.gateway.is_up)

        assert who_answers(fleet) == (200, "integrations")

    def test_leaves_nothing_of_a_gateway_whose_first_process_was_killed(self, run):
        fleet = run()
        former = fleet.gateway.child
        os.kill(former.pid, 9)
        wait_until(lambda: former.exit_code is not None)

        fleet.tend()
        wait_until(fleet.gateway.is_up)

        wait_until(lambda: not is_alive(former.pid))
        assert fleet.gateway.child.exit_code is None
        assert who_answers(fleet) == (200, ALL)

    def test_lets_slices_run_whose_gateway_ends_again_and_again(self, run, monkeypatch, capsys):
        fleet = run()
        for _ in range(5):
            os.killpg(fleet.gateway.child.pid, 9)
            fleet.gateway.child.finish(5)
            fleet.tend()
        os.killpg(fleet.gateway.child.pid, 9)
        fleet.gateway.child.finish(5)
        fleet.tend()
        fleet.tend()
        ended = fleet.gateway.child.exit_code
        monkeypatch.setattr(fleets, "RESTART_WINDOW_SECONDS", 0.0)

        fleet.tend()

        wait_until(fleet.gateway.is_up)
        assert ended is not None
        assert who_answers(fleet) == (200, ALL)
        assert capsys.readouterr().out.count("the gateway ends too often") == 1

    def test_gives_up_on_what_ends_again_and_again(self, run):
        fleet = run()
        server = fleet.crews["core"].servers[0]

        def end_often():
            for _ in range(10):
                os.killpg(server.child.pid, 9)
                server.child.finish(5)
                fleet.tend()

        with pytest.raises(FleetError, match="processes end too often; the last: 'core'"):
            end_often()


class TestRunFolder:
    @pytest.mark.parametrize("depth", [1, 200])
    def test_is_short_enough_for_any_socket(self, depth):
        folder = RunFolder(Path("/fleet.toml"), Path("/" + depth * "x"))

        assert len(str(folder.socket_of(Berth(31 * "s", "a", 64), 63))) <= 107

    def test_is_of_one_fleet_at_a_time(self, tmp_path, monolith):
        file = tmp_path / "fleet.toml"
        first = RunFolder(file, tmp_path)
        assert first.claim() == ""
        first.make()
        left = [first.control, first.flags / "ml", first.path / "servers.json"]
        for path in left:
            path.touch()
        ground = Ground(tmp_path, {}, sys.stdout)

        with pytest.raises(FleetError, match=f"runs already, as process {os.getpid()}: give it"):
            ForegroundFleet(file, monolith, ground, gateway_port=0).run(None)

        assert all(path.exists() for path in left)

    @pytest.mark.parametrize("name", ["with space", "a;b", "$HOME"])
    def test_has_a_path_that_needs_no_quotes(self, name):
        folder = RunFolder(Path("/fleet.toml"), Path("/") / name)

        assert re.fullmatch(r"[\w./-]+", str(folder.path))


class TestListDifferences:
    def test_names_what_moves_comes_goes_and_changes(self, monolith):
        moved = move_service(monolith, "ml", "ml")
        slices = moved.slices | {
            "core": msgspec.structs.replace(moved.slices["core"], workers=2, jobs=1)
        }
        after = msgspec.structs.replace(moved, slices=slices)

        assert list(list_differences(monolith, after)) == [
            "ml: from slice 'core' to slice 'ml'",
            "slice 'core': workers 1 becomes 2",
            "slice 'core': jobs 0 becomes 1",
            "slice 'ml' comes, on port 8006",
        ]
        assert "slice 'ml' goes" in list(list_differences(after, monolith))
