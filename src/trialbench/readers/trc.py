"""TRC."""

from trialbench.readers.raw import Raw
from trialbench.readers.via_python_can import read_through


def read_trc(data: bytes) -> Raw:
    """x."""
    return read_through("TRCReader", data, 0)
