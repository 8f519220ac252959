"""MF4."""

from trialbench.readers.raw import Raw
from trialbench.readers.via_python_can import read_through


def read_mf4(data: bytes) -> Raw:
    """x."""
    return read_through("MF4Reader", data, 0)
