"""What is stored as a file leaves the rows. `VACUUM FULL obligations_evidencefile` frees its disk."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("obligations", "0003_move_evidence"),
    ]

    operations = [
        migrations.AlterField(
            model_name="evidencefile",
            name="stored",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.RemoveField(model_name="evidencefile", name="data"),
        migrations.RemoveField(model_name="evidencefile", name="sha256"),
        migrations.RemoveField(model_name="evidencefile", name="size"),
    ]
