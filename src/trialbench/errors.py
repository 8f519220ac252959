"""The bench's errors: one root, one clear line each, fit to be shown to the person who caused it."""

from typing import Final

_LONGEST: Final = 1000
_TAIL: Final = 200  # the remedy stands at the end


class TrialbenchError(Exception):
    """Root of everything that the bench raises on purpose; `str()` of it is one line.

    It is so whatever of somebody's input it quotes: line ends, lone surrogates, a megabyte.
    """

    def __str__(self) -> str:
        line = " ".join(super().__str__().splitlines())
        if len(line) > _LONGEST:
            line = f"{line[: _LONGEST - _TAIL]} … {line[-_TAIL:]}"
        return line.encode(errors="backslashreplace").decode()


class SignalError(TrialbenchError):
    """Times or values that make no signal."""


class UnitError(TrialbenchError):
    """A unit that is unknown, or that cannot be converted into the one asked for."""


class RecordingError(TrialbenchError):
    """A recording of which nothing can be read. (What can be read in part is a `Damage`.)."""


class EncodingError(TrialbenchError):
    """Bytes that do not tell what text they are, or an encoding that nobody knows."""


class DbcError(TrialbenchError):
    """A DBC file of which nothing can be read, or a signal that it does not describe."""


class FormulaError(TrialbenchError):
    """A formula that does not parse, or names what is not there."""


class ProtocolError(TrialbenchError):
    """A protocol that does not say what it must, or says what it may not."""


class ArtefactError(TrialbenchError):
    """An artefact that cannot be tried at all: no `artefact.toml`, an unknown kind."""


class SandboxUnavailable(TrialbenchError):  # noqa: N818 - it names a state of the machine
    """This machine cannot confine an artefact, so none is run."""


class PlatformError(TrialbenchError):
    """The platform broke during a trial: try again; it is not the artefact's failure."""


class EvidenceError(TrialbenchError):
    """A bundle or a key that cannot be read."""
