"""What stands in a signer's box on the paper: their own name."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jointlab.agreements.models import Agreement
from tests.agreements.sign import SIGNERS, make_signing, sign
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def words(agreement: Agreement, folder: Path) -> str:
    """All that is read on the pages, by another reader of PDF."""
    path = folder / "paper.pdf"
    path.write_bytes(bytes(agreement.paper.pdf))
    told = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


def test_each_box_is_stamped_with_who_signed_in_it(cast: Cast, tmp_path: Path) -> None:
    agreement = make_signing(cast)
    names = {name: cast.people[name].name_en for name in SIGNERS}
    before = words(agreement, tmp_path)
    for name in SIGNERS:
        agreement = sign(cast, agreement, name)
        after = words(agreement, tmp_path)
        stamped = [
            other for other in SIGNERS if after.count(names[other]) > before.count(names[other])
        ]
        assert stamped == [name]
        before = after
