"""The folder of a running fleet."""

import os
import re
import sys
from pathlib import Path

import pytest

from omnify.topology.deployments import Host
from omnify.topology.exceptions import FleetError
from omnify.topology.run_folder import RunFolder
from omnify.topology.running import ForegroundFleet
from omnify.topology.slots import Slot


class TestRunFolder:
    @pytest.mark.parametrize("depth", [1, 200])
    def test_is_short_enough_for_any_socket(self, depth):
        folder = RunFolder(Path("/fleet.toml"), Path("/" + depth * "x"))

        assert len(str(folder.socket_of(Slot(31 * "s", "a", 64), 63))) <= 107

    def test_is_of_one_fleet_at_a_time(self, tmp_path, monolith):
        file = tmp_path / "fleet.toml"
        first = RunFolder(file, tmp_path)
        assert first.claim() == ""
        first.clear()
        left = [first.control, first.flags / "ml", first.path / "servers.json"]
        for path in left:
            path.touch()
        host = Host(tmp_path, {}, sys.stdout)

        with pytest.raises(FleetError, match=f"runs already, as process {os.getpid()}: change it"):
            ForegroundFleet(file, monolith, host, gateway_port=0).run(None)

        assert all(path.exists() for path in left)

    @pytest.mark.parametrize("name", ["with space", "a;b", "$HOME"])
    def test_has_a_path_that_needs_no_quotes(self, name):
        folder = RunFolder(Path("/fleet.toml"), Path("/") / name)

        assert re.fullmatch(r"[\w./-]+", str(folder.path))
