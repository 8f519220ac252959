"""Korean particles after words that are known only when a sentence is written.

A particle follows how the word before it ends: 협약을, 연구소를. A catalogue leaves the choice
open as ⟦을/를⟧, and what goes out, a page or an e-mail, is settled by `settle`:

    %(actor)s 님이 「%(agreement)s」⟦을/를⟧ 해지했습니다.

The form after a consonant stands first, as dictionaries write it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

OPEN = re.compile(r"⟦(을/를|이/가|은/는|과/와|으로/로)⟧")
TAG = re.compile(r"<[^<>]*>")
BRACKETED = re.compile(r"(?<=[가-힣])\s*\([^()]*\)\W*$")
MARK = "⟦".encode()
WRITTEN = re.compile(r"html|xml")
LOOK_BACK = 400  # what may stand between a word and its particle: tags, an address in one of them

RIEUL = 8  # the place of ㄹ among the final consonants; 으로 is 로 after it
CONSONANT = 1  # any other
# How a sign is read at the end of a word: 0 for a vowel, RIEUL, or CONSONANT.
DIGITS = {"0": CONSONANT, "1": RIEUL, "3": CONSONANT, "6": CONSONANT, "7": RIEUL, "8": RIEUL}
NAMES_OF_LETTERS = {"L": RIEUL, "R": RIEUL, "M": CONSONANT, "N": CONSONANT}
ENDS_OF_WORDS = (
    (re.compile(r"(l|le)$"), RIEUL),
    (re.compile(r"([mn]|ng|[aiou][mn]e)$"), CONSONANT),
    (re.compile(r"([^aeiou]|^)[aeiou]{1,2}[bckpt]$|ck$"), CONSONANT),
)
# The last characters of what has a name here: a university, a company, a laboratory …
HAN = (
    dict.fromkeys("学院心部团馆站局厂", CONSONANT)
    | {"室": RIEUL}
    | dict.fromkeys("司会所校处系", 0)
)


def settle(text: str) -> str:
    """Return the text, plain or HTML, with each open particle chosen by the word before it."""
    return OPEN.sub(_chosen, text) if "⟦" in text else text


def _chosen(found: re.Match[str]) -> str:
    after_consonant, after_vowel = found[1].split("/")
    before = found.string[max(0, found.start() - LOOK_BACK) : found.start()]
    final = final_of(html.unescape(TAG.sub("", before)))
    if final is None:
        return f"{after_consonant}({after_vowel})"
    if final == 0 or (final == RIEUL and after_vowel == "로"):
        return after_vowel
    return after_consonant


def final_of(text: str) -> int | None:
    """Return the final consonant with which the text is read in Korean; 0 for none.

    None where that cannot be told, as of most Chinese characters. What stands in brackets after a
    Korean word is not read.
    """
    word = BRACKETED.sub("", text)
    word = re.sub(r"[\W_]+$", "", word)
    last = word[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if last.isascii() and last.isdigit():
        return DIGITS.get(last, 0)
    if last.isascii() and last.isalpha():
        return _final_of_latin(re.findall(r"[A-Za-z]+$", word)[0])
    return HAN.get(last)


def _final_of_latin(word: str) -> int:
    """Tell it of a Latin word: capitals are read letter by letter, others as English, roughly."""
    if word.isupper():
        return NAMES_OF_LETTERS.get(word[-1], 0)
    return next((final for ends, final in ENDS_OF_WORDS if ends.search(word.lower())), 0)


class Particles:
    """Settle the particles of each Korean page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        answer = self.get_response(request)
        if WRITTEN.search(answer.get("Content-Type", "")) and not answer.streaming:
            self._settle(answer)
        return answer

    @staticmethod
    def _settle(answer: HttpResponse) -> None:
        if MARK in answer.content:
            answer.content = settle(answer.content.decode()).encode()
