"""Connections say when their orders and their touchpoints changed last."""

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef


def fill_moments(apps, schema_editor):
    """Let what there is be as old as the last change of any kind, which is never too early."""
    alias = schema_editor.connection.alias
    connections = apps.get_model("omnify_integrations", "Connection").objects.using(alias)
    for name, column in (("Order", "orders"), ("Touchpoint", "touchpoints")):
        rows = apps.get_model("omnify_integrations", name).objects.using(alias)
        own = rows.filter(connection_id=OuterRef("id"))
        connections.filter(Exists(own)).update(**{f"{column}_changed_at": F("changed_at")})


class Migration(migrations.Migration):

    dependencies = [
        ('omnify_integrations', '0026_new_deliveries'),
    ]

    operations = [
        migrations.AddField(
            model_name='connection',
            name='orders_changed_at',
            field=models.DateTimeField(help_text='When its orders changed last; null where it never had any.', null=True),
        ),
        migrations.AddField(
            model_name='connection',
            name='touchpoints_changed_at',
            field=models.DateTimeField(help_text='When its touchpoints changed last; null where it never had any.', null=True),
        ),
        migrations.RunPython(fill_moments, migrations.RunPython.noop),
    ]
