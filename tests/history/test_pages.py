"""The pages of history, as people ask for them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jointlab.history import archive, checkpoints, queries
from jointlab.history.access import ReadableChain
from jointlab.history.models import Checkpoint, Signature
from jointlab.history.services import record
from tests.cast import OWN, PASSWORD, Cast
from tests.history.events import OTHER, TRIED
from tests.history.test_checkpoints import sign

HISTORY = f"/en/partnerships/{OWN}/history/"
CHECKPOINTS = f"/en/partnerships/{OWN}/checkpoints/"
SIGN = f"{CHECKPOINTS}sign/"
AUTHENTICATE = "/en/account/reauthenticate/"


@pytest.fixture
def auditor(cast: Cast, client: Client) -> Client:
    client.force_login(cast.auditor)
    return client


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def anchors(answer: Any) -> list[int]:
    return [int(number) for number in re.findall(r'id="entry-(\d+)"', answer.content.decode())]


def test_the_timeline_tells_newest_first_with_number_time_zone_and_hash(
    auditor: Client, cast: Cast
) -> None:
    cast.auditor.time_zone = "Asia/Seoul"
    cast.auditor.save()
    answer = auditor.get(HISTORY)
    last = queries.head(cast.partnership.pk)
    assert last is not None
    assert anchors(answer) == list(range(last.number, 0, -1))
    html = answer.content.decode()
    assert f'href="{HISTORY}{last.number}/"' in html
    assert f'title="{last.hash.hex()}">{last.hash.hex()[:12]}…<' in html
    assert '<span class="zone">UTC+9</span>' in html


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Entry 1"), ("zh-hans", "第 1 条"), ("ko", "기록 1")]
)
def test_the_timeline_speaks_the_readers_language(
    auditor: Client, language: str, word: str
) -> None:
    answer = auditor.get(f"/{language}/partnerships/{OWN}/history/")
    assert word in text(answer)
    assert "for which there are no words" not in text(answer)


def test_filters_are_a_plain_form_that_keeps_what_was_asked(auditor: Client, cast: Cast) -> None:
    record(OTHER, chain=cast.partnership.pk, by=cast.dean)
    last = queries.head(cast.partnership.pk)
    assert last is not None
    for asked in ({"kind": "other"}, {"kind": "other.done"}, {"person": str(cast.dean.pk)}):
        answer = auditor.get(HISTORY, asked)
        assert anchors(answer) == [last.number], asked
        assert re.search(
            rf'<option value="{next(iter(asked.values()))}" selected', answer.content.decode()
        )
    day = timezone.localdate().isoformat()
    assert anchors(auditor.get(HISTORY, {"kind": "other", "since": day, "until": day})) == [
        last.number
    ]
    assert anchors(auditor.get(HISTORY, {"kind": "other", "until": "2020-01-01"})) == []
    assert "No results." in text(auditor.get(HISTORY, {"kind": "other", "until": "2020-01-01"}))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2026-02-02", "until": "2026-02-01"}, "The period ends before it begins."),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"kind": "nothing.happened"}, "Select a valid choice."),
        ({"person": "nobody"}, "Select a valid choice."),
    ],
)
def test_filters_that_cannot_be_answered_say_why(
    auditor: Client, asked: dict[str, str], said: str
) -> None:
    answer = auditor.get(HISTORY, asked)
    assert answer.status_code == 200
    assert said in text(answer)
    assert anchors(answer) == []


@pytest.mark.parametrize(
    "cursor", [{"before": "x"}, {"after": ""}, {"before": "9" * 40}, {"after": "-1", "before": "3"}]
)
def test_a_nonsense_page_is_still_a_page(auditor: Client, cursor: dict[str, str]) -> None:
    assert auditor.get(HISTORY, cursor).status_code == 200


def test_pages_lead_on_and_keep_the_filter(auditor: Client, cast: Cast) -> None:
    for _ in range(queries.SIZE + 3):
        record(OTHER, chain=cast.partnership.pk, by=cast.dean)
    asked: dict[str, str] = {"kind": "other"}
    first = auditor.get(HISTORY, asked)
    older = re.search(r'rel="next" href="\?([^"]+)"', first.content.decode())
    assert older is not None
    assert older[1].startswith("kind=other&amp;before=")
    second = auditor.get(f"{HISTORY}?{older[1].replace('&amp;', '&')}")
    assert len(anchors(first)) == queries.SIZE
    assert len(anchors(second)) == 3
    assert 'rel="prev"' in second.content.decode()


def test_the_person_of_an_entry_leads_to_everything_that_they_did(
    auditor: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jointlab.parties.views.history.MOST_PEOPLE", 0)
    record(OTHER, chain=cast.partnership.pk, by=cast.dean)
    last = queries.head(cast.partnership.pk)
    assert last is not None
    link = re.search(
        r'href="([^"]+\?person=[^"]+)"', auditor.get(f"{HISTORY}{last.number}/").content.decode()
    )
    assert link is not None
    answer = auditor.get(link[1])
    assert anchors(answer) == [last.number]
    assert "Not everybody is listed." in text(answer)
    assert "Select a valid choice." in text(auditor.get(HISTORY, {"person": "nobody"}))


def test_a_page_asks_the_same_few_questions_however_long_the_chain(
    auditor: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(queries.SIZE):
        record(TRIED, chain=cast.partnership.pk, by=cast.dean)
    sign(cast, "university_office")
    for page in (HISTORY, f"{HISTORY}?kind=parties&before=40", f"{HISTORY}5/", CHECKPOINTS):
        auditor.get(page)  # the session's own bookkeeping
        with django_assert_max_num_queries(16):
            assert auditor.get(page).status_code == 200


def test_one_entry_shows_all_that_is_hashed(auditor: Client, cast: Cast) -> None:
    from hashlib import sha256

    entry = queries.entry_in_full(ReadableChain(cast.partnership.pk), 2)
    assert entry is not None
    assert sha256(entry.hashed.encode()).hexdigest() == entry.hash
    answer = auditor.get(f"{HISTORY}2/")
    for shown in (entry.hash, entry.previous, entry.event):
        assert shown in answer.content.decode()
    assert f'href="{HISTORY}1/"' in answer.content.decode()


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40])
def test_an_entry_that_is_not_there_is_not_there(auditor: Client, number: str) -> None:
    assert auditor.get(f"{HISTORY}{number}/").status_code == 404


def test_a_checkpoint_that_is_not_there_is_not_there(auditor: Client, cast: Cast) -> None:
    sign(cast, "university_office")
    assert auditor.get(f"{CHECKPOINTS}1/").status_code == 404


def test_facts_are_escaped_on_every_page(auditor: Client, cast: Cast) -> None:
    record(OTHER, chain=cast.partnership.pk, by=cast.dean, why="<script>alert(1)</script>")
    last = queries.head(cast.partnership.pk)
    assert last is not None
    for page in (HISTORY, f"{HISTORY}{last.number}/"):
        assert "<script>alert" not in auditor.get(page).content.decode()


def test_the_download_is_an_export_that_verifies(auditor: Client) -> None:
    answer = auditor.get(f"{HISTORY}export/")
    assert answer.streaming
    assert answer["Content-Disposition"] == f'attachment; filename="{OWN}-history.jsonl"'
    (found,) = archive.examine(answer.streaming_content)
    assert not found.fault
    assert found.title == OWN


def test_a_reader_without_the_right_is_offered_no_download(cast: Cast, client: Client) -> None:
    client.force_login(cast.engineer)
    assert "history/export/" not in client.get(HISTORY).content.decode()


@pytest.mark.parametrize("name", ["student", "former", "outsider", "other_office", "operator"])
def test_no_page_tells_of_a_history_to_who_may_not_read_it(
    cast: Cast, client: Client, name: str
) -> None:
    record(OTHER, chain=cast.partnership.pk, by=cast.dean, why="unheard-of")
    client.force_login(cast.people[name])
    for page in (HISTORY, f"{HISTORY}2/", f"{HISTORY}export/", CHECKPOINTS, f"{CHECKPOINTS}2/", SIGN,
                 f"/en/partnerships/{OWN}/"):  # fmt: skip
        answer = client.get(page)
        content = answer.content.decode()
        assert "unheard-of" not in content
        assert HISTORY not in content.replace(f'value="{page}"', "").replace(page, "")


def test_an_organisation_reads_its_own_affairs(cast: Cast, client: Client) -> None:
    client.force_login(cast.dean)
    page = f"/en/organisations/{cast.university.pk}/history/"
    answer = client.get(page)
    assert anchors(answer) == [2, 1]
    assert client.get(f"{page}2/").status_code == 200
    client.force_login(cast.engineer)
    assert client.get(page).status_code == 404


class TestSigning:
    @pytest.fixture
    def office(self, cast: Cast) -> Callable[[str], Client]:
        """Sign an office in afresh, as the page demands."""

        def sign_in(name: str) -> Client:
            client = Client()
            client.force_login(cast.people[name])
            asked = client.get(SIGN)
            assert asked.headers["Location"].startswith(AUTHENTICATE)
            right = client.post(asked.headers["Location"], {"password": PASSWORD, "next": SIGN})
            assert right.headers["Location"] == SIGN
            return client

        return sign_in

    def test_takes_a_fresh_sign_in_and_shows_what_is_signed(self, office: Any, cast: Cast) -> None:
        head = queries.head(cast.partnership.pk)
        assert head is not None
        content = office("university_office").get(SIGN).content.decode()
        assert head.hash.hex() in content
        assert f'name="number" value="{head.number}"' in content

    def test_a_post_without_a_fresh_sign_in_signs_nothing(self, cast: Cast, client: Client) -> None:
        head = queries.head(cast.partnership.pk)
        assert head is not None
        client.force_login(cast.university_office)
        answer = client.post(SIGN, {"number": head.number, "sha256": head.hash.hex()})
        assert answer.headers["Location"].startswith(AUTHENTICATE)
        assert not Signature.objects.exists()

    def test_walks_from_the_proposal_to_a_file_that_verifies(
        self, office: Any, cast: Cast, tmp_path: Path
    ) -> None:
        for name in ("university_office", "enterprise_office"):
            client = office(name)
            form = client.get(SIGN).context["form"]
            answer = client.post(SIGN, form.initial)
            assert answer.headers["Location"] == CHECKPOINTS
            assert "key " in text(client.get(CHECKPOINTS))
        checkpoint = Checkpoint.objects.get()
        answer = client.get(f"{CHECKPOINTS}{checkpoint.number}/")
        signed = checkpoints.read(json.loads(answer.content))
        assert len(signed.signers) == 2
        assert signed.head.hash == bytes(checkpoint.hash)

    def test_what_was_signed_meanwhile_stays_what_the_person_read(
        self, office: Any, cast: Cast
    ) -> None:
        client = office("university_office")
        form = client.get(SIGN).context["form"]
        record(TRIED, chain=cast.partnership.pk, by=None)
        client.post(SIGN, form.initial)
        assert Checkpoint.objects.get().number == form.initial["number"]

    def test_a_refusal_stands_on_the_page_with_what_can_be_signed_now(
        self, office: Any, cast: Cast
    ) -> None:
        client = office("enterprise_office")
        stale = client.get(SIGN).context["form"].initial
        sign(cast, "university_office")
        record(TRIED, chain=cast.partnership.pk, by=None)
        newer = sign(cast, "university_office")
        answer = client.post(SIGN, stale)
        assert answer.status_code == 200
        assert "There is a newer checkpoint." in text(answer)
        assert f'name="number" value="{newer.number}"' in answer.content.decode()

    def test_nothing_to_sign_is_said(self, office: Any, cast: Cast) -> None:
        client = office("university_office")
        sign(cast, "university_office")
        assert "There is nothing to sign" in text(client.get(SIGN))
        assert f'href="{SIGN}"' not in client.get(CHECKPOINTS).content.decode()

    def test_a_signature_that_does_not_verify_is_shown_as_such(
        self, auditor: Client, cast: Cast
    ) -> None:
        checkpoint = sign(cast, "university_office")
        Signature.objects.create(
            checkpoint=checkpoint, organisation=cast.enterprise.pk, envelope="{}"
        )
        for page in (HISTORY, CHECKPOINTS):
            assert "A signature here does not verify." in text(auditor.get(page))
