"""Move the pictures' bytes from the folder `media` to the stored files, fifty pictures at a time.

What a batch has moved is deleted when the batch has committed: whatever stops this, it goes on where
it stopped. A picture whose file had gone stays without it.
"""

from contextlib import suppress

from django.core.files.storage import default_storage
from django.db import migrations, transaction

from jointlab.files import storage

BATCH = 50


def move(apps, schema_editor):
    picture_model = apps.get_model("newsroom", "StoryPicture")
    left = list(
        picture_model.objects.filter(files=None).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(left), BATCH):
        pictures = picture_model.objects.filter(pk__in=left[start : start + BATCH])
        with transaction.atomic():
            moved = [name for picture in pictures for name in move_one(apps, picture)]
        for name in moved:
            with suppress(OSError):  # a file that stays is named by no row
                default_storage.delete(name)


def move_one(apps, picture):
    """Store what there is of one picture; return the names of its old files and of their folder."""
    folder = f"newsroom/{picture.pk}"
    names = {
        width: f"{folder}/{picture.digest}-{width}.{picture.suffix}" for width in picture.widths
    }
    for width, name in names.items():
        with suppress(FileNotFoundError), default_storage.open(name) as old:
            sha256, size = storage.store(old)
            apps.get_model("files", "StoredFile").objects.get_or_create(
                sha256=sha256, defaults={"size": size}
            )
            apps.get_model("newsroom", "PictureFile").objects.create(
                picture=picture, width=width, stored_id=sha256
            )
    return [*names.values(), folder]


class Migration(migrations.Migration):
    atomic = False  # a batch is one transaction

    dependencies = [
        ("newsroom", "0002_picture_files"),
    ]

    operations = [
        migrations.RunPython(move),
    ]
