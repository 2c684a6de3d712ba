"""HTML of our own letters, held to what cannot hide: what is checked, shown and approved is what the customer reads.

Stricter than what `core.html` lets strangers write: no sheets, no classes, no way to take words out of sight (display,
size, place, direction, colour on its own ground), to set them out of order, or to say them in an attribute. A picture
written into the HTML would be a file that nobody counts: it is refused, since pictures go as attachments.
"""

import re
from functools import cache

import nh3
from django.utils.translation import gettext_lazy as _

from .errors import Invalid
from .html import html_to_text, sanitise, text_to_html
from .letter_styles import is_dark, is_light, letter_style

#: Each level of a quotation or list moves its words further to the side.
_MAX_DEPTH = 60
_MAX_SIZE = 1_200


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Not here, since they hide or shrink their words, or set some beside others: bdi bdo big details rp rt ruby small sub
#: summary sup wbr.
_TAGS = _names(
    "a abbr address article aside b blockquote br caption center cite code dd del dfn div dl dt em figcaption figure"
    " font footer h1 h2 h3 h4 header hr i img ins kbd li main mark ol p pre q s samp section span strike strong table"
    " tbody td tfoot th thead time tr tt u ul var"
)
_SIZED = {"width", "height"}
_CELL = _SIZED | {"align", "valign", "bgcolor", "colspan", "rowspan"}
_ATTRIBUTES = {
    "*": {"style", "lang", "align"},
    "a": {"href"},
    "img": _SIZED | {"src", "alt", "data-remote-src", "data-cid"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"valign", "bgcolor"},
    "font": {"color", "size"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
    "hr": {"width"},
}
_NUMBERS = _names("width height border cellpadding cellspacing colspan rowspan")
_NUMBER = re.compile(r"([0-9]{1,4})%?")
_START = re.compile(r"[1-9][0-9]?")
_FONT_SIZE = re.compile(r"[1-7]")
#: Tags that only stand for others: small headings shrink in each other, and details are closed.
_STAND_INS = {"h5": "h4", "h6": "h4", "details": "div", "summary": "div"}
_STAND_IN = re.compile(rf"<(/?)({'|'.join(_STAND_INS)})(?=[ >])")
_DEEPER = re.compile(r"<(/?)(?!(?:br|hr|img)[ >])[a-z]")


def sanitise_letter(html: str) -> str:
    """HTML that may leave as a letter of ours.

    Invalid for pictures that are written into it (`data:`).
    """
    clean = sanitise(html)
    if not clean:
        return ""
    plain = _STAND_IN.sub(lambda tag: f"<{tag[1]}{_STAND_INS[tag[2]]}", clean)
    if 'src="data:' in plain:
        raise Invalid(
            _("The HTML holds a picture (data:). Attach it as a file, so that it is checked and approved too."),
            field="html",
        )
    letter = _cleaner().clean(plain).strip()
    return text_to_html(html_to_text(letter)) if _is_deep(letter) else letter


def _is_deep(clean: str) -> bool:
    depth = 0
    for tag in _DEEPER.finditer(clean):
        depth += -1 if tag[1] else 1
        if depth > _MAX_DEPTH:
            return True
    return False


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags={"style"},
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_relative="deny",
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return letter_style(value) or None
    if name in _NUMBERS:
        number = _NUMBER.fullmatch(value.strip())
        return value if number and int(number[1]) <= _MAX_SIZE else None
    if name == "start":
        return value if _START.fullmatch(value) else None
    if name == "size":
        return value if _FONT_SIZE.fullmatch(value) else None
    if name in ("color", "bgcolor"):
        fits = is_dark if name == "color" else is_light
        return value if fits(value.strip().lower()) else None
    return value
