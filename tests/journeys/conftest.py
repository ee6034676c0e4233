"""Real fleets for tests."""

from pathlib import Path

import pytest

from deploy.sandbox.__main__ import name_settings
from deploy.sandbox.meta_ads import MetaAdsPeer
from deploy.sandbox.shopify import ShopifyPeer
from tests.browsers import browser, chromium  # noqa: F401 - fixtures
from tests.journeys import main_job
from tests.journeys.fleets import MONOLITH, FleetKeeper
from tests.journeys.pages import Site


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Keep the files in their order, in which those that share a fleet follow each other.

    pytest-django puts tests with a database before all others: fleets would start twice.
    """
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    others = [item for item in items if item not in here]
    items[:] = others + sorted(here, key=lambda item: item.path)


@pytest.fixture(scope="package")
def fleets(tmp_path_factory):
    """Starting a fleet costs more than most tests in it, so that the last one is kept.

    Two sample platforms can be connected in all of them.
    """
    with MetaAdsPeer() as meta, ShopifyPeer() as shop:
        settings = {**name_settings("meta_ads", meta), **name_settings("shopify", shop)}
        keeper = FleetKeeper(tmp_path_factory.mktemp("fleets"), **settings)
        yield keeper
        keeper.stop()


@pytest.fixture(scope="module")
def monolith(fleets):
    """A monolith's address as a name, since passkeys refuse bare addresses."""
    return fleets.run(MONOLITH).addresses["auth"].replace("127.0.0.1", "localhost")


@pytest.fixture
def empty_site(monolith):
    """A monolith with an organization that has no numbers yet."""
    email, _ = main_job.register(monolith)
    return Site(monolith, email)


@pytest.fixture(scope="module")
def site(monolith):
    """A monolith with an organization that has the sample data; a module's tests add to it only."""
    email, token = main_job.register(monolith)
    main_job.import_file(monolith, token)
    return Site(monolith, email)
