"""A reference to the stored file, beside what the row itself still holds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0001_from_agreements"),
        ("files", "0001_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidencefile",
            name="stored",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
    ]
