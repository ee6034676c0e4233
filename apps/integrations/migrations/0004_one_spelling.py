"""Sources and channels are one regardless of case; what exists in several spellings is merged."""

import django.db.models.deletion
import uuid_utils.compat
from collections import defaultdict
from django.db import migrations, models
from django.utils import timezone

from omnify.names import clean_name, fold

_MEASURES = (
    *("spend", "revenue", "attributed_revenue", "impressions", "clicks"),
    *("conversions", "reach"),
)
_COLUMNS = tuple(f"{measure}_micros" for measure in _MEASURES)


class Spellings:
    """The merge of one organization's sources and channels; the first spelling stays."""

    def __init__(self, apps, alias, organization_id):
        self.apps, self.alias, self.organization_id = apps, alias, organization_id
        self.channels = self._first_spellings()

    def rows(self, name):
        model = self.apps.get_model("omnify_integrations", name)
        return model.objects.using(self.alias).filter(organization_id=self.organization_id)

    def merge(self):
        """Make each source one connection, and each of its channels one."""
        groups = defaultdict(list)
        for connection in self.rows("Connection").order_by("id"):
            groups[connection.platform, fold(connection.name)].append(connection)
        for (_, key), connections in groups.items():
            first, *others = connections
            first.name, first.name_key = (clean_name(first.name) or first.name)[:64], key
            if others or self._has_other_spellings(first):
                self._merge_metrics(first, connections)
                self._merge_connections(first, connections)
                first.changed_at = timezone.now()
            first.save()
        self._keep_channels()

    def _first_spellings(self):
        """Return the name that stands for each that is there."""
        metrics, firsts = self.rows("DailyMetric").exclude(channel=""), {}
        for name in metrics.values_list("channel", flat=True).distinct().order_by():
            first = metrics.filter(channel=name).order_by("id").values_list("id", flat=True)[0]
            firsts[name] = first
        spelled = {}
        for name in sorted(firsts, key=firsts.get):
            spelled.setdefault(fold(name), clean_name(name)[:64])
        return {name: spelled[fold(name)] for name in firsts}

    def _has_other_spellings(self, connection):
        others = [name for name, first in self.channels.items() if name != first]
        return (
            self.rows("DailyMetric")
            .filter(connection_id=connection.id, channel__in=others)
            .exists()
        )

    def _merge_metrics(self, first, connections):
        """Give all rows to the first connection; of rows with one key the later import's wins."""
        metrics = self.rows("DailyMetric").filter(
            connection_id__in=[each.id for each in connections]
        )
        imports = list(
            self.rows("CsvImport")
            .filter(connection_id__in=[each.id for each in connections])
            .order_by("id")
        )
        for day in list(metrics.values_list("date", flat=True).distinct().order_by("date")):
            ranks = {
                each.connection_id: number
                for number, each in enumerate(imports, 1)
                if each.first_date <= day <= each.last_date
            }
            by_key = defaultdict(list)
            for row in metrics.filter(date=day).order_by("id"):
                row.rank = ranks.get(row.connection_id, 0)
                row.connection_id = first.id
                row.channel = self.channels.get(row.channel, row.channel)
                if row.level == "channel":
                    row.entity_key = row.channel
                by_key[row.level, row.entity_key, row.last_date].append(row)
            kept, gone = [], []
            for rows in by_key.values():
                rows.sort(key=lambda row: (row.rank, row.id))
                *earlier, last = rows
                _take_over(last, earlier)
                kept.append(last)
                gone += [row.id for row in earlier]
            metrics.filter(id__in=gone).delete()
            fields = ["connection_id", "channel", "entity_key", *_COLUMNS]
            metrics.bulk_update(kept, fields, batch_size=500)

    def _merge_connections(self, first, connections):
        for each in sorted(connections, key=lambda each: each.changed_at):
            first.complete_levels = {**first.complete_levels, **each.complete_levels}
            first.brand_id = first.brand_id or each.brand_id
        others = [each.id for each in connections if each.id != first.id]
        self.rows("CsvImport").filter(connection_id__in=others).update(connection_id=first.id)
        self.rows("Connection").filter(id__in=others).delete()

    def _keep_channels(self):
        """Keep which spelling each connection's channels have, in the order of the first."""
        channel_type = self.apps.get_model("omnify_integrations", "Channel")
        pairs = self.rows("DailyMetric").exclude(channel="").order_by("connection_id", "channel")
        channel_type.objects.using(self.alias).bulk_create(
            channel_type(
                organization_id=self.organization_id,
                connection_id=connection_id,
                name=name,
                name_key=fold(name),
            )
            for connection_id, name in pairs.values_list("connection_id", "channel").distinct()
        )


def _take_over(last, earlier):
    """Let the later row keep what only an earlier one of its currency knows."""
    for row in reversed(earlier):
        for column in _COLUMNS if row.currency == last.currency else ():
            if getattr(last, column) is None:
                setattr(last, column, getattr(row, column))


def merge_spellings(apps, schema_editor):
    """Merge the sources and channels of each organization that differ in case alone."""
    alias = schema_editor.connection.alias
    connections = apps.get_model("omnify_integrations", "Connection").objects.using(alias)
    for organization_id in set(connections.values_list("organization_id", flat=True)):
        Spellings(apps, alias, organization_id).merge()
    # PostgreSQL alters no table while checks of its rows are outstanding.
    schema_editor.connection.check_constraints()


_KEY = "What all its spellings have in common."


class Migration(migrations.Migration):
    dependencies = [("omnify_integrations", "0003_spans")]

    operations = [
        migrations.AddField(
            "connection",
            "name_key",
            models.CharField(default="", editable=False, help_text=_KEY, max_length=192),
            preserve_default=False,
        ),
        migrations.AlterField(
            "connection",
            "name",
            models.CharField(help_text="As it was spelled first.", max_length=64),
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organization_id", models.UUIDField(db_index=True, editable=False)),
                (
                    "name",
                    models.CharField(help_text="As it was spelled first.", max_length=64),
                ),
                ("name_key", models.CharField(help_text=_KEY, max_length=192)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="channels",
                        to="omnify_integrations.connection",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        fields=["organization_id", "name_key", "id"], name="channel_by_name"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("connection", "name_key"), name="channel_unique"
                    )
                ],
            },
        ),
        migrations.RunPython(merge_spellings, migrations.RunPython.noop),
        migrations.RemoveConstraint("connection", "connection_unique"),
        migrations.AddConstraint(
            "connection",
            models.UniqueConstraint(
                fields=("organization_id", "platform", "name_key"), name="connection_unique"
            ),
        ),
    ]
