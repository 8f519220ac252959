"""Store what the rows of evidence hold as files, twenty rows a transaction, one in memory at a time.

Whatever stops this, it goes on where it stopped.
"""

from django.db import migrations, transaction

from jointlab.files import storage

BATCH = 20


def move(apps, schema_editor):
    evidence = apps.get_model("obligations", "EvidenceFile")
    stored_files = apps.get_model("files", "StoredFile")
    left = list(evidence.objects.filter(stored=None).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(left), BATCH):
        with transaction.atomic():
            for key in left[start : start + BATCH]:
                row = evidence.objects.get(pk=key)
                sha256, size = storage.store(bytes(row.data))
                stored_files.objects.get_or_create(sha256=sha256, defaults={"size": size})
                evidence.objects.filter(pk=key).update(stored=sha256)


class Migration(migrations.Migration):
    atomic = False  # a batch is one transaction

    dependencies = [
        ("obligations", "0002_evidence_files"),
    ]

    operations = [
        migrations.RunPython(move),
    ]
