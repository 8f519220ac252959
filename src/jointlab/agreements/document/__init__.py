"""The paper: an agreement's text as PDF/A with room for signatures, and the stamps that fill it."""

from jointlab.agreements.document.press import NoFonts, Unprintable
from jointlab.agreements.document.setting import HEIGHT, WIDTH, Box, Paper, stamp, typeset

__all__ = ["HEIGHT", "WIDTH", "Box", "NoFonts", "Paper", "Unprintable", "stamp", "typeset"]
