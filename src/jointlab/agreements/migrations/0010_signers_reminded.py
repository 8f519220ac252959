"""When somebody was last reminded to sign."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0009_history_without_confirmations")]

    operations = [
        migrations.AddField("signature", "reminded_at", models.DateTimeField(null=True)),
    ]
