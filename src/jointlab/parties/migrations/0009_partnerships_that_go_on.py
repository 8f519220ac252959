"""A partnership knows whether what carries it goes on by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0008_addresses_in_one_form")]

    operations = [
        migrations.AddField(
            "partnership", "goes_on", models.BooleanField(default=False, editable=False)
        ),
    ]
