"""What axe finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
THERE = "() => 'axe' in window"
# All that axe holds of a page takes longer to bring out of the browser than the faults to find.
FAULTS = """async contrast => {
  const found = await axe.run({
    resultTypes: ["violations"],
    rules: {"color-contrast": {enabled: contrast}},
  });
  return found.violations
    .filter(fault => ["serious", "critical"].includes(fault.impact))
    .map(fault => [fault.id, fault.nodes.map(node => node.html)]);
}"""
# Each kind of element on the page, with what it stands in: all but words, addresses and names.
DRAWN = """() => {
  const words = new Set([
    "action", "alt", "aria-controls", "aria-describedby", "aria-label", "aria-labelledby",
    "content", "datetime", "for", "href", "hreflang", "hx-headers", "id", "lang", "name",
    "placeholder", "src", "srcset", "title", "value",
  ]);
  const kinds = new Map();
  for (const each of document.querySelectorAll("*")) {
    const said = [...each.attributes].filter(one => !words.has(one.name));
    const own = said.map(one => `[${one.name}=${one.value}]`).sort().join("");
    kinds.set(each, `${kinds.get(each.parentElement) ?? ""} ${each.localName}${own}`);
  }
  return [innerWidth, ...[...new Set(kinds.values())].sort()].join("\\n");
}"""
judged: set[str] = set()


def serious(page: Page) -> dict[str, list[str]]:
    """Return each serious or critical fault with the elements that have it.

    The contrast of colours, by far the slowest to see, is judged once for each drawing: the same
    kinds of elements, one in the other, at the same width have the same colours in each language.
    """
    if not page.evaluate(THERE):
        page.evaluate(SCRIPT)
    drawn: str = page.evaluate(DRAWN)
    found: Any = page.evaluate(FAULTS, drawn not in judged)
    if not found:
        judged.add(drawn)
    return dict(found)
