"""ASC."""

from trialbench.readers.raw import Raw
from trialbench.readers.via_python_can import read_through


def read_asc(data: bytes) -> Raw:
    """x."""
    return read_through("ASCReader", data, 1, relative_timestamp=False)
