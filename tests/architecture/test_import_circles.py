"""No module imports itself by way of others, not even inside a function."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


@pytest.fixture
def graph():
    return grimp.build_graph("omnify", "apps", "settings", cache_dir=None)


def refuse_circles(graph):
    """Raise CycleError, which names the modules of one circle, if there is any."""
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    TopologicalSorter(imports).prepare()


class TestImportCircles:
    def test_do_not_exist(self, graph):
        refuse_circles(graph)

    @pytest.mark.parametrize(
        ("importer", "imported"),
        [
            ("omnify.events.bus.ports", "omnify.events.bus.streams"),
            ("omnify.db.transactions", "omnify.db"),
            ("apps.auth.contract", "apps.auth.facade"),
        ],
    )
    def test_are_found(self, graph, importer, imported):
        graph.add_import(importer=importer, imported=imported)

        with pytest.raises(CycleError, match=importer):
            refuse_circles(graph)

    def test_are_found_through_imports_inside_functions(self, graph):
        assert graph.direct_import_exists(
            importer="omnify.events.bus.configured", imported="omnify.events.bus.streams"
        )
