"""The migration that moves pictures from the folder `media` to the stored files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from jointlab.files.models import StoredFile
from jointlab.newsroom.models import PictureFile, StoryPicture
from jointlab.newsroom.queries import picture_contents
from tests.cast import Cast
from tests.files.make import files_in, stored_in
from tests.newsroom.make import image, make_picture, make_story

moving = import_module("jointlab.newsroom.migrations.0003_move_pictures")


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """The folder as it was, beside that of the stored files."""
    files_in(settings, tmp_path / "files")
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def old_picture(cast: Cast, media: Path, *, width: int) -> tuple[StoryPicture, dict[int, bytes]]:
    """Return a picture that is kept as it was before, and what its files hold."""
    picture = make_picture(image(size=(width, 40)))
    row = StoryPicture.objects.create(
        story=make_story(cast),
        digest=picture.digest,
        suffix=picture.suffix,
        width=picture.width,
        height=picture.height,
        widths=picture.widths,
        alt_en="A plate",
    )
    folder = media / "newsroom" / str(row.pk)
    folder.mkdir(parents=True)
    for each, data in picture.files.items():
        (folder / f"{row.digest}-{each}.{row.suffix}").write_bytes(data)
    return row, picture.files


def test_pictures_move_batch_by_batch_and_only_once(
    cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    old = [old_picture(cast, media, width=width) for width in (40, 500, 500, 1000, 80)]
    moving.move(apps, None)
    for row, files in old:
        assert {width: picture_contents(row, width) for width in row.widths} == files
    assert list((media / "newsroom").iterdir()) == []
    assert StoredFile.objects.count() == len(stored_in(media.parent / "files")) == 7
    moving.move(apps, None)
    assert PictureFile.objects.count() == 9


def test_a_picture_whose_file_had_gone_stays_without_it(cast: Cast, media: Path) -> None:
    gone, _files = old_picture(cast, media, width=500)
    there, files = old_picture(cast, media, width=60)
    (media / "newsroom" / str(gone.pk) / f"{gone.digest}-480.jpg").unlink()
    moving.move(apps, None)
    assert picture_contents(gone, 480) is None
    assert picture_contents(gone, 500) is not None
    assert picture_contents(there, 60) == files[60]
