"""Pictures of stories: services, files, who may look at them."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jointlab.common.errors import Changed, NotAllowed, Refusal
from jointlab.files.storage import OnDisk
from jointlab.history.models import Entry
from jointlab.newsroom.models import StoryPicture
from jointlab.newsroom.services import pictures
from jointlab.newsroom.services.pictures import add_picture, edit_picture, remove_picture
from jointlab.newsroom.services.stories import withdraw_story
from tests.cast import Cast
from tests.files.make import files_in
from tests.newsroom.make import image, make_picture, make_picture_row, make_story


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """A folder of the test's own for stored files."""
    return files_in(settings, tmp_path)


def files(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def address(row: StoryPicture, **other: Any) -> str:
    parts = {"pk": row.pk, "digest": row.digest, "width": row.widths[0], "suffix": row.suffix}
    return reverse("picture", kwargs=parts | other)


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.people[name])
    return client


def post(client: Client, story: Any, upload: SimpleUploadedFile | None, **texts: str) -> Any:
    data = {"alt_en": "A plate"} | texts
    return client.post(
        reverse("newsroom:add_picture", args=[story.pk]),
        data | ({"picture": upload} if upload else {}),
    )


def test_a_picture_is_kept_under_the_hash_of_what_is_kept(cast: Cast, media: Path) -> None:
    story = make_story(cast)
    row = make_picture_row(cast, story)
    assert files(media) == [row.digest]
    entry = Entry.objects.filter(chain=cast.partnership.pk).latest("number")
    assert entry.event == "newsroom.picture_added"
    assert entry.facts["picture"] == {"id": str(row.pk), "sha256": row.digest}
    assert row.story.version == story.version + 1


@pytest.mark.parametrize("name", ["engineer", "auditor"])
def test_only_offices_add_pictures(cast: Cast, media: Path, name: str) -> None:
    with pytest.raises(NotAllowed):
        make_picture_row(cast, make_story(cast), by=name)
    assert not files(media)


def test_a_picture_is_described_in_one_language_at_least(cast: Cast, media: Path) -> None:
    with pytest.raises(Refusal, match="what the picture shows"):
        add_picture(
            by=cast.university_office,
            story=make_story(cast),
            picture=make_picture(),
            alt_en=" ",
            caption_en="Said, but not described",
        )
    assert not files(media)


def test_a_story_has_so_many_pictures_at_most(
    cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST", 1)
    story = make_story(cast)
    make_picture_row(cast, story)
    with pytest.raises(Refusal, match="1 pictures at most"):
        make_picture_row(cast, story)
    assert len(files(media)) == 1


class AlmostFull(OnDisk):
    """A disk that has no room for the second of three files."""

    def _save(self, name: str, content: Any) -> str:
        if not files(Path(self.location) / name[:2]) and len(files(Path(self.location))) < 2:
            return super()._save(name, content)
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_nothing_is_left(cast: Cast, media: Path, settings: Any) -> None:
    files_in(settings, media, "tests.newsroom.test_pictures.AlmostFull")
    story = make_story(cast)
    large = SimpleUploadedFile("a.jpg", image(size=(1000, 100)))
    answer = post(signed_in(cast, "university_office"), story, large)
    assert answer.status_code == 200
    assert "the disk is full" in answer.content.decode()
    assert not files(media)
    assert not story.pictures.exists()


def test_a_description_is_changed_by_who_read_its_last_version(cast: Cast) -> None:
    row = make_picture_row(cast, make_story(cast))
    words = {"alt_en": "Two people", "credit": "The office"}
    saved = edit_picture(by=cast.enterprise_office, picture=row, version=1, **words)
    assert (saved.alt_en, saved.credit, saved.version) == ("Two people", "The office", 2)
    with pytest.raises(Changed):
        edit_picture(by=cast.university_office, picture=row, version=1, alt_en="Other")
    assert Entry.objects.filter(event="newsroom.picture_edited").count() == 1


def test_files_go_when_the_removal_has_committed_and_not_before(
    cast: Cast, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row = make_picture_row(cast, make_story(cast))
    with django_capture_on_commit_callbacks() as after:
        remove_picture(by=cast.university_office, picture=row)
        assert files(media)
    for call in after:
        call()
    assert not files(media)
    assert not StoryPicture.objects.filter(pk=row.pk).exists()
    assert Entry.objects.filter(event="newsroom.picture_removed").exists()
    with pytest.raises(Refusal, match="removed already"):
        remove_picture(by=cast.enterprise_office, picture=row)


def test_a_draft_has_no_public_picture(cast: Cast, client: Client) -> None:
    row = make_picture_row(cast, make_story(cast))
    assert client.get(address(row)).status_code == 404
    for name in ("engineer", "other_office", "outsider"):
        assert signed_in(cast, name).get(address(row)).status_code == 404
    answer = signed_in(cast, "enterprise_office").get(address(row))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_a_published_picture_can_be_kept_for_a_while(cast: Cast, client: Client) -> None:
    story = make_story(cast, published=True)
    row = make_picture_row(cast, story)
    answer = client.get(address(row))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "public" in answer["Cache-Control"]
    again = client.get(address(row), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    withdraw_story(by=cast.university_office, story=story)
    assert client.get(address(row)).status_code == 404


@pytest.mark.parametrize("other", [{"width": 65}, {"suffix": "png"}, {"digest": "0" * 64}])
def test_only_the_right_address_finds_a_picture(
    cast: Cast, client: Client, other: dict[str, Any]
) -> None:
    row = make_picture_row(cast, make_story(cast, published=True))
    assert client.get(address(row, **other)).status_code == 404


def test_a_picture_whose_file_has_gone_does_not_exist(
    cast: Cast, client: Client, media: Path
) -> None:
    row = make_picture_row(cast, make_story(cast, published=True))
    (media / row.digest[:2] / row.digest).unlink()
    assert client.get(address(row)).status_code == 404


def test_an_office_uploads_a_picture(cast: Cast, media: Path) -> None:
    story = make_story(cast)
    answer = post(
        signed_in(cast, "university_office"),
        story,
        SimpleUploadedFile("揭牌 🎉.jpg", image()),
        caption_zh="揭牌现场",
    )
    assert answer.status_code == 302
    assert story.pictures.get().caption_zh == "揭牌现场"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("renamed.png", b"<svg/>", "This file is no JPEG, PNG or WebP picture."),
        ("photo.png", image(), "holds a JPEG picture"),
        ("cut.jpg", image(size=(300, 300))[:700], "damaged or cut off"),
        ("empty.jpg", b"", "empty"),
        ("large.jpg", image() + bytes(10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_a_bad_upload_is_told_beside_the_field_and_the_words_are_kept(
    cast: Cast, media: Path, name: str, data: bytes, said: str
) -> None:
    story = make_story(cast)
    answer = post(
        signed_in(cast, "university_office"), story, SimpleUploadedFile(name, data), alt_ko="현판"
    )
    assert answer.status_code == 200
    form = answer.context["form"]
    assert list(form.errors) == ["picture"]
    assert said in form.errors["picture"][0]
    assert len(form.errors["picture"]) == 1
    assert 'value="현판"' in answer.content.decode()
    assert not files(media)


def test_an_upload_without_a_file_is_told(cast: Cast) -> None:
    answer = post(signed_in(cast, "university_office"), make_story(cast), None)
    assert list(answer.context["form"].errors) == ["picture"]
