"""A report's page as a person reads it."""

import re
from html import unescape
from html.parser import HTMLParser

VOID = {"meta", "wbr", "br", "hr", "img", "link", "input"}


class Reader(HTMLParser):
    """Reads a page as a person does: its texts, and whether every element is closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.texts, self.attributes = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, key, value) for key, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.texts.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def text(page):
    return re.sub(r"\s+", " ", unescape("".join(read(page).texts)))
