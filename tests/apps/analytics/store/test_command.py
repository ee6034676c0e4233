"""Operators fill the store, and are told what of it is not as it should be."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.analytics.store.models import DayRollup, StoredFact
from tests.apps.integrations.requests import send
from tests.factories.auth import make_organization
from tests.factories.store import settle

pytestmark = pytest.mark.django_db(transaction=True)


def run(action, **options):
    said = StringIO()
    call_command("analytics", action, stdout=said, **options)
    return said.getvalue()


def verify():
    """What verify says before it fails."""
    said = StringIO()
    with pytest.raises(CommandError, match="differences"):
        call_command("analytics", "verify", stdout=said)
    return said.getvalue()


class TestBackfill:
    def test_takes_in_what_was_there_before_the_store(self, owner):
        send(owner)
        assert "tv' to 2026-01-01 is missing" in verify()
        said = run("backfill")

        assert "1 of 1: organization" in said
        assert StoredFact.unscoped.count() == 4
        assert "0 differences" in run("verify")

    def test_is_of_one_organization_where_one_is_named(self, owner, client_for, make_principal):
        other = client_for(make_principal(organization_id=make_organization().id))
        send(owner)
        send(other)
        run("backfill", organization=str(owner.organization_id))

        assert {*StoredFact.unscoped.values_list("organization_id", flat=True)} == {
            owner.organization_id
        }


class TestVerify:
    @pytest.fixture(autouse=True)
    def stored(self, owner):
        send(owner)
        settle()
        assert "0 differences" in run("verify")

    def test_names_a_number_that_differs(self):
        StoredFact.unscoped.filter(revenue_micros=100_500_000).update(revenue_micros=100_500_001)

        said = verify()
        assert "2026-01-01: organization '' to 2026-01-01 has revenue 100500001 instead" in said
        assert "the sums are not those of the facts" in said

    def test_names_what_is_missing(self):
        StoredFact.unscoped.filter(entity_key="tv", date="2026-01-02").delete()

        assert "2026-01-02: channel 'tv' to 2026-01-02 is missing" in verify()

    def test_names_what_is_too_much(self):
        row = StoredFact.unscoped.filter(entity_key="tv").first()
        row.pk, row.entity_key = None, "web"
        StoredFact.unscoped.bulk_create([row])

        assert "channel 'web' to 2026-01-01 is not in integrations" in verify()

    def test_names_sums_that_differ(self):
        DayRollup.unscoped.filter(spend_micros=10_000_000).update(spend_micros=10_000_001)

        assert "2026-01-01: the sums are not those of the facts" in verify()
