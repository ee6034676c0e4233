"""Contracts answer alike in process, over RPC with a retry of every call, and between processes.

The third runner is the monolith's transcript itself: its calls came from another process.
"""

import pytest

from omnify.services import client
from omnify.services.registry import manifests
from tests.layouts.inside import InsideVisitor, LosesEveryFirstAnswer, rpc_server
from tests.layouts.journey import walk


@pytest.fixture(params=["in process", "over rpc with a retry"])
def runner(request, settings, workshop, monkeypatch, transactional_db):
    """Make calls between services go one way; returns how many answers were lost."""
    settings.AUTH_SIGNING_KEYS = workshop.signing_key
    client.client_of.cache_clear()
    if request.param == "in process":
        yield lambda: 0
    else:
        lossy = LosesEveryFirstAnswer()
        with rpc_server(lossy) as url:
            settings.SERVICE_URLS = dict.fromkeys(manifests(), (url,))
            # Everything is hosted here, or there would be nobody to answer; it is called as if
            # it were elsewhere.
            monkeypatch.setattr(client, "is_hosted", lambda _service: False)
            yield lambda: lossy.lost
    client.client_of.cache_clear()


class TestJourney:
    def test_answers_as_between_processes(self, runner, request, oracle):
        visitor = InsideVisitor()

        walk(visitor)

        expected = [(step.status, step.body) for step in oracle.steps]
        found = [(status, body) for _, status, body in visitor.steps]
        for (name, *_), one, other in zip(visitor.steps, expected, found, strict=True):
            assert other == one, name
        is_remote = "rpc" in request.node.name
        assert (runner() > 50) == is_remote
