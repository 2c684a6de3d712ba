"""The icon sprite as markup: which icons there are and how one is written into a page."""

import re
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from madoguchi.ui.assets import FOLDER, asset_url

SPRITE = "icons.svg"
#: Drawn for a name nobody drew, such as the channel of a plug from elsewhere: never a broken page.
FALLBACK = "file"


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the names in the sprite, without their `i-`."""
    return frozenset(re.findall(r'id="i-([a-z0-9-]+)"', (FOLDER / SPRITE).read_text(encoding="utf-8")))


def render_icon(name: str, *, label: str = "", size: str = "", css: str = "") -> SafeString:
    """Return the icon's markup: named for screen readers when it has a label, hidden from them when it has none.

    `size` is "", "s" or "l"; `css` adds classes such as "mark".
    """
    return _markup(asset_url(SPRITE), name, label, size, css)


@lru_cache(maxsize=2048)
def _markup(sprite: str, name: str, label: str, size: str, css: str) -> SafeString:
    known = name if name in icon_names() else FALLBACK
    classes = " ".join(filter(None, ("icon", f"icon-{size}" if size else "", css)))
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg class="{escape(classes)}" {named}><use href="{escape(sprite)}#i-{known}"/></svg>')
