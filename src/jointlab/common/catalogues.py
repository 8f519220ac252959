"""The three languages: the strings in the code, and their translations in the catalogues.

python -m jointlab.common.catalogues            compile each room's .po into .mo, where it is newer
python -m jointlab.common.catalogues extract    write what is missing into the rooms' .po, empty
python -m jointlab.common.catalogues prune      remove what no code uses any more

Rooms named after the command leave the others alone: extract history newsroom.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1]
LOCALES = ("zh_Hans", "ko")
KEYWORDS = DEFAULT_KEYWORDS | {
    f"{name}_lazy": DEFAULT_KEYWORDS[name]
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!\{)\{\w*\}(?!\})")
HEADER = """msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Key = tuple[str, str]  # context, singular


@dataclass(frozen=True)
class UiString:
    """A string that a user sees, and where it is said."""

    file: str
    line: int
    room: str
    text: str
    plural: str
    context: str

    @property
    def key(self) -> Key:
        """What a catalogue finds it by."""
        return self.context, self.text

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.text!r}"


def all_strings() -> Iterator[UiString]:
    """Yield every translatable string of the platform, templates and Python alike."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
            yield from strings_in(path)


def strings_in(path: Path) -> Iterator[UiString]:
    """Yield the translatable strings of one file."""
    name = path.relative_to(PACKAGE)
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        source = as_python(source)
    for line, text, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        single, plural = text[:2] if isinstance(text, tuple) else (text, "")
        if single:
            yield UiString(
                name.as_posix(), line, name.parts[0], single, plural or "", context or ""
            )


def as_python(source: str) -> str:
    """Return a template as the calls of gettext that it makes, each on its own line."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(source).split("\n"))


def catalogue_of(room: str, locale: str) -> Path:
    """Return where a room keeps that language."""
    return PACKAGE / room / "locale" / locale / "LC_MESSAGES" / "django.po"


def catalogues(locale: str) -> dict[str, Catalog]:
    """Return what each room has in that language, by room."""
    found = sorted(PACKAGE.glob(f"*/locale/{locale}/LC_MESSAGES/django.po"))
    return {path.parents[2].parent.name: read(path, locale) for path in found}


def read(path: Path, locale: str) -> Catalog:
    """Read a catalogue; an empty one when there is none yet."""
    if not path.exists():
        return Catalog(locale, project="JointLab", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale, abort_invalid=True)


def messages_of(catalogue: Catalog) -> dict[Key, Message]:
    """Return the strings of a catalogue, without its header."""
    return {key_of(message): message for message in catalogue if message.id}


def key_of(message: Message) -> Key:
    """Return what a message is found by."""
    single = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", single


def faults(locale: str) -> list[str]:
    """Say what a language lacks: untranslated, unsure, other placeholders, unused, contradictory."""
    spoken = list(all_strings())
    told: dict[Key, Message] = {}
    found = []
    for room, catalogue in catalogues(locale).items():
        for key, message in messages_of(catalogue).items():
            if key in told and told[key].string != message.string:
                found.append(f"{room}: {key[1]!r} is translated otherwise in another room")
            told[key] = message
    found += [f"{at}: {fault}" for at in spoken if (fault := fault_of(at, told.get(at.key)))]
    unused = told.keys() - {at.key for at in spoken}
    return found + [f"nobody says {text!r} any more" for _, text in sorted(unused)]


def fault_of(at: UiString, message: Message | None) -> str:
    """Say what is wrong with a translation; empty when it is right."""
    if message is None:
        return "not in any catalogue"
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    if message.fuzzy or not strings or not all(strings):
        return "not translated"
    wanted = set(PLACEHOLDER.findall(at.plural or at.text))
    if any(set(PLACEHOLDER.findall(text or "")) != wanted for text in strings):
        return f"other placeholders: {strings}"
    return ""


def add_missing(*rooms: str) -> int:
    """Add each missing string to the catalogue of its room, untranslated; return how many."""
    added = 0
    for locale in LOCALES:
        there = {key for catalogue in catalogues(locale).values() for key in messages_of(catalogue)}
        missing: dict[str, list[UiString]] = {}
        for at in all_strings():
            if at.key not in there and (not rooms or at.room in rooms):
                there.add(at.key)
                missing.setdefault(at.room, []).append(at)
        for room, lacking in missing.items():
            catalogue = read(catalogue_of(room, locale), locale)
            for at in lacking:
                names = (at.text, at.plural) if at.plural else at.text
                catalogue.add(names, locations=[(at.file, at.line)], context=at.context or None)
            write(catalogue, catalogue_of(room, locale))
            added += len(lacking)
    return added


def remove_unused(*rooms: str) -> int:
    """Remove the entries that no code uses any more; return how many."""
    spoken = {at.key for at in all_strings()}
    gone = 0
    for locale in LOCALES:
        for room, catalogue in catalogues(locale).items():
            unused = messages_of(catalogue).keys() - spoken if not rooms or room in rooms else set()
            for context, text in unused:
                catalogue.delete(text, context or None)
            if unused:
                write(catalogue, catalogue_of(room, locale))
            gone += len(unused)
    return gone


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue, without the dates and line numbers that always change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(locale=catalogue.locale_identifier).encode())
        write_po(
            file,
            catalogue,
            width=100,
            omit_header=True,
            include_lineno=False,
            ignore_obsolete=True,
        )


def compile_all(*rooms: str) -> int:
    """Compile what is newer than its compilation; return how many."""
    done = 0
    for path in PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po"):
        compiled = path.with_suffix(".mo")
        if rooms and path.parents[3].name not in rooms:
            continue
        if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with compiled.open("wb") as file:
            write_mo(file, read(path, path.parents[1].name))
        done += 1
    return done


COMMANDS = {"compile": compile_all, "extract": add_missing, "prune": remove_unused}


def main(command: str = "compile", *rooms: str) -> int:
    """Run one of the three commands, on those rooms or on all."""
    if command not in COMMANDS:
        sys.stderr.write(f"unknown: {command}; one of {', '.join(COMMANDS)}\n")
        return 2
    sys.stdout.write(f"{command}: {COMMANDS[command](*rooms)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
