"""The press: data in, PDF/A out, with boxes to sign in and the stamps that fill them."""

from jointlab.signing.press.boxes import HEIGHT, WIDTH, Box, box_of
from jointlab.signing.press.compiling import NoFonts, Unprintable, compile_pdf, unprintable
from jointlab.signing.press.languages import BETWEEN, Names, distinct_names, typst_language
from jointlab.signing.press.stamps import stamp

__all__ = [
    "BETWEEN",
    "HEIGHT",
    "WIDTH",
    "Box",
    "Names",
    "NoFonts",
    "Unprintable",
    "box_of",
    "compile_pdf",
    "distinct_names",
    "stamp",
    "typst_language",
    "unprintable",
]
