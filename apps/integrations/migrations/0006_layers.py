"""Imports keep what they brought in layers; what was there before is each connection's base."""

import uuid
import zlib
from itertools import islice

import django.db.models.deletion
import msgspec
import uuid_utils.compat
from django.db import migrations, models

_MEASURES = (
    *("spend", "revenue", "attributed_revenue", "impressions", "clicks"),
    *("conversions", "reach"),
)
_ENTITY = ("level", "entity_key", "channel", "account", "campaign", "ad")
_COLUMNS = (*_ENTITY, "date", "last_date", *(f"{measure}_micros" for measure in _MEASURES))
_CHUNK_ROWS = 1000


def keep_bases(apps, schema_editor):
    """Make a connection's rows its base: imports, one a currency, that are older than all others.

    A base takes nothing away, so that it names no measures itself; later layers overrule it.
    """
    alias = schema_editor.connection.alias
    rows = apps.get_model("omnify_integrations", "DailyMetric").objects.using(alias)
    for connection in apps.get_model("omnify_integrations", "Connection").objects.using(alias):
        own = rows.filter(connection_id=connection.id)
        currencies = own.values_list("currency", flat=True).distinct().order_by("currency")
        for number, currency in enumerate(list(currencies)):
            base_id = uuid.UUID(int=connection.id.int + number)
            _keep_base(apps, alias, connection, base_id, own.filter(currency=currency))


def keep_what_counts(apps, schema_editor):
    """On the way back, delete what does not count and what only layers need.

    Imports stay with the numbers that they gave, and can no longer be undone.
    """
    alias = schema_editor.connection.alias
    version = models.F("connection__version")
    is_over, is_to_be = models.Q(until__lte=version), models.Q(since__gt=version)
    rows = apps.get_model("omnify_integrations", "DailyMetric").objects.using(alias)
    gone = rows.filter(is_over | is_to_be).values("id")
    rows.filter(id__in=gone).delete()
    imports = apps.get_model("omnify_integrations", "CsvImport").objects.using(alias)
    imports.exclude(state="active", is_base=False, metrics__gt=0).delete()
    if schema_editor.connection.vendor == "postgresql":
        # It alters no table of which rows are yet to be checked.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _keep_base(apps, alias, connection, base_id, rows):
    days = rows.aggregate(first=models.Min("date"), last=models.Max("last_date"))
    count = rows.count()
    base = apps.get_model("omnify_integrations", "CsvImport").objects.using(alias).create(
        id=base_id,
        organization_id=connection.organization_id,
        connection_id=connection.id,
        is_base=True,
        is_kept=False,
        file_name="",
        digest="",
        currency=rows.values_list("currency", flat=True)[0],
        rows=count,
        metrics=count,
        first_date=days["first"],
        last_date=days["last"],
        levels=connection.complete_levels,
    )
    spans = set(rows.values_list("date", "last_date").distinct().order_by())
    apps.get_model("omnify_integrations", "Layer").objects.using(alias).create(
        organization_id=connection.organization_id,
        csv_import_id=base.id,
        kind="metrics",
        measures=[],
        ranges=_ranges_of(spans),
        longest_days=max((last - first).days + 1 for first, last in spans),
    )
    chunks = apps.get_model("omnify_integrations", "LayerChunk").objects.using(alias)
    ordered = rows.order_by("date", "last_date", "id").values_list(*_COLUMNS).iterator()
    for number, batch in enumerate(iter(lambda: list(islice(ordered, _CHUNK_ROWS)), [])):
        chunks.create(
            organization_id=connection.organization_id,
            csv_import_id=base.id,
            kind="metrics",
            number=number,
            first_date=batch[0][len(_ENTITY)],
            last_date=batch[-1][len(_ENTITY)],
            rows=len(batch),
            content=zlib.compress(_encode(batch), 1),
        )


def _encode(batch):
    """Write rows as layers have them: entities, spans, names of measures, and numbers."""
    entities, spans, names, packed = {}, {}, {}, []
    for row in batch:
        entity, span = row[: len(_ENTITY)], row[len(_ENTITY) : len(_ENTITY) + 2]
        numbers = row[len(_ENTITY) + 2 :]
        known = [at for at, number in enumerate(numbers) if number is not None]
        kept = known or range(len(_MEASURES))
        measures = tuple(_MEASURES[at] for at in kept)
        packed.append(
            (
                entities.setdefault(entity, len(entities)),
                spans.setdefault(span, len(spans)),
                names.setdefault(measures, len(names)),
                tuple(numbers[at] for at in kept),
            )
        )
    return msgspec.msgpack.encode((list(entities), list(spans), list(names), packed))


def _ranges_of(spans):
    runs = []
    for first, last in sorted(spans):
        if runs and (first - runs[-1][1]).days <= 1:
            runs[-1][1] = max(last, runs[-1][1])
        else:
            runs.append([first, last])
    return [[first.isoformat(), last.isoformat()] for first, last in runs]


class Migration(migrations.Migration):

    dependencies = [
        ('omnify_integrations', '0005_measures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(db_index=True, editable=False)),
                ('is_undo', models.BooleanField(default=False)),
                ('version', models.PositiveBigIntegerField(help_text='What its rows count from.')),
                ('phase', models.CharField(choices=[('building', 'Building'), ('built', 'Built'), ('tidying', 'Tidying'), ('reverting', 'Reverting')], default='building', max_length=10)),
                ('step', models.PositiveIntegerField(default=0)),
                ('kind', models.CharField(blank=True, help_text='The layers it is at.', max_length=20)),
                ('day', models.DateField(help_text='The day it is at; null before the first.', null=True)),
                ('part', models.PositiveIntegerField(default=0, help_text='Of a day with very many rows.')),
                ('position', models.PositiveIntegerField(default=0, help_text='How much of that is done.')),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('first_changed', models.DateField(null=True)),
                ('last_changed', models.DateField(null=True)),
                ('removed', models.BinaryField(default=b'', help_text='What the import took away so far.')),
                ('job_id', models.UUIDField(help_text='The job that makes it, if it is large.', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Layer',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(db_index=True, editable=False)),
                ('kind', models.CharField(max_length=20)),
                ('measures', models.JSONField(help_text='Those that the file names.')),
                ('ranges', models.JSONField(help_text='First and last day of each run of covered days.')),
                ('longest_days', models.PositiveIntegerField(help_text='The length of its longest span.')),
            ],
            options={
                'ordering': ('csv_import_id',),
            },
        ),
        migrations.CreateModel(
            name='LayerChunk',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('organization_id', models.UUIDField(db_index=True, editable=False)),
                ('kind', models.CharField(max_length=20)),
                ('number', models.PositiveIntegerField()),
                ('first_date', models.DateField()),
                ('last_date', models.DateField()),
                ('rows', models.PositiveIntegerField()),
                ('content', models.BinaryField()),
            ],
            options={
                'ordering': ('csv_import_id', 'number'),
            },
        ),
        migrations.RemoveField(
            model_name='stagedmetric',
            name='file',
        ),
        migrations.RemoveConstraint(
            model_name='dailymetric',
            name='daily_metric_natural_key',
        ),
        migrations.AddField(
            model_name='connection',
            name='version',
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text='Which of its rows count; each change raises it.'),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='grain',
            field=models.CharField(db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='is_base',
            field=models.BooleanField(db_default=False, default=False, help_text='What a connection had before its imports were kept one by one.'),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='is_kept',
            field=models.BooleanField(db_default=False, default=True, help_text='False for an import that is part of the base, and cannot be undone.'),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='kind',
            field=models.CharField(db_default='metrics', default='metrics', max_length=20),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='levels',
            field=models.JSONField(default=dict, help_text='Per measure that the file names, the level of its totals.'),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='orders',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='removed',
            field=models.JSONField(default=list, help_text='The first of what the file took away.'),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='removed_count',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='state',
            field=models.CharField(choices=[('pending', 'Pending'), ('active', 'Active'), ('undone', 'Undone')], db_default='active', default='active', max_length=10),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='sums',
            field=models.JSONField(default=list, help_text='What the file comes to, as it was checked.'),
        ),
        migrations.AddField(
            model_name='csvimport',
            name='touchpoints',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='dailymetric',
            name='since',
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='dailymetric',
            name='until',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='csvimport',
            name='currency',
            field=models.CharField(blank=True, default='', max_length=3),
        ),
        migrations.AlterField(
            model_name='csvimport',
            name='first_date',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='csvimport',
            name='last_date',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='csvimport',
            name='metrics',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='csvimport',
            name='rows',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='dailymetric',
            name='connection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_rows', to='omnify_integrations.connection'),
        ),
        migrations.AddIndex(
            model_name='dailymetric',
            index=models.Index(fields=['connection', 'since'], name='daily_metric_since'),
        ),
        migrations.AddIndex(
            model_name='dailymetric',
            index=models.Index(condition=models.Q(('until__isnull', False)), fields=['connection', 'until'], name='daily_metric_until'),
        ),
        migrations.AddConstraint(
            model_name='dailymetric',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('organization_id', 'connection', 'level', 'entity_key', 'date', 'last_date'), name='daily_metric_natural_key'),
        ),
        migrations.AddField(
            model_name='change',
            name='connection',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='change', to='omnify_integrations.connection'),
        ),
        migrations.AddField(
            model_name='change',
            name='csv_import',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='omnify_integrations.csvimport'),
        ),
        migrations.AddField(
            model_name='layer',
            name='csv_import',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='layers', to='omnify_integrations.csvimport'),
        ),
        migrations.AddField(
            model_name='layerchunk',
            name='csv_import',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='omnify_integrations.csvimport'),
        ),
        migrations.DeleteModel(
            name='StagedMetric',
        ),
        migrations.AddConstraint(
            model_name='layer',
            constraint=models.UniqueConstraint(fields=('csv_import', 'kind'), name='layer_once'),
        ),
        migrations.AddIndex(
            model_name='layerchunk',
            index=models.Index(fields=['csv_import', 'kind', 'first_date', 'last_date'], name='layer_chunk_by_day'),
        ),
        migrations.AddConstraint(
            model_name='layerchunk',
            constraint=models.UniqueConstraint(fields=('csv_import', 'kind', 'number'), name='layer_chunk_once'),
        ),
        migrations.RunPython(keep_bases, keep_what_counts),
    ]
