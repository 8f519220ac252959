from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import BadHeaderError
from django.utils import translation

from jointlab.common.mail import compose, link

NOTICE = "parties/mail/account_notice"
AT = datetime(2019, 6, 24, 1, 30, tzinfo=UTC)


def notice(**more: Any) -> mail.EmailMessage:
    context = {"to": "a@example.org", "language": "en", "notice": "N", "at": AT, "whence": "::1"}
    return compose(NOTICE, **{**context, **more})


def test_a_letter_is_plain_text_of_nobody_to_answer() -> None:
    message = notice().message()
    assert message.get_content_type() == "text/plain"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "A change to your JointLab account"),
        ("zh-hans", "您的 JointLab 账号有变动"),
        ("ko", "JointLab 계정이 변경되었습니다"),
    ],
)
def test_a_letter_is_in_the_readers_language_whatever_the_writers(
    language: str, subject: str
) -> None:
    with translation.override("ko" if language == "en" else "en"):
        letter = notice(language=language)
    assert letter.subject == subject


def test_times_in_a_letter_are_in_the_readers_zone() -> None:
    assert "2019-06-24 09:30 CST" in notice(zone="Asia/Shanghai").body
    assert "2019-06-24 10:30 KST" in notice(zone="Asia/Seoul").body


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "24 June 2019"), ("zh-hans", "2019年6月24日"), ("ko", "2019년 6월 24일")],
)
def test_days_in_a_letter_are_written_as_on_the_pages(language: str, day: str) -> None:
    agreement = {"ends_on": date(2019, 6, 24)}
    letter = compose(
        "agreements/mail/terminated", to="a@example.org", language=language, agreement=agreement
    )
    assert day in letter.body


def test_nothing_in_a_letter_is_escaped_for_html() -> None:
    assert "Tom & <Jerry>" in notice(notice="Tom & <Jerry>").body


def test_a_line_break_in_a_name_adds_no_header(cast: Any) -> None:
    cast.partnership.name_en = "Northlake\r\nBcc: victim@example.org\n\nHello"
    letter = compose(
        "parties/mail/invitation",
        to="a@example.org",
        language="en",
        link="",
        invitation=type("Invitation", (), {"partnership": cast.partnership, "title": "T"}),
    )
    assert letter.subject == "Invitation to Northlake Bcc: victim@example.org Hello"
    assert letter.message()["Bcc"] is None


def test_a_line_break_in_an_address_is_refused() -> None:
    with pytest.raises(BadHeaderError):
        notice(to="a@example.org\nBcc: victim@example.org").message()


def test_a_link_leads_to_the_page_in_that_language() -> None:
    assert link("account_login", "ko") == "http://localhost/ko/account/login/"


def test_the_demonstration_writes_mail_to_files(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    notice().send()
    (file,) = (tmp_path / "mail").iterdir()
    assert "To: a@example.org" in file.read_text()
