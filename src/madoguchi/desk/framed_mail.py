"""A mail's HTML as a page of its own for a sandboxed frame: nothing runs in it, nothing loads unless asked for."""

import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path

from django.utils.translation import gettext as _

_REMOTE = re.compile(r' data-remote-src="([^"]*)"')
_INSIDE = re.compile(r' data-cid="([^"]*)"')
_LINK = re.compile(r'<a (?=[^>]*href="(https?://[^"]+)")')

#: The frame cannot reach the look's own sheet, so it carries its few rules along.
_STYLE = (Path(__file__).parent / "static" / "desk" / "mail.css").read_text(encoding="utf-8")


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
                _("Images from the internet are not shown. Loading them tells the sender that you read the mail.")
            )
            link = f'<a href="{escape(url)}?images=1">{escape(_("Show images"))}</a>'
            offer = f'<p class="madoguchi-images">{text} {link}</p>'
    shown = _LINK.sub(lambda found: f'<a title="{found[1]}" ', shown)
    return (
        f'<!doctype html><meta charset="utf-8"><title>{escape(_("Mail"))}</title><style>{_STYLE}</style>{offer}{shown}'
    )


def _own(found: re.Match[str], files: Mapping[str, str]) -> str:
    address = files.get(unescape(found[1]))
    return f' src="{escape(address)}"' if address else ""
