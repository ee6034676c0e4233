"""Fleets that tests start."""

import os
import shutil
import sys

import pytest

from omnify.services.registry import manifests
from omnify.topology import moving, readiness
from omnify.topology.deployments import Host
from omnify.topology.files import Slice, Topology
from omnify.topology.fleet import Fleet
from omnify.topology.run_folder import RunFolder
from tests.conftest import wait_until
from tests.journeys.fleets import free_ports
from tests.omnify.topology import slices


@pytest.fixture
def monolith():
    [port] = free_ports(1)
    return Topology("test", {"core": Slice(tuple(manifests()), port)})


@pytest.fixture
def run(tmp_path, monolith, monkeypatch):
    """Start fleets of fake slices; the waits are as short as such slices need."""
    monkeypatch.setattr(moving, "SETTLE_SECONDS", 0.3)
    monkeypatch.setattr(moving, "BASELINE_SECONDS", 0.3)
    monkeypatch.setattr(readiness, "READY_SECONDS", 5.0)
    shutil.copy(slices.__file__, tmp_path / "manage.py")
    running = []

    def start(fake="", *, topology=monolith, gateway=True):
        folder = RunFolder(tmp_path / "fleet.toml", tmp_path)
        folder.clear()
        environ = {"PATH": os.environ["PATH"], "FAKE": fake}
        port = free_ports(1)[0] if gateway else 0
        fleet = Fleet(
            topology, Host(tmp_path, environ, sys.stdout), folder=folder, gateway_port=port
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
