"""When each chain was last examined, and what came out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0002_details")]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                ("chain", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("entries", models.BigIntegerField()),
                ("fault", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
