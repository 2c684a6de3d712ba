"""axe on any page of any test: `violations(page)` is empty when nothing is wrong."""

import gzip
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "levels => axe.run(document, {runOnly: {type: 'tag', values: levels}})"


@lru_cache(maxsize=1)
def script() -> str:
    return gzip.decompress((Path(__file__).parent / "vendor" / "axe.min.js.gz").read_bytes()).decode()


def violations(page: Page) -> list[str]:
    """One line for each rule broken: its name and the first element."""
    page.evaluate(script())
    found = page.evaluate(RUN, LEVELS)["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]
