"""What is said is found, what is missing is told, and nothing translated is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from jointlab.common import catalogues

TEMPLATE = """{% translate "Sign" %} {% button _("Freeze protocol") %}
{% blocktranslate count many=n %}{{ many }} trial{% plural %}{{ many }} trials{% endblocktranslate %}"""
PYTHON = """
from django.utils.translation import gettext_lazy as _, pgettext
WORD = _("Waiting")
OTHER = pgettext("verdict", "Open")
"""
SAID = {("", "Sign"), ("", "Freeze protocol"), ("", "%(many)s trial"), ("", "Waiting")}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    room = tmp_path / "exchange"
    (room / "templates").mkdir(parents=True)
    (room / "templates" / "page.html").write_text(TEMPLATE, "utf-8")
    (room / "words.py").write_text(PYTHON, "utf-8")
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    return tmp_path


def translate(text: str) -> None:
    for locale in catalogues.LOCALES:
        path = catalogues.catalogue_of("exchange", locale)
        catalogue = catalogues.read(path, locale)
        for message in catalogues.messages_of(catalogue).values():
            plural = not isinstance(message.id, str)
            message.string = ("%(many)s 项",) if plural else text
        catalogues.write(catalogue, path)


def test_strings_are_found_in_templates_and_in_python(package: Path) -> None:
    assert {at.key for at in catalogues.all_strings()} == {*SAID, ("verdict", "Open")}


def test_what_is_missing_is_written_once_and_stays_a_fault_until_it_is_translated(
    package: Path,
) -> None:
    assert any("'Sign': not in any catalogue" in fault for fault in catalogues.faults("ko"))
    assert catalogues.add_missing() == 10
    assert catalogues.add_missing() == 0
    assert any("'Sign': not translated" in fault for fault in catalogues.faults("ko"))
    translate("好")
    assert catalogues.faults("zh_Hans") == []


def test_other_placeholders_are_a_fault(package: Path) -> None:
    catalogues.add_missing()
    translate("好 %(who)s")
    assert any("'Sign': other placeholders" in fault for fault in catalogues.faults("ko"))


def test_what_nobody_says_any_more_is_told_and_pruned(package: Path) -> None:
    catalogues.add_missing()
    translate("好")
    (package / "exchange" / "words.py").unlink()
    told = catalogues.faults("ko")
    assert told == ["nobody says 'Waiting' any more", "nobody says 'Open' any more"]
    assert catalogues.remove_unused("another") == 0
    assert catalogues.remove_unused() == 4
    assert catalogues.faults("ko") == []


def test_two_rooms_do_not_say_one_thing_differently(package: Path) -> None:
    catalogues.add_missing()
    translate("好")
    other = catalogues.read(catalogues.catalogue_of("camp", "ko"), "ko")
    other.add("Sign", "다르게")
    catalogues.write(other, catalogues.catalogue_of("camp", "ko"))
    assert "exchange: 'Sign' is translated otherwise in another room" in catalogues.faults("ko")


def test_a_room_alone_leaves_the_others_alone(package: Path) -> None:
    assert catalogues.add_missing("camp") == 0
    assert catalogues.add_missing("exchange") == 10


def test_only_what_is_newer_is_compiled(package: Path) -> None:
    catalogues.add_missing()
    assert catalogues.compile_all("camp") == 0
    assert catalogues.compile_all() == 2
    assert catalogues.compile_all() == 0


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogues.main("translate") == 2
    assert "compile, extract, prune" in capsys.readouterr().err
