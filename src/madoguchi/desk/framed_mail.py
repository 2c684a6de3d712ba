"""A mail's HTML as a page of its own for a sandboxed frame: nothing runs in it, nothing loads unless asked for."""

import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

_REMOTE = re.compile(r' data-remote-src="([^"]*)"')
#: In style attributes and in the sheet alike (`core.styles`).
_REMOTE_GROUND = re.compile(r"--remote-image:('[^'\"<>\\]*')")
#: Chromium tells the server our host for pictures of a `<style>`, whatever policy the page has. A browser that does not
#: know the modifier (Chromium before 149, Safari before 26.2) takes the whole declaration for none: nothing loads.
_GROUND = r"background-image:url(\1 referrer-policy(no-referrer))"
_INSIDE = re.compile(r' data-cid="([^"]*)"')
_LINK = re.compile(r'<a (?=[^>]*href="(https?://[^"]+)")')
_NAMED = re.compile(r'<a (?=[^>]*href="(https?://[^"]+)")[^>]*>(.{1,2000}?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
#: Words that read like an address: with its scheme, or a host alone or before a path; but not the name of a file.
_LIKE_ADDRESS = re.compile(
    r"\s*(?:https?://)?((?:[a-z0-9-]+\.)+(?!(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|txt|csv|html?)\s*$)[a-z]{2,})"
    r"(?:[/:?#]|\s*$)",
    re.IGNORECASE,
)
_HOST_INSIDE = re.compile(r"(?<![a-z0-9@.-])(?:https?://|(?=www\.))((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
#: Words of which a part may be hidden are read without their blanks, and wherever an address stands in them.
_MAY_HIDE = re.compile(r'<[^>]* (?:class|id|style="[^"]*(?:none|hidden|font-size:\s*[01])\b)')
_HOST_IN_PARTS = re.compile(r"(?<![a-z0-9@.-])((?:[a-z0-9-]+\.)+[a-z]{2,})(?![a-z0-9@])", re.IGNORECASE)

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
    if _REMOTE.search(shown) or _REMOTE_GROUND.search(shown):
        if with_images:
            shown = _REMOTE.sub(r' src="\1" referrerpolicy="no-referrer" loading="lazy"', shown)
            shown = _REMOTE_GROUND.sub(_GROUND, shown)
        else:
            text = escape(
                _("Images from the internet are not shown. Loading them tells the sender that you read the mail.")
            )
            link = f'<a href="{escape(url)}?images=1">{escape(_("Show images"))}</a>'
            offer = f'<p class="madoguchi-images">{text} {link}</p>'
    shown = _NAMED.sub(_with_its_host, shown)
    shown = _LINK.sub(lambda found: f'<a title="{found[1]}" ', shown)
    return (
        f'<!doctype html><meta charset="utf-8"><title>{escape(_("Mail"))}</title><style>{_STYLE}</style>{offer}{shown}'
    )


def _with_its_host(found: re.Match[str]) -> str:
    """The link, and behind it where it leads if its words name another place."""
    host, named = _host(unescape(found[1])), _host_in_words(found[2])
    if not named or named.casefold().removeprefix("www.") == host.removeprefix("www."):
        return found[0]
    return f'{found[0]}<span class="madoguchi-host">→ {escape(host)}</span>'


def _host_in_words(inner: str) -> str:
    words = unescape(_TAG.sub("", inner))
    found = _LIKE_ADDRESS.match(words) or _HOST_INSIDE.search(words)
    if found is None and _MAY_HIDE.search(inner):
        found = _HOST_IN_PARTS.search("".join(words.split()))
    return found[1] if found else ""


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:  # an address that only looks like one, such as "http://[x"
        return address


def _own(found: re.Match[str], files: Mapping[str, str]) -> str:
    address = files.get(unescape(found[1]))
    return f' src="{escape(address)}"' if address else ""
