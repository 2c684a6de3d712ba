"""`{% load ui %}`: icon, status, face, asset and the few tags of the base template."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from madoguchi.ui.assets import asset_url, bundle
from madoguchi.ui.baking import pure
from madoguchi.ui.icons import render_icon
from madoguchi.ui.row_markup import row_markup

register = template.Library()

THEMES = frozenset({"light", "dark"})

register.simple_tag(pure(asset_url), name="asset")
register.simple_tag(row_markup, name="row")


@register.simple_tag
@pure
def icon(name: str, label: str = "", size: str = "", css: str = "") -> SafeString:
    """Draw an icon: `{% icon "mail" %}` beside its word, `{% icon "mail" label=_("Mail") %}` where it stands alone."""
    return render_icon(name, label=label, size=size, css=css)


@register.simple_tag
@pure
def status(key: str, word: str) -> SafeString:
    """Draw a status as shape, colour and word; keys as in controls.css (new, open, wait, … late)."""
    mark = render_icon(f"s-{key}", size="s", css="mark")
    return format_html('<span class="status" data-status="{}">{}{}</span>', key, mark, word)


@register.simple_tag
@pure
def face(name: str, presence: str = "", size: str = "", tone: str = "") -> SafeString:
    """Draw a person as the first character of the name; the name itself stands beside it, so the face is hidden."""
    extra = format_html_join(
        "", ' data-{}="{}"', ((k, v) for k, v in (("presence", presence), ("size", size), ("tone", tone)) if v)
    )
    return format_html('<span class="face" aria-hidden="true"{}>{}</span>', extra, name.strip()[:1].upper())


@register.simple_tag(takes_context=True)
def html_attributes(context: dict[str, Any]) -> SafeString:
    """Write language and theme on <html>; the theme is a cookie so that the first paint already has it."""
    request = context.get("request")
    theme = request.COOKIES.get("theme", "") if request else ""
    chosen = format_html(' data-theme="{}"', theme) if theme in THEMES else ""
    return format_html('lang="{}"{}', get_language() or "ja", chosen)


@register.simple_tag
@pure
def module_preloads() -> SafeString:
    """Name every module of the look in the head, so that imports do not wait for one another."""
    return format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((asset_url(name),) for name in bundle().modules)
    )
