"""Static files are there before pages name them."""

import json

import pytest
from django.core.management import call_command

from omnify.topology.exceptions import StaticFilesMissingError
from omnify.topology.statics import collect_when_missing, find_missing

STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}


@pytest.fixture
def collected(settings, tmp_path):
    """Where files are collected as in production; ``collect`` puts all or some of them there."""
    settings.STORAGES = settings.STORAGES | STORAGES
    folder = tmp_path / "static"
    names = find_missing(folder)

    def collect(*, but=0):
        known = dict.fromkeys(names[but:], "x")
        (folder / "staticfiles.json").write_text(json.dumps({"paths": known}))

    return folder, collect


class TestCollectWhenMissing:
    def test_collects_what_no_one_has_collected(self, collected):
        folder, collect = collected

        collect_when_missing(folder, collect)

        assert find_missing(folder) == []

    def test_collects_when_a_file_is_new(self, collected):
        folder, collect = collected
        folder.mkdir()
        collect(but=1)

        collect_when_missing(folder, collect)

        assert find_missing(folder) == []

    def test_leaves_what_is_there_as_it_is(self, collected):
        folder, collect = collected
        folder.mkdir()
        collect()

        collect_when_missing(folder, lambda: pytest.fail("collected again"))

    def test_refuses_to_serve_without_them(self, collected):
        folder, collect = collected

        with pytest.raises(StaticFilesMissingError, match=r"1 are missing.+collectstatic"):
            collect_when_missing(folder, lambda: collect(but=1))

    def test_refuses_to_serve_where_they_cannot_be_written(self, collected):
        folder, collect = collected
        folder.write_text("a file in its place")

        with pytest.raises(StaticFilesMissingError, match=r"manage\.py collectstatic"):
            collect_when_missing(folder / "static", collect)

    @pytest.mark.parametrize("is_debug", [True, False])
    def test_collects_nothing_where_no_manifest_is_read(self, settings, tmp_path, is_debug):
        settings.DEBUG = is_debug
        if is_debug:
            settings.STORAGES = settings.STORAGES | STORAGES

        collect_when_missing(tmp_path, lambda: pytest.fail("collected"))


class TestCollected:
    def test_are_under_names_with_hashes_only_and_compressed_but_for_maps(self, settings, tmp_path):
        sources, folder = tmp_path / "sources", tmp_path / "static"
        sources.mkdir()
        for name in ("page.css", "page.css.map"):
            (sources / name).write_text(100 * "/* a rule */")
        settings.STORAGES = settings.STORAGES | STORAGES
        settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
        settings.STATICFILES_DIRS, settings.STATIC_ROOT = [sources], folder

        call_command("collectstatic", interactive=False, verbosity=0)

        known = json.loads((folder / "staticfiles.json").read_text())["paths"]
        page, its_map = known["page.css"], known["page.css.map"]
        expected = {page, f"{page}.br", f"{page}.gz", its_map, "staticfiles.json"}
        assert {file.name for file in folder.iterdir()} == expected
        assert page != "page.css"
