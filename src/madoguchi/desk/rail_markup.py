"""A line of the rail as markup, written in Python and kept: every page has three dozen, mostly as before.

Everything that is not markup passes `escape`; a test puts markup into every field.
"""

from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madoguchi.desk.rail_items import RailItem
from madoguchi.ui.assets import asset_url
from madoguchi.ui.icons import SPRITE, render_icon


def rail_line(item: RailItem) -> SafeString:
    """The line's `<li>`, below its heading where it has one."""
    return _line(item, get_language() or "", asset_url(SPRITE))


@lru_cache(maxsize=1024)
def _line(item: RailItem, _language: str, _sprite: str) -> SafeString:
    heading = (
        f'<li class="rail-nested rail-kind" aria-hidden="true">{escape(item.heading)}</li>' if item.heading else ""
    )
    nested = ' class="rail-nested"' if item.is_nested else ""
    kept = {"data-depth": str(item.depth or ""), "data-within": item.within, "data-drop": item.drop}
    return mark_safe(f"{heading}<li{nested}{_attributes(kept)}>{_fold(item)}{_link(item)}</li>\n")


def _fold(item: RailItem) -> str:
    if not item.fold:
        return ""
    return (
        f'<button class="rail-fold" type="button" data-fold="{escape(item.fold)}" aria-expanded="true"'
        f' aria-label="{escape(_("Folders in it"))}">{render_icon("down", size="s")}</button>'
    )


def _link(item: RailItem) -> str:
    piece = {"hx-get": item.href, "hx-target": "#list", "hx-push-url": "true"} if item.is_list else {}
    spoken = f"{item.word} {item.amount}".strip()
    named = {} if item.count_id else {"aria-label": spoken}  # an amount that comes later is read from the line itself
    said = _attributes(
        {
            "href": item.href,
            **piece,
            "data-status": item.status,
            "aria-current": "page" if item.is_current else "",
            **named,
            "title": item.word,
        }
    )
    late = " data-late" if item.is_late else ""
    mark = render_icon(item.icon, css="mark" if item.status else "")
    return f'<a class="rail-item"{said}{late}>{mark}<span>{escape(item.word)}</span>{_count(item)}</a>'


def _count(item: RailItem) -> str:
    if item.count_id:
        return f'<span class="count" id="{escape(item.count_id)}">{escape(item.amount)}</span>'
    return f'<span class="count">{escape(item.amount)}</span>' if item.amount else ""


def _attributes(values: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value)
