"""A topology file is written so that it says what runs, and otherwise stays as it was."""

import os
import tempfile
from pathlib import Path

import msgspec
import pytest

from omnify.services.registry import manifests
from omnify.topology.changes import move_service, scale_slice
from omnify.topology.editing import refuse_unless_writable, update_file
from omnify.topology.files import TopologyInvalidError, read_topology

NOBODY = 65534
ALL = ", ".join(f'"{name}"' for name in manifests())
TEXT = f"""# Ours.
name = "fleet"

[slices.core]  # the heart
services = [{ALL}]
port = 8000
workers = 2  # as many as cores
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fleet.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def file_of_nobody():
    """A file of a user who may not write everything; root is that user for as long as it lasts."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fleet.toml")
        path.write_text(TEXT)
        if is_root:
            for place in (folder, path):
                os.chown(place, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield path
        finally:
            if is_root:
                os.setresuid(0, 0, 0)


class TestUpdateFile:
    def test_writes_what_a_reader_then_reads(self, file):
        after = scale_slice(move_service(read_topology(file), "ml", "ml"), "ml", 3)

        update_file(file, after)

        assert read_topology(file) == after

    def test_leaves_comments_where_they_were(self, file):
        update_file(file, move_service(read_topology(file), "ml", "ml"))

        text = file.read_text()
        for comment in ("# Ours.", "# the heart", "# as many as cores"):
            assert comment in text

    def test_takes_a_slice_away_again(self, file):
        before = read_topology(file)
        update_file(file, move_service(before, "ml", "ml"))

        update_file(file, before)

        assert read_topology(file) == before
        assert "slices.ml" not in file.read_text()

    def test_writes_every_field_of_a_new_slice(self, file):
        topology = move_service(read_topology(file), "ml", "ml")
        ml = msgspec.structs.replace(topology.slices["ml"], workers=3, jobs=2, replicas=2)
        after = msgspec.structs.replace(topology, slices=topology.slices | {"ml": ml})

        update_file(file, after)

        assert read_topology(file) == after


class TestRefuseUnlessWritable:
    def test_lets_a_writable_file_pass(self, file):
        refuse_unless_writable(file)

    def test_names_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(TopologyInvalidError, match="cannot be written"):
            refuse_unless_writable(tmp_path / "none.toml")

    def test_names_a_file_that_may_not_be_written(self, file_of_nobody):
        refuse_unless_writable(file_of_nobody)
        file_of_nobody.chmod(0o400)

        with pytest.raises(TopologyInvalidError, match="cannot be written"):
            refuse_unless_writable(file_of_nobody)
