"""A mail's HTML as a page of its own for a sandboxed frame: nothing runs in it, nothing loads unless asked for."""

import re
from collections.abc import Mapping
from html import escape, unescape

from django.utils.translation import gettext as _

_REMOTE = re.compile(r' data-remote-src="([^"]*)"')
_INSIDE = re.compile(r' data-cid="([^"]*)"')
_LINK = re.compile(r'<a (?=[^>]*href="(https?://[^"]+)")')

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; padding: 12px 14px; background: #fff; color: #222; font: 15px/1.7 system-ui, "Hiragino Kaku Gothic ProN",
 "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", Meiryo, sans-serif; overflow-wrap: anywhere; line-break: strict; }
img { max-width: 100%; height: auto; } img:not([src]) { display: inline-block; min-width: 24px; min-height: 16px; border: 1px dashed #bbb; }
table { max-width: 100%; } pre { white-space: pre-wrap; } blockquote { margin: 0 0 0 .5em; padding-left: .8em; border-left: 2px solid #ccc; }
.madoguchi-images { display: block; margin: 0 0 12px; padding: 8px 12px; background: #f4f2ec; border-radius: 6px; color: #333; font-size: 13px; }
"""


def policy(*, with_images: bool) -> str:
    """What the frame may load."""
    images = "'self' data: https: http:" if with_images else "'self' data:"
    return (
        f"default-src 'none'; img-src {images}; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none';"
        " form-action 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )


def framed_mail(html: str, *, files: Mapping[str, str], with_images: bool, url: str) -> str:
    """The page; `html` was sanitised when it arrived, `files` leads from Content-IDs to our own addresses."""
    shown = _INSIDE.sub(lambda found: _own(found, files), html)
    offer = ""
    if _REMOTE.search(shown):
        if with_images:
            shown = _REMOTE.sub(r' src="\1" referrerpolicy="no-referrer" loading="lazy"', shown)
        else:
            text = escape(
                _("Images from the internet are not shown. Loading them tells the sender that the mail was read.")
            )
            offer = f'<p class="madoguchi-images">{text} <a href="{escape(url)}?images=1">{escape(_("Show images"))}</a></p>'
    shown = _LINK.sub(lambda found: f'<a title="{found[1]}" ', shown)
    return (
        f'<!doctype html><meta charset="utf-8"><title>{escape(_("Mail"))}</title><style>{_STYLE}</style>{offer}{shown}'
    )


def _own(found: re.Match[str], files: Mapping[str, str]) -> str:
    address = files.get(unescape(found[1]))
    return f' src="{escape(address)}"' if address else ""
