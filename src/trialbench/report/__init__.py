"""The report of a trial for people: a page of its own, in English, Chinese or Korean."""

from trialbench.report.page import plots, render

__all__ = ["plots", "render"]
