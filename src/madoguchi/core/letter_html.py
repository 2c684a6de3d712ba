"""HTML of our own letters, held to what cannot hide: what is checked, shown and approved is what the customer reads.

Stricter than what `core.html` lets strangers write: no sheets, no classes, no way to take words out of sight (display,
size, place, direction, colour on its own ground), to set them out of order, or to say them in an attribute. Cells stand
in the order in which they are written, apart and at one height. A picture written into the HTML would be a file that
nobody counts: it is refused, since pictures go as attachments.
"""

import re
from functools import cache

import nh3
from django.utils.translation import gettext_lazy as _

from .errors import Invalid
from .html import html_to_text, sanitise, text_to_html
from .letter_room import is_out_of_sight, without_long_blanks
from .letter_styles import is_dark, is_light, letter_style
from .seen_text import straight

#: Each level of a quotation or list moves its words further to the side.
_MAX_DEPTH = 60
_MAX_SIZE = 1_200


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Not here, since they hide or shrink their words, or set some beside others or elsewhere: bdi bdo big caption details
#: rp rt ruby small sub summary sup tfoot thead wbr.
_TAGS = _names(
    "a abbr address article aside b blockquote br center cite code dd del dfn div dl dt em figcaption figure"
    " font footer h1 h2 h3 h4 header hr i img ins kbd li main mark ol p pre q s samp section span strike strong table"
    " tbody td th time tr tt u ul var"
)
_SIZED = {"width", "height"}
_CELL = _SIZED | {"align", "bgcolor", "colspan"}
_ATTRIBUTES = {
    "*": {"style", "lang", "align"},
    "a": {"href"},
    "img": _SIZED | {"src", "alt", "data-remote-src", "data-cid"},
    "table": {"width", "border", "bgcolor"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"bgcolor"},
    "font": {"color", "size"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
    "hr": {"width"},
}
#: More than a full-width letter between one cell and the next.
_SET = {
    "a": {"target": "_blank"},
    "pre": {"style": "white-space:pre-wrap"},  # or its lines and blanks go on to the right without end
    "table": {"cellpadding": "8"},
    "td": {"valign": "top"},
    "th": {"valign": "top"},
}
_NUMBERS = _names("width height border colspan")
_NUMBER = re.compile(r"([0-9]{1,4})%?")
_WHOLE = {"start": re.compile(r"[1-9][0-9]?"), "size": re.compile(r"[1-7]")}
_ROWS = _names("table tbody tr td th")
#: Whose words it sets; a table or picture it would set beside what follows.
_ALIGNED = _names("p div h1 h2 h3 h4 tr td th")
_ALIGNMENTS = _names("left center right justify")
#: Tags that only stand for others: small headings shrink in each other, details are closed, and head and foot of a
#: table are shown there, wherever they are written.
_STAND_INS = {"h5": "h4", "h6": "h4", "details": "div", "summary": "div", "thead": "tbody", "tfoot": "tbody"}
_CAPTION = re.compile(r"<(/?)caption[^<>]*>")
_STAND_IN = re.compile(rf"<(/?)({'|'.join(_STAND_INS)})(?=[ >])")
#: A picture whose bytes stand in the tag; words that look so have no bracket before them.
_WRITTEN_IN = re.compile(r'<img(?:[^<>"]|"[^"]*")*? src="data:')
_DEEPER = re.compile(r"<(/?)(?!(?:br|hr|img)[ >])[a-z]")


def sanitise_letter(html: str) -> str:
    """HTML that may leave as a letter of ours.

    Invalid for pictures that are written into it (`data:`).
    """
    clean = sanitise(html)
    if not clean:
        return ""
    plain = _STAND_IN.sub(lambda tag: f"<{tag[1]}{_STAND_INS[tag[2]]}", straight(clean))
    plain = _CAPTION.sub(lambda tag: "</td></tr>" if tag[1] else "<tr><td>", plain)
    if _WRITTEN_IN.search(plain):
        raise Invalid(
            _("The HTML holds a picture (data:). Attach it as a file, so that it is checked and approved too."),
            field="html",
        )
    letter = without_long_blanks(_cleaner().clean(plain).strip())
    if _is_deep(letter) or is_out_of_sight(letter):
        return without_long_blanks(text_to_html(html_to_text(letter)))
    return letter


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
        set_tag_attribute_values=_SET,
        url_relative="deny",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return letter_style(value, is_cell=tag in _ROWS) or None
    if name == "align":
        return value if _is_aligned(tag, value.lower()) else None
    if name in _NUMBERS:
        number = _NUMBER.fullmatch(value.strip())
        return value if number and int(number[1]) <= _MAX_SIZE else None
    if name in _WHOLE:
        return value if _WHOLE[name].fullmatch(value) else None
    if name in ("color", "bgcolor"):
        fits = is_dark if name == "color" else is_light
        return value if fits(value.strip().lower()) else None
    return value


def _is_aligned(tag: str, value: str) -> bool:
    """True where it sets words within their own place; another table than a centred one floats."""
    return value in _ALIGNMENTS if tag in _ALIGNED else (tag, value) == ("table", "center")
