"""Which wordings of a text are behind: neither written nor confirmed since another language changed.

What is said in several languages has a place: "names", "clauses/purpose/body", "duties/report/what".
An edit that changes a language which was in step leaves the others of that place behind, until they
are written, too, or somebody confirms that all say the same. Writing what was behind, or was not
there yet, is catching up, and leaves nobody behind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from jointlab.agreements.text.value import Text

Behind = Mapping[str, Sequence[str]]  # place → the languages that are behind there
NAMES, DIRECTIONS, PARTIES = "names", "directions/", "parties/"


def place_of(part: str, id: str) -> str:  # noqa: A002
    """Return where the words of a clause, a commitment or a duty are; its places begin with that."""
    return f"{part}/{id}/"


def behind_after(
    old: Text, new: Text, behind: Behind, confirmed: Collection[str] = ()
) -> dict[str, list[str]]:
    """Return what is behind in the new text, if `behind` was in the old one.

    `confirmed` is where somebody says that all languages say the same now: how such places begin.
    """
    before, found = worded(old), {}
    for place, words in worded(new).items():
        if place.startswith(tuple(confirmed)):
            continue
        was = _place_before(old, new, place)
        left = _left_behind(before.get(was), words, behind.get(was, ()), new.languages)
        if left:
            found[place] = left
    return found


def languages_behind(behind: Behind, where: Iterable[str]) -> list[str]:
    """Return the languages that are behind somewhere in these places, each once."""
    begins = tuple(where)
    found = (code for place, codes in behind.items() if place.startswith(begins) for code in codes)
    return list(dict.fromkeys(found))


def worded(text: Text) -> dict[str, Mapping[str, str]]:
    """Return what is said in several languages, by its place."""
    words = {NAMES: text.names}
    words |= {f"{DIRECTIONS}{at}": said for at, said in enumerate(text.terms.directions)}
    for party in text.parties:
        words[f"{PARTIES}{party.organisation}/names"] = party.names
        words[f"{PARTIES}{party.organisation}/capacity"] = party.capacity
    for clause in text.clauses:
        words[f"{place_of('clauses', clause.id)}heading"] = clause.heading
        words[f"{place_of('clauses', clause.id)}body"] = clause.body
    for commitment in text.commitments:
        words[f"{place_of('commitments', commitment.id)}what"] = commitment.what
    for duty in text.duties:
        words[f"{place_of('duties', duty.id)}what"] = duty.what
    return words


def _place_before(old: Text, new: Text, place: str) -> str:
    """Return where this was in the old text: a direction may have moved up, the rest has ids."""
    if not place.startswith(DIRECTIONS):
        return place
    said, before = new.terms.directions[int(place.removeprefix(DIRECTIONS))], old.terms.directions
    return f"{DIRECTIONS}{before.index(said)}" if said in before else place


def _left_behind(
    was: Mapping[str, str] | None,
    now: Mapping[str, str],
    behind: Collection[str],
    languages: Sequence[str],
) -> list[str]:
    if was is None:  # what is new was written as it is; what it lacks is another matter
        return []
    changed = {code for code in languages if was.get(code, "") != now.get(code, "")}
    to_write = {*behind, *(code for code in languages if not was.get(code))}
    if changed <= to_write:
        return [code for code in languages if code in behind and code not in changed]
    return [code for code in languages if code not in changed]
