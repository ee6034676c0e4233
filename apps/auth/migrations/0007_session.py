"""Name the model of sessions as people do; its table keeps its name for versions that run."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("omnify_auth", "0006_tokenfamily_session_created_at"),)

    # With the table's name written down first, renaming the model changes no table.
    operations = (
        migrations.AlterModelTable("tokenfamily", "omnify_auth_tokenfamily"),
        migrations.RenameModel("TokenFamily", "Session"),
        migrations.AlterModelOptions("session", {"ordering": ("-id",)}),
        migrations.AlterField(
            "usedtotpcode",
            "expires_at",
            models.DateTimeField(db_index=True, help_text="The code has expired by then."),
        ),
    )
