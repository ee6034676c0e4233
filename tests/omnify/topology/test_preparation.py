"""What happens before a fleet serves."""

from omnify.topology.files import Slice, Topology
from omnify.topology.preparation import _migrations


def services_of(**slices):
    return [part.services for _, part in _migrations(Topology("test", slices))]


class TestMigrations:
    def test_of_all_slices_are_one_process(self):
        slices = {
            "core": Slice(("auth", "onboarding"), port=1),
            "admin": Slice((), port=2),
            "ml": Slice(("ml",), port=3),
        }

        assert services_of(**slices) == [("auth", "onboarding", "ml")]

    def test_of_a_slice_with_settings_of_its_own_run_under_them(self):
        slices = {
            "core": Slice(("auth",), port=1),
            "ml": Slice(("ml",), port=2, settings="settings.ml_only"),
        }

        assert services_of(**slices) == [("auth",), ("ml",)]
