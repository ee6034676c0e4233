"""Who connected a platform is told once that it wants their consent again."""

import pytest

from apps.integrations.connections.models import Connection
from tests.apps.integrations.connecting.conftest import browser, member, peer  # noqa: F401
from tests.apps.integrations.connecting.sample import PATH, connect
from tests.factories.auth import make_member
from tests.world import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


class TestMailOwner:
    @pytest.fixture
    def ended(self, peer, browser):  # noqa: F811
        """A connection whose consent the platform ended, which was noticed twice."""
        connection_id = connect(browser)
        peer.refresh.clear()
        for _ in range(2):
            assert browser.client.post(f"{PATH}/oauth/refresh").status_code == 409
        return connection_id

    def test_tells_who_connected_it_where_to_go(self, ended, member, mailoutbox):  # noqa: F811
        make_member(member.organization, "owner")

        run_jobs("integrations")

        [mail] = mailoutbox
        assert mail.to == [member.user.email]
        assert mail.subject == "Sample Ads wants your consent again"
        assert "/app/integrations/connections\n" in mail.body
        assert "Shop GmbH of Globex" in mail.body

    def test_tells_the_owners_where_that_person_has_left(self, ended, member, mailoutbox):  # noqa: F811
        owner = make_member(member.organization, "owner")
        member.delete()

        run_jobs("integrations")

        assert [mail.to for mail in mailoutbox] == [[owner.user.email]]

    def test_tells_nobody_where_it_is_gone(self, ended, mailoutbox):
        Connection.unscoped.all().delete()

        run_jobs("integrations")

        assert mailoutbox == []
