"""What is owed is a room of its own; its first migration took the tables."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_certificates_to_signing"),
        ("obligations", "0001_from_agreements"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("EvidenceFile"),
                migrations.DeleteModel("Due"),
                migrations.DeleteModel("Obligation"),
            ]
        )
    ]
