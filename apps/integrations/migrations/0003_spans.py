"""Rows of a week or a month keep their span; those that are there already are recognised."""

from datetime import timedelta
from itertools import pairwise

from django.db import migrations, models
from django.db.models import F

_WEEK, _SHORTEST_MONTH = 7, 28


def fill_last_dates(apps, schema_editor):
    """Let rows end on their own day, or with the week or month that all gaps of a file show."""
    alias = schema_editor.connection.alias
    rows = apps.get_model("omnify_integrations", "DailyMetric").objects.using(alias)
    rows.update(last_date=F("date"))
    for connection_id in rows.values_list("connection_id", flat=True).distinct().order_by():
        own = rows.filter(connection_id=connection_id)
        days = sorted(own.values_list("date", flat=True).distinct().order_by())
        gaps = {(later - earlier).days for earlier, later in pairwise(days)}
        if gaps == {_WEEK}:
            own.update(last_date=F("date") + timedelta(days=_WEEK - 1))
        elif gaps and min(gaps) >= _SHORTEST_MONTH and all(day.day == 1 for day in days):
            for day in days:
                following = (day + timedelta(days=31)).replace(day=1)
                own.filter(date=day).update(last_date=following - timedelta(days=1))


class Migration(migrations.Migration):
    dependencies = [("omnify_integrations", "0002_staging")]

    operations = [
        migrations.AddField("dailymetric", "last_date", models.DateField(null=True)),
        # Staged rows wait for a job that reads the file anew; they are made again.
        migrations.RunSQL(
            "DELETE FROM omnify_integrations_stagedmetric", migrations.RunSQL.noop
        ),
        migrations.AddField(
            "stagedmetric",
            "last_date",
            models.DateField(
                default="1970-01-01",
                help_text="The last day of a span; of a day, the day itself.",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill_last_dates, migrations.RunPython.noop),
        migrations.AlterField(
            "dailymetric",
            "last_date",
            models.DateField(
                help_text="The last day of a span; of a day, the day itself."
            ),
        ),
        migrations.RemoveConstraint("dailymetric", "daily_metric_natural_key"),
        migrations.AddConstraint(
            "dailymetric",
            models.UniqueConstraint(
                fields=(
                    *("organization_id", "connection", "level", "entity_key"),
                    *("date", "last_date"),
                ),
                name="daily_metric_natural_key",
            ),
        ),
    ]
