"""A flag is set once, and decides in every database."""

from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.auth.operations.flags import remove_flag, set_flag
from omnify.api.flags import FlagChanged, copy_flag
from omnify.context import Context, use
from omnify.events.models import Delivery, Outbox
from omnify.events.relay import relay
from omnify.events.subscriptions import FLOOR
from omnify.flags import is_enabled
from omnify.flags.models import Flag
from tests.apps.auth.test_admin import CREDENTIALS
from tests.conftest import REGISTRATION
from tests.world import deliver

pytestmark = pytest.mark.django_db(transaction=True)


class TestSetFlag:
    def test_holds_here_at_once_and_is_told_to_every_database(self):
        set_flag("new-shell", enabled=True)

        assert is_enabled("new-shell", "ml")
        relay("default")
        assert Delivery.objects.get(subscriber=FLOOR).topic == "auth.flag.changed"

    def test_is_copied_where_the_event_arrives(self):
        set_flag("new-shell", enabled=False, percent=30, organization_ids=[uuid4()])
        Flag.objects.all().delete()  # As in a database that has not heard of it.
        deliver()

        assert (Flag.objects.get().percent, len(Flag.objects.get().organization_ids)) == (30, 1)

    def test_follows_the_last_change(self):
        organization = uuid4()
        set_flag("new-shell", enabled=True)
        set_flag("new-shell", enabled=False, organization_ids=[organization])
        deliver()

        with use(Context(organization_id=organization)):
            assert is_enabled("new-shell", "ml")
        with use(Context(organization_id=uuid4())):
            assert not is_enabled("new-shell", "ml")

    def test_is_gone_when_it_is_removed(self):
        set_flag("new-shell", enabled=True)
        remove_flag("new-shell")
        deliver()

        assert not Flag.objects.exists()
        assert is_enabled("new-shell", "ml", default=True)

    def test_does_not_stay_when_its_transaction_fails(self):
        # Nothing is told of a flag whose event cannot be written.
        with connections["default"].cursor() as cursor:
            cursor.execute("ALTER TABLE omnify_events_outbox RENAME TO away")
        try:
            with pytest.raises(Exception, match="outbox"):
                set_flag("new-shell", enabled=True)
        finally:
            with connections["default"].cursor() as cursor:
                cursor.execute("ALTER TABLE away RENAME TO omnify_events_outbox")

        assert not Flag.objects.exists()
        assert not Outbox.objects.exists()


class TestCopyFlag:
    def test_is_the_same_when_it_comes_twice(self):
        change = FlagChanged(name="a", enabled=True, percent=0, organization_ids=())
        copy_flag(change, "default")
        copy_flag(change, "default")

        assert Flag.objects.count() == 1


class TestFlagsCommand:
    def test_sets_lists_and_removes(self, capsys):
        call_command("flags", "on", "new-shell", "--percent", "20")
        call_command("flags", "list")
        call_command("flags", "remove", "new-shell")

        assert "20 %" in capsys.readouterr().out
        assert not Flag.objects.exists()

    def test_refuses_a_share_that_is_none(self):
        with pytest.raises(CommandError, match="0 to 100"):
            call_command("flags", "on", "a", "--percent", "120")

    @pytest.mark.parametrize("narrow", ["--percent=20", f"--organization={UUID(int=1)}"])
    def test_stops_a_method_for_everybody_or_nobody(self, narrow):
        with pytest.raises(CommandError, match="stops a method for everybody or for nobody"):
            call_command("flags", "off", "rpc.ml.forecast", narrow)

        assert not Flag.objects.exists()


class TestFlagAdmin:
    def test_sets_a_flag_for_the_whole_fleet(self, client, registered):
        call_command("staff", "add", REGISTRATION["email"], verbosity=0)
        client.post("/app/auth/sign-in", CREDENTIALS)
        sent = {"name": "new-shell", "enabled": "on", "percent": "0", "organization_ids": "[]"}
        client.post("/admin/omnify_flags/flag/add/", sent)
        stop = sent | {"name": "rpc.ml.forecast", "percent": "20"}
        answer = client.post("/admin/omnify_flags/flag/add/", stop)

        assert "for everybody or for nobody" in answer.content.decode()
        assert Flag.objects.get().enabled
        assert Outbox.objects.filter(topic="auth.flag.changed").exists()
