"""Metrics of accounts, campaigns and ads; staged ones say which measures their file names."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('omnify_integrations', '0004_one_spelling'),
    ]

    operations = [
        migrations.AddField(
            model_name='dailymetric',
            name='account',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='dailymetric',
            name='ad',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='dailymetric',
            name='campaign',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='stagedfile',
            name='metric_count',
            field=models.PositiveIntegerField(default=0, help_text='How many metrics it comes to.'),
        ),
        migrations.AddField(
            model_name='stagedmetric',
            name='account',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='stagedmetric',
            name='ad',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='stagedmetric',
            name='campaign',
            field=models.CharField(blank=True, db_default='', default='', max_length=255),
        ),
        migrations.AddField(
            model_name='stagedmetric',
            name='measures',
            field=models.CharField(default='', help_text='Those that the file names for the entity.', max_length=500),
        ),
    ]
