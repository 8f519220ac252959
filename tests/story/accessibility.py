"""What axe finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
THERE = "() => 'axe' in window"
# All that axe holds of a page takes longer to bring out of the browser than the faults to find.
FAULTS = """async () => {
  const found = await axe.run({resultTypes: ["violations"]});
  return found.violations
    .filter(fault => ["serious", "critical"].includes(fault.impact))
    .map(fault => [fault.id, fault.nodes.map(node => node.html)]);
}"""


def serious(page: Page) -> dict[str, list[str]]:
    """Return each serious or critical fault with the elements that have it."""
    if not page.evaluate(THERE):
        page.evaluate(SCRIPT)
    found: Any = page.evaluate(FAULTS)
    return dict(found)
