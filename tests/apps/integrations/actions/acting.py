"""A connection on which things are done when a test says so."""

from contextlib import contextmanager
from datetime import UTC, datetime

from apps.integrations.accounts.models import PlatformAccount
from apps.integrations.accounts.operations import refresh_accounts
from apps.integrations.actions.models import PlatformAction
from apps.integrations.actions.operations.carrying_out import carry_out
from apps.integrations.calling.operations.opening import open_api
from deploy.sandbox.serving import Reply
from omnify.context import acting_as
from tests.apps.integrations.calling.scripted import Clock
from tests.apps.integrations.platforms.connected import connected

URL = "/api/integrations/actions"
AWAY = Reply({"error": {"code": 503, "message": "away"}}, 503)


class Acting:
    """A person who acts on a connection; jobs run by ``go``, without waiting."""

    def __init__(self, client, connection, peer):
        self.client, self.connection, self.peer = client, connection, peer
        self.clock = Clock()

    def ask(self, target, action="set_budget", *, key="", client=None, **more):
        """Ask for an action on a campaign, or on what a pair of level and id names."""
        level, own = target if isinstance(target, tuple) else ("campaign", target)
        body = {
            "connection_id": str(self.connection.id),
            "action": action,
            "target": {"level": level, "id": own},
            **more,
        }
        headers = {"Idempotency-Key": key} if key else {}
        return (client or self.client).post(URL, body, format="json", headers=headers)

    def go(self, answer):
        """Do what the job of an action does; returns the action as the API shows it."""
        assert answer.status_code == 202, answer.json()
        carry_out(answer.json()["id"], now=datetime.now(UTC), clock=self.clock)
        return self.show(answer)

    def do(self, target, action="set_budget", **more):
        return self.go(self.ask(target, action, **more))

    def show(self, answer):
        return self.client.get(answer.headers["Location"]).json()

    def revert(self, action, key=""):
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(f"{URL}/{action['id']}/revert", headers=headers)

    def lose(self, part, happens=None, times=1):
        """Lose the answers to so many requests; ``happens`` is done with each all the same."""

        def fault(asked):
            if part not in asked.path or asked.method != "POST":
                return None
            if happens is not None:
                happens(asked)
            return AWAY

        self.peer.faults += [fault] * times

    @property
    def rows(self):
        return PlatformAction.objects.all()


@contextmanager
def acting(platform, peer, principal, client, *accounts):
    """Give a person with a connection to a peer that reads some accounts."""
    with connected(platform, peer, principal.organization_id) as connection, acting_as(principal):
        refresh_accounts(connection, open_api(connection))
        rows = PlatformAccount.objects.filter(connection=connection)
        assert rows.filter(external_id__in=accounts).update(is_chosen=True) == len(accounts)
        peer.ledger.clear()
        yield Acting(client, connection, peer)
