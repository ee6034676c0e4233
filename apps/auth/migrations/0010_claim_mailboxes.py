"""Give each mailbox to one of the accounts that were made for its spellings."""

from django.db import migrations

from apps.auth.models.addresses import claim_mailboxes


def claim(apps, editor):
    alias = editor.connection.alias
    addresses = apps.get_model("account", "EmailAddress").objects.using(alias)
    users = apps.get_model("omnify_auth", "User").objects.using(alias)
    claim_mailboxes(users, proven=addresses.filter(verified=True))


class Migration(migrations.Migration):
    dependencies = [
        ("omnify_auth", "0009_canonical_email"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(claim, migrations.RunPython.noop)]
