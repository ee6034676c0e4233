"""What is told of when files of orders and touchpoints come and go."""

import pytest

from omnify.events.models import Outbox
from tests.apps.integrations.imports.test_kinds import FILE, ORDERS, PATHS, PATHS_FILE, undo
from tests.apps.integrations.requests import send

pytestmark = pytest.mark.django_db


class TestEvents:
    @pytest.mark.parametrize(
        ("text", "mapping", "word"), [(FILE, ORDERS, "orders"), (PATHS_FILE, PATHS, "touchpoints")]
    )
    def test_tell_that_rows_of_a_kind_came_and_went(self, registered, text, mapping, word):
        undo(registered, send(registered, text, mapping))
        send(registered, text, mapping)
        [connection] = registered.get("/api/integrations/connections").json()["results"]
        registered.delete(f"/api/integrations/connections/{connection['id']}")

        topics = {"integrations.orders.changed", "integrations.touchpoints.changed"}
        told = [each.topic for each in Outbox.objects.filter(topic__in=topics)]
        assert told == [f"integrations.{word}.changed"] * 4
        of_metrics = Outbox.objects.filter(topic="integrations.metrics.changed").count()
        assert of_metrics == (4 if word == "orders" else 0)
