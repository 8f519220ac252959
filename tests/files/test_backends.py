"""The same promises whatever storage is set: Django's own, one in memory, S3 as moto's server has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.utils import timezone
from moto.server import ThreadedMotoServer

from jointlab.files import storage
from jointlab.files.models import StoredFile
from jointlab.files.queries import Damaged, find_faults, open_file, read_file
from jointlab.files.services import NotStored, storing, sweep
from tests.files.make import store, use

NOW = timezone.timedelta()
KEYS = {"access_key": "testing", "secret_key": "testing", "region_name": "us-east-1"}
LARGE = os.urandom(1024 * 1024) * 20  # more than S3 takes in one part

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(params=["OnDisk", "FileSystemStorage", "InMemoryStorage", "S3Storage"])
def backend(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """Each storage, empty."""
    name: str = request.param
    if name == "OnDisk":
        use(settings, "jointlab.files.storage.OnDisk", location=tmp_path)
    elif name == "FileSystemStorage":
        use(settings, f"django.core.files.storage.{name}", location=tmp_path)
    elif name == "InMemoryStorage":
        use(settings, f"django.core.files.storage.{name}")
    else:
        bucket = {"bucket_name": tmp_path.name.replace("_", "-").lower()[:60].strip("-")}
        bucket |= KEYS | {"endpoint_url": request.getfixturevalue("s3")}
        use(settings, f"storages.backends.s3.{name}", max_memory_size=1024 * 1024, **bucket)
        storage.storage().connection.create_bucket(Bucket=bucket["bucket_name"])  # type: ignore[attr-defined]
    return name


def names() -> set[str]:
    return {sha256 for folder in storage.stored_hashes() for sha256 in folder}


def test_what_is_stored_is_read_whole_and_in_part(backend: str) -> None:
    row = store(LARGE)
    assert row.size == len(LARGE)
    assert read_file(row.sha256) == LARGE
    with open_file(row.sha256) as file:
        file.seek(len(LARGE) - 5)
        assert file.read() == LARGE[-5:]


def test_the_same_content_is_stored_once(backend: str) -> None:
    assert store(b"twice") == store(b"twice")
    assert len(names()) == 1


def test_two_who_store_the_same_at_once_leave_one(backend: str) -> None:
    """Both have seen that it is not there; without the lock, as a migration does it."""
    with storage.spool(b"at once") as first, storage.spool(b"at once") as second:
        storage.storage().save(storage.name_of(first.sha256), first)
        storage.save(second)
    assert names() == {first.sha256}


def test_what_has_gone_is_missing_and_what_was_changed_is_altered(backend: str) -> None:
    gone, changed = store(b"gone"), store(b"changed")
    storage.remove(gone.sha256)
    storage.remove(gone.sha256)  # and again: nothing happens
    with storage.spool(b"otherwise") as other:
        storage.remove(changed.sha256)
        storage.storage().save(storage.name_of(changed.sha256), other)
    found = {fault.sha256: fault.problem for fault in find_faults()}
    assert found == {gone.sha256: "missing", changed.sha256: "altered"}
    for row in (gone, changed):
        with pytest.raises(Damaged):
            read_file(row.sha256)


def test_half_a_file_is_replaced_when_it_is_stored_again(backend: str) -> None:
    row = store(b"the whole")
    with storage.spool(b"the") as half:
        storage.remove(row.sha256)
        storage.storage().save(storage.name_of(row.sha256), half)
    store(b"the whole")
    assert read_file(row.sha256) == b"the whole"
    assert names() == {row.sha256}


def test_a_failure_takes_back_and_a_sweep_removes(backend: str) -> None:
    def fail() -> None:
        with storing() as put:
            put(b"of a failure")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names() == set()
    store(b"unreferred")
    storage.store(b"an orphan")
    assert sweep().contents == 0
    assert sweep(NOW).contents == 2
    assert names() == set()
    assert not StoredFile.objects.exists()


def test_a_bucket_that_is_not_there_is_said(settings: Any, s3: str) -> None:
    nowhere = KEYS | {"bucket_name": "nowhere", "endpoint_url": s3}
    use(settings, "storages.backends.s3.S3Storage", **nowhere)
    with pytest.raises(NotStored, match="could not be stored"):
        store(b"hello")
    assert not StoredFile.objects.exists()


def test_a_bucket_is_set_by_the_environment(tmp_path: Path, s3: str) -> None:
    """Through the instance's own settings, with the keys where boto3 looks for them."""
    account = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client("s3", endpoint_url=s3, region_name="us-east-1", **account)
    client.create_bucket(Bucket="by-environment")
    program = (
        "from jointlab.files import storage; sha256, _ = storage.store(b'hello'); print(sha256);"
        "print(storage.open_bytes(sha256).read())"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "jointlab.config.settings",
        "DATABASE_URL": "postgresql:///none",
        "JOINTLAB_HOME": str(tmp_path),
        "JOINTLAB_S3_BUCKET": "by-environment",
        "JOINTLAB_S3_ENDPOINT": s3,
        "JOINTLAB_S3_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=environment, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert said[1] == "b'hello'"
    (listed,) = client.list_objects_v2(Bucket="by-environment")["Contents"]
    assert listed["Key"] == f"{said[0][:2]}/{said[0]}"
    assert not (tmp_path / "files").exists()
