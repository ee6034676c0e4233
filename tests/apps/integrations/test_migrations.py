"""Databases that were made before go on working."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.integrations.exceptions import ImportNotKeptError
from apps.integrations.imports.layers.metrics import Entity, KeptMetric
from apps.integrations.imports.operations import undo_import
from apps.integrations.imports.operations.finishing import build_until, finish_change
from apps.integrations.imports.queries import list_imports
from apps.integrations.models import Change, Channel, Connection, CsvImport, DailyMetric
from omnify.context import Principal, acting_as
from tests.factories.integrations import import_metrics

BEFORE = ("omnify_integrations", "0003_spans")
ACME, OTHER = UUID(int=1), UUID(int=2)
PRINCIPAL = Principal(organization_id=ACME)
FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


def migrate(target):
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return executor.loader.project_state([target]).apps


def migrate_to_newest():
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("omnify_integrations")
    # Without a plan there is nothing to do, for which all models would be made.
    if plan := executor.migration_plan(newest):
        executor.migrate(newest, plan)


@pytest.fixture
def old():
    """The tables before the change, and a way to fill them; the newest ones afterwards."""
    apps = migrate(BEFORE)
    yield Old(apps)
    # What a test left half way is not to stand in the way of the newest tables.
    migrate_to_newest()


class Old:
    def __init__(self, apps):
        self.apps = apps

    def make(self, kind, **fields):
        model = self.apps.get_model("omnify_integrations", kind)
        return model.objects.create(**{"organization_id": ACME, **fields})

    def connect(self, name, levels=(), **fields):
        levels = dict.fromkeys(levels, "channel")
        now = datetime.now(UTC)
        return self.make(
            "Connection",
            platform="csv",
            name=name,
            complete_levels=levels,
            changed_at=now,
            **fields,
        )

    def bring(self, source, channel, day, currency="EUR", **micros):
        """A metric of a channel, or without one of the organization, by an import of the day."""
        owner = {"connection": source, "organization_id": source.organization_id}
        level = "channel" if channel else "organization"
        self.make(
            "DailyMetric",
            **owner,
            level=level,
            entity_key=channel,
            channel=channel,
            date=day,
            last_date=day,
            currency=currency,
            **micros,
        )
        fields = {"file_name": "x.csv", "digest": "0" * 64, "currency": currency}
        days = {"first_date": day, "last_date": day}
        self.make("CsvImport", **owner, **fields, **days, rows=1, metrics=1)


def rows():
    metrics = DailyMetric.unscoped.order_by("organization_id", "date", "channel")
    return list(metrics.values_list("channel", "entity_key", "date", "spend_micros"))


@pytest.mark.django_db(transaction=True)
class TestOneSpelling:
    def test_merges_sources_and_lets_the_later_import_win(self, old):
        first, second = old.connect("Shop", ["spend"]), old.connect("shop", ["clicks"])
        old.bring(first, "Google", FIRST, spend_micros=1)
        old.bring(second, "google", FIRST, spend_micros=2)
        old.bring(second, "google", SECOND, spend_micros=3)
        old.bring(first, "Google", SECOND, spend_micros=4)

        migrate_to_newest()

        [source] = Connection.unscoped.all()
        assert (source.id, source.name, source.name_key) == (first.id, "Shop", "shop")
        assert source.complete_levels == {"spend": "channel", "clicks": "channel"}
        assert rows() == [("Google", "Google", FIRST, 2), ("Google", "Google", SECOND, 4)]
        assert set(CsvImport.unscoped.values_list("connection_id", flat=True)) == {first.id}
        assert [(row.name, row.name_key) for row in Channel.unscoped.all()] == [
            ("Google", "google")
        ]

    def test_loses_nothing_that_only_an_earlier_import_knows(self, old):
        first, second = old.connect("Shop"), old.connect("SHOP")
        old.bring(first, "", FIRST, revenue_micros=9)
        old.bring(first, "tv", FIRST, spend_micros=1, clicks_micros=5)
        old.bring(second, "tv", FIRST, spend_micros=2)
        old.bring(second, "radio", FIRST, spend_micros=7)

        migrate_to_newest()

        assert rows() == [
            ("", "", FIRST, None),
            ("radio", "radio", FIRST, 7),
            ("tv", "tv", FIRST, 2),
        ]
        kept = DailyMetric.unscoped.values_list("channel", "clicks_micros", "revenue_micros")
        assert {*kept} == {("", None, 9), ("radio", None, None), ("tv", 5, None)}

    def test_mixes_no_currencies(self, old):
        first, second = old.connect("Shop"), old.connect("SHOP")
        old.bring(first, "tv", FIRST, "USD", spend_micros=1, revenue_micros=5)
        old.bring(second, "tv", FIRST, "EUR", spend_micros=2)

        migrate_to_newest()

        [row] = DailyMetric.unscoped.values_list("currency", "spend_micros", "revenue_micros")
        assert row == ("EUR", 2, None)

    def test_merges_channels_within_a_source_and_spells_them_alike_in_all(self, old):
        shop, ads = old.connect("Shop"), old.connect("Ads")
        old.bring(shop, "Google", FIRST, spend_micros=1)
        old.bring(shop, "GOOGLE", FIRST, spend_micros=2)
        old.bring(ads, "google", FIRST, spend_micros=4)

        migrate_to_newest()

        assert sorted(rows()) == [("Google", "Google", FIRST, 2), ("Google", "Google", FIRST, 4)]
        assert Channel.unscoped.count() == 2

    def test_leaves_other_organizations_and_other_names_alone(self, old):
        mine, theirs = old.connect("Shop"), old.connect("shop", organization_id=OTHER)
        old.bring(mine, "tv", FIRST, spend_micros=1)
        old.bring(theirs, "TV", FIRST, spend_micros=2)

        migrate_to_newest()

        assert {row.name for row in Connection.unscoped.all()} == {"Shop", "shop"}
        assert rows() == [("tv", "tv", FIRST, 1), ("TV", "TV", FIRST, 2)]


@pytest.mark.django_db(transaction=True)
class TestLayers:
    def test_count_what_was_there_before_beneath_what_comes(self, old):
        source = old.connect("csv", ["spend", "clicks"])
        old.bring(source, "tv", FIRST, spend_micros=1, clicks_micros=5)
        old.bring(source, "radio", FIRST, "USD", spend_micros=2)
        old.bring(source, "tv", SECOND, spend_micros=3)

        migrate_to_newest()
        tv = Entity("channel", "tv", "tv")
        with acting_as(PRINCIPAL):
            made = import_metrics([KeptMetric(tv, (FIRST, FIRST), ("spend",), (7,))])
            finish_change(made.connection, deadline=float("inf"), now=datetime.now(UTC))

        assert sorted(rows()) == [
            ("tv", "tv", FIRST, 7),
            ("tv", "tv", SECOND, 3),
        ]
        kept = DailyMetric.unscoped.get(channel="tv", date=FIRST)
        assert (kept.clicks_micros, kept.currency) == (5, "EUR")

    def test_do_not_undo_what_they_do_not_know(self, old):
        source = old.connect("csv")
        old.bring(source, "tv", FIRST, spend_micros=1)

        migrate_to_newest()

        with acting_as(PRINCIPAL):
            [before] = list_imports()
            with pytest.raises(ImportNotKeptError):
                undo_import(before.id, now=datetime.now(UTC))

    def test_go_back_to_what_counts(self, old):
        source = old.connect("csv")
        old.bring(source, "tv", FIRST, spend_micros=1)
        migrate_to_newest()
        tv = Entity("channel", "tv", "tv")
        with acting_as(PRINCIPAL):
            for number in (2, 3):
                values = [KeptMetric(tv, (FIRST, FIRST), ("spend",), (number,))]
                made = import_metrics(values)
                finish_change(made.connection, deadline=float("inf"), now=datetime.now(UTC))
            undo_import(made.id, now=datetime.now(UTC))
            left_half_way = import_metrics([KeptMetric(tv, (FIRST, FIRST), ("spend",), (4,))])
            CsvImport.objects.filter(state="active").update(first_date=FIRST, last_date=FIRST)
            assert build_until(Change.objects.get(csv_import=left_half_way), float("inf"))

        before = migrate(("omnify_integrations", "0005_measures"))

        metrics = before.get_model("omnify_integrations", "DailyMetric").objects
        assert [*metrics.values_list("spend_micros", flat=True)] == [2]
        imports = before.get_model("omnify_integrations", "CsvImport").objects
        assert imports.count() == 2
