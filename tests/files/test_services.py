"""Storing in a transaction, reading back, and what is removed when."""

from __future__ import annotations

import errno
import logging
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jointlab.common.errors import Refusal
from jointlab.files import queries, services, storage
from jointlab.files.models import StoredFile
from jointlab.files.queries import Damaged, open_file, read_file
from jointlab.files.services import NotStored, release, storing, sweep
from jointlab.files.storage import OnDisk
from jointlab.newsroom.models import PictureFile, StoryPicture
from tests.cast import Cast
from tests.files.make import LONG_AGO, age, age_path, files_in, store, stored_in
from tests.newsroom.make import make_picture_row, make_story

NOW = timedelta()
commits = pytest.mark.django_db(transaction=True)


def refer(picture: StoryPicture, file: StoredFile, width: int = 1) -> PictureFile:
    return PictureFile.objects.create(picture=picture, width=width, stored=file)


@pytest.fixture
def picture(cast: Cast, folder: Path) -> StoryPicture:
    """A row that can refer to files; it refers to one of its own."""
    return make_picture_row(cast, make_story(cast))


@pytest.mark.django_db
def test_what_is_stored_is_read(folder: Path) -> None:
    row = store(b"a recording")
    assert row.size == 11
    assert read_file(row.sha256) == b"a recording"
    with open_file(row.sha256) as file:
        file.seek(2)
        assert file.read() == b"recording"


@pytest.mark.django_db
def test_the_same_content_has_one_row_and_one_file(folder: Path) -> None:
    assert store(b"twice") == store(b"twice")
    assert StoredFile.objects.count() == 1
    assert len(stored_in(folder)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"altereD", b"", b"altered and longer"])
def test_an_altered_file_is_not_handed_out(
    folder: Path, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    row = store(b"altered")
    (path,) = stored_in(folder)
    path.write_bytes(data)
    with pytest.raises(Damaged):
        read_file(row.sha256)
    assert caplog.record_tuples == [
        ("jointlab.files.queries", logging.ERROR, f"stored file {row.sha256} is altered")
    ]


@pytest.mark.django_db
def test_a_missing_file_is_a_refusal_that_says_so(folder: Path) -> None:
    row = store(b"gone")
    storage.remove(row.sha256)
    with pytest.raises(Refusal, match="missing, or is not what was stored"):
        read_file(row.sha256)


@pytest.mark.django_db
def test_what_was_lost_is_whole_again_when_it_is_stored_again(folder: Path) -> None:
    row = store(b"lost and found")
    (path,) = stored_in(folder)
    path.write_bytes(b"lost")
    store(b"lost and found")
    assert read_file(row.sha256) == b"lost and found"


@pytest.mark.django_db
def test_a_failure_takes_back_what_it_alone_has_stored(folder: Path) -> None:
    kept = store(b"of somebody else")

    def fail() -> None:
        with storing() as put:
            put(b"of somebody else")
            put(b"of mine")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [path.name for path in stored_in(folder)] == [kept.sha256]
    assert list(StoredFile.objects.all()) == [kept]


class Full(OnDisk):
    """A disk without room."""

    def _save(self, name: str, content: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")


class Worn(OnDisk):
    """A disk that fails."""

    def _save(self, name: str, content: Any) -> str:
        raise OSError(errno.EIO, "Input/output error")


@pytest.mark.django_db
@pytest.mark.parametrize(("disk", "said"), [("Full", "is full"), ("Worn", "Input/output error")])
def test_what_the_disk_refuses_is_said(settings: Any, tmp_path: Path, disk: str, said: str) -> None:
    files_in(settings, tmp_path, f"tests.files.test_services.{disk}")
    with pytest.raises(NotStored, match=said):
        store(b"too much")
    assert stored_in(tmp_path) == []
    assert not StoredFile.objects.exists()


def test_the_database_keeps_what_is_referred_to(picture: StoryPicture) -> None:
    def delete() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("DELETE FROM files_storedfile WHERE sha256 = %s", [picture.digest])

    with pytest.raises(IntegrityError):
        delete()


def test_what_is_released_goes_with_the_commit_unless_somebody_refers_to_it(
    picture: StoryPicture, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    shared, alone = picture.files.get().stored, store(b"alone")
    with django_capture_on_commit_callbacks() as after:
        release([shared.sha256, alone.sha256])
        assert len(stored_in(folder)) == 2
    for call in after:
        call()
    assert [path.name for path in stored_in(folder)] == [shared.sha256]
    assert list(StoredFile.objects.all()) == [shared]


def test_sweep_leaves_what_is_referred_to_and_what_is_fresh(
    picture: StoryPicture, folder: Path
) -> None:
    referred, fresh, old = picture.files.get().stored, store(b"fresh"), store(b"old")
    age(referred, folder)
    age(old, folder)
    swept = sweep()
    assert (swept.contents, swept.orphans, swept.parts) == (1, 0, 0)
    assert {row.sha256 for row in StoredFile.objects.all()} == {referred.sha256, fresh.sha256}
    assert {path.name for path in stored_in(folder)} == {referred.sha256, fresh.sha256}


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "removed"), [(23, 0), (25, 1)])
def test_what_nothing_refers_to_is_swept_when_it_is_older_than_a_day(
    hours: int, removed: int, folder: Path
) -> None:
    age(store(b"old"), folder, timedelta(hours=hours))
    assert sweep().contents == removed


@pytest.mark.django_db
def test_sweep_removes_what_has_no_row_and_parts_that_were_left(folder: Path) -> None:
    then = timezone.now() - LONG_AGO
    for content, is_old in ((b"an orphan", True), (b"a young orphan", False)):
        sha256, _size = storage.store(content)
        if is_old:
            age_path(folder / storage.name_of(sha256), then)
    for name, is_old in (("killed", True), ("arriving", False)):
        part = folder / "incoming" / f"{name}.part"
        part.write_bytes(b"half")
        if is_old:
            age_path(part, then)
    swept = sweep()
    assert (swept.contents, swept.orphans, swept.parts) == (1, 1, 1)
    left = {path.name for path in stored_in(folder)}
    assert left == {storage.name_of(sha256)[3:], "arriving.part"}


@pytest.mark.django_db
def test_sweep_finds_nothing_where_nothing_was_ever_stored(folder: Path) -> None:
    assert sweep(NOW).contents == 0


@commits
def test_sweep_leaves_what_a_transaction_is_storing_however_old_it_seems(folder: Path) -> None:
    """An orphan of long ago is stored again: its bytes are old, its row is not committed yet."""
    cast = Cast.tell()
    picture = make_picture_row(cast, make_story(cast))
    sha256, _size = storage.store(b"meanwhile")
    age_path(folder / storage.name_of(sha256), timezone.now() - LONG_AGO)
    stored, swept = threading.Event(), threading.Event()

    def store_slowly() -> None:
        try:
            with storing() as put:
                file = put(b"meanwhile")
                stored.set()
                swept.wait()
                refer(picture, file)
        finally:
            connection.close()

    thread = threading.Thread(target=store_slowly)
    thread.start()
    stored.wait()
    try:
        assert sweep(NOW).contents == 0
    finally:
        swept.set()
        thread.join()
    assert sweep(NOW).contents == 0
    assert read_file(sha256) == b"meanwhile"


@commits
def test_sweep_leaves_a_row_that_is_being_stored_again(folder: Path) -> None:
    cast = Cast.tell()
    picture = make_picture_row(cast, make_story(cast))
    file = store(b"again")
    stored, swept = threading.Event(), threading.Event()

    def store_slowly() -> None:
        try:
            with storing() as put:
                put(b"again")
                stored.set()
                swept.wait()
                refer(picture, file)
        finally:
            connection.close()

    thread = threading.Thread(target=store_slowly)
    thread.start()
    stored.wait()
    try:
        assert sweep(NOW).contents == 0
    finally:
        swept.set()
        thread.join()
    assert read_file(file.sha256) == b"again"
    assert queries.unreferenced().count() == 0


@commits
def test_many_who_store_the_same_at_once_store_it_once(folder: Path) -> None:
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def store_now() -> None:
        start.wait()
        try:
            store(b"the same" * 100_000)
        except BaseException as failure:  # noqa: BLE001 - told by the test
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=store_now) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert StoredFile.objects.count() == 1
    assert len(stored_in(folder)) == 1


@pytest.mark.django_db
def test_the_worker_sweeps(folder: Path) -> None:
    from jointlab.files import tasks

    row = store(b"old")
    age(row, folder)
    tasks.sweep.func(timestamp=0)
    assert not StoredFile.objects.exists()
    assert services.GRACE > NOW
