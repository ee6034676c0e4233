"""A flag is decided once per request, by environment, by the caller, by the table."""

from uuid import UUID

import pytest

from omnify import context as ctx
from omnify.context import Context
from omnify.flags import is_enabled
from omnify.flags.models import Flag

pytestmark = pytest.mark.django_db


def decide(name="new", *, organization=None, flags=None, default=False):
    with ctx.use(Context(organization_id=organization, flags={} if flags is None else flags)):
        return is_enabled(name, "auth", default=default)


class TestIsEnabled:
    def test_is_the_default_without_a_row(self):
        assert (decide(), decide(default=True)) == (False, True)

    def test_is_on_for_everybody(self):
        Flag.objects.create(name="new", enabled=True)

        assert decide() is True

    def test_is_on_for_the_chosen(self):
        chosen = UUID(int=1)
        Flag.objects.create(name="new", organization_ids=[str(chosen)])

        assert (decide(organization=chosen), decide(organization=UUID(int=2))) == (True, False)

    def test_is_on_for_about_its_share_and_always_the_same(self):
        Flag.objects.create(name="new", percent=30)
        organizations = [UUID(int=number) for number in range(400)]

        first = [decide(organization=one) for one in organizations]

        assert 80 <= sum(first) <= 160
        assert [decide(organization=one) for one in organizations] == first

    def test_follows_the_caller_s_decision(self):
        assert decide(flags={"new": True}) is True

    def test_obeys_the_environment_above_all(self, settings):
        settings.FLAG_OVERRIDES = {"new": False}
        Flag.objects.create(name="new", enabled=True)

        assert decide(flags={"new": True}) is False

    def test_goes_along_as_the_environment_decided(self, settings):
        settings.FLAG_OVERRIDES = {"new": True}
        flags = {}
        decide(flags=flags)

        settings.FLAG_OVERRIDES = {}  # As in a slice that is called.
        assert decide(flags=flags) is True

    def test_holds_for_the_whole_request(self):
        with ctx.use(Context()):
            before = is_enabled("new", "auth")
            Flag.objects.create(name="new", enabled=True)

            assert is_enabled("new", "auth") is before
