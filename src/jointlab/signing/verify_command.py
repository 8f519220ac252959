"""`verify FILE.pdf`: check a signed document anywhere; a room with documents adds it to its own."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509

    from jointlab.signing.signatures.results import Examination, Signature

UNNAMED = (
    "no authority is known here that could have sealed a document: {place} is not there. Name the "
    "one that did with --authority PEM (an instance publishes its own at ORIGIN/pki/authority.pem), "
    "or set JOINTLAB_HOME to the home of the instance"
)
UNREADABLE = {"no-pdf", "too-large", "encrypted", "too-much"}


def add_verify(acts: Any, *, of: str) -> None:
    """Add it to a room's commands; `of` is what they are called, for what cannot be done."""
    verify = acts.add_parser(
        "verify",
        help="check every signature of a document",
        description="Check a signed document; no server or database is needed. Signatures count "
        "by this instance's authority, which is found in JOINTLAB_HOME, by those of others in "
        "JOINTLAB_HOME/trust/authorities/*.pem and by those given with --authority. By the roots in "
        "JOINTLAB_HOME/trust/*.pem, and those given with --trust, people may have signed; they seal "
        "and timestamp nothing. Lists of revoked certificates in JOINTLAB_HOME/trust/*.crl count. Exit "
        "code 0: every signature is valid, trusted and covers what it must; 1: something is "
        "not, and is named; 2: the file cannot be read.",
    )
    verify.add_argument("file", type=Path, metavar="FILE.pdf")
    verify.add_argument(
        "--authority",
        type=Path,
        nargs="+",
        default=[],
        metavar="PEM",
        help="root of the instance that sealed it: its ORIGIN/pki/authority.pem",
    )
    verify.add_argument(
        "--trust",
        type=Path,
        nargs="+",
        default=[],
        metavar="PEM",
        help="roots by which people may have signed elsewhere",
    )
    verify.add_argument("--json", action="store_true", help="print what was found as JSON")
    verify.set_defaults(run=_verify, of=of)


def _verify(arguments: Namespace) -> int:
    from jointlab.signing.signatures.confined import examine
    from jointlab.signing.signatures.problems import MOST_BYTES

    kept: Path = arguments.home / "trust"
    try:
        with arguments.file.open("rb") as file:
            pdf = file.read(MOST_BYTES + 1)
        own = arguments.home / "keys" / "authority" / "root.pem"
        named = [*sorted((kept / "authorities").glob("*.pem")), *arguments.authority]
        trust = [*_roots([*([own] if own.exists() else []), *named])]
        people = [*_roots([*sorted(kept.glob("*.pem")), *arguments.trust])]
        crls = [path.read_bytes() for path in sorted(kept.glob("*.crl"))]
    except OSError as fault:
        return _cannot(arguments.of, f"{fault.filename}: {fault.strerror}")
    except ValueError as fault:
        return _cannot(arguments.of, str(fault))
    found = examine(pdf, trust=trust, people=people, crls=crls)
    if not trust:
        _cannot(arguments.of, UNNAMED.format(place=own))
    if arguments.json:
        texts = {"problems": [vars(each) | {"text": each.text} for each in found.problems]}
        print(json.dumps(found.as_json() | texts, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(found)))
    if found.ok:
        return 0
    return 2 if UNREADABLE & {each.code for each in found.problems} else 1


def _roots(paths: list[Path]) -> Iterator[x509.Certificate]:
    """Yield the roots in these files; ValueError names one that holds none."""
    from cryptography import x509

    for path in paths:
        try:
            yield from x509.load_pem_x509_certificates(path.read_bytes())
        except ValueError:
            raise ValueError(f"{path}: not a certificate in PEM") from None


def _lines(found: Examination) -> Iterator[str]:
    """Yield what a reader wants to know: what it is, who signed, and then the verdict."""
    from jointlab.signing.signatures.problems import CHANGES

    if found.document:
        parties = "; ".join(map(_english, found.document.parties))
        vouched = found.seal is not None and found.seal.holds
        account = "" if vouched else " (by its own account: no seal that counts vouches for it)"
        yield _plain(f"{_english(found.document.names)}, between {parties}{account}")
    if found.seal:
        yield from _signature_lines("sealed", found.seal)
    for each in found.signatures:
        yield from _signature_lines("signed", each)
    for each in found.timestamps:
        yield from _signature_lines("stamped", each)
    for problem in found.problems:
        yield f"wrong: {_plain(problem.text)}"
    for change in found.changes:
        yield f"changed: {CHANGES[change.code] % {'page': change.page}}"
    verdict = "every signature is valid and trusted, and covers what it must"
    yield verdict if found.ok else "THIS DOCUMENT IS NOT IN ORDER"


def _signature_lines(what: str, signature: Signature) -> Iterator[str]:
    emails = ", ".join(signature.emails)
    time = f"{signature.time:%Y-%m-%d %H:%M:%S} UTC" if signature.time else "at an unknown time"
    covers = "the whole file" if signature.whole_file else f"the first {signature.covers} bytes"
    yield _plain(f"{what} by {signature.name}{f' <{emails}>' if emails else ''}, {time}")
    yield _plain(f"    field {signature.field}; covers {covers}")
    yield _plain(f"    certificate {signature.serial} of {signature.issuer}")
    valid = "valid" if signature.intact else "NOT VALID"
    yield f"    {valid}, {'trusted' if signature.trusted else 'NOT TRUSTED'}"


def _english(names: dict[str, str]) -> str:
    return names.get("en") or next(iter(names.values()), "")


def _plain(text: str) -> str:
    """Return a line without what could move a terminal's cursor or its reader's eye."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def _cannot(of: str, fault: str) -> int:
    print(f"{of}: {fault}", file=sys.stderr)
    return 2
