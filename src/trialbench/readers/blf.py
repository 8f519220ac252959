"""BLF."""

from trialbench.readers.raw import Raw
from trialbench.readers.via_python_can import read_through


def read_blf(data: bytes) -> Raw:
    """x."""
    return read_through("BLFReader", data, 1)
