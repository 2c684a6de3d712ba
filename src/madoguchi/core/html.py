"""HTML from outside made safe, HTML to text and text to HTML; the only place that decides what markup may stay.

The result is meant for a sandboxed frame and begins with the mail's own style sheet as far as that is harmless.
Nothing in it loads from the network: remote images wait in `data-remote-src` until a person asks, images of the
message itself in `data-cid`. Input is bounded in size and nesting before the sanitiser sees it, because building a
tree of 20,000 nested elements takes a second.
"""

import re
from collections.abc import Callable
from functools import cache
from html import escape, unescape

import nh3

from .sheets import ground_of, names_of, read_sheets, write_sheet
from .styles import clean_style
from .text_of_html import text_of_clean_html, text_run_together

#: Beyond this a body is shown as text: 2 million characters take about 100 ms to sanitise.
MAX_CHARS = 2_000_000
#: Of what is too costly so much text stays.
_MAX_CRUDE_CHARS = 500_000
#: Real newsletters nest tables about 40 deep.
MAX_DEPTH = 250
#: Formatting left open is repeated by the parser in every later block; this bounds how many copies it makes.
_MAX_COPIES = 300_000
#: Each attribute of a tag is compared with all before it: 200,000 take 20 s. Real tags have up to 20.
_MAX_ATTRIBUTES = 500
#: What stands in a table outside its cells is moved before it, past all that was moved already: 60,000 take 2 s.
#: Counted are begins and ends, since a lone end of a paragraph makes one too.
_MAX_BESIDE_CELLS = 60_000
#: Further ones give their attributes to the first, which is as slow; forwarded mails hold a few.
_MAX_ROOTS = 100
#: Tags look alike inside comments and values, where they are read again; more of that is no mail.
_MAX_READINGS = 3
#: Character references in one run cost the square of their number: 100,000 take 0.2 s.
_MAX_REFERENCES = 100_000


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,14})")
_BLANK = r"[ \t\n\f\r]"
#: HTML Standard, section 13.2.5.32 and following; nothing is ever taken back, so each reading is linear.
_ATTRIBUTE = (
    rf"(?:{_BLANK}|/)*+(?:=[^ \t\n\f\r/>=]*+|[^ \t\n\f\r/>=]++)"
    rf"(?:{_BLANK}*+={_BLANK}*+(?:\"[^\"]*+\"?|'[^']*+'?|[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)?+)?+"
)
_INSIDE = re.compile(rf"[^ \t\n\f\r/>]*+(?:{_ATTRIBUTE}){{0,{_MAX_ATTRIBUTES}}}+({_ATTRIBUTE})?")
_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_CLOSED_BY_NEXT = _names("p li dt dd tr td th tbody thead tfoot option colgroup html body head")
_ROOTS = _names("html body frameset")
_TABLE = _names("table tr td th tbody thead tfoot caption col colgroup")
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")

_TAGS = _names(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn"
    " div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q"
    " rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul"
    " var wbr"
)
_DROPPED_WITH_CONTENT = _names(
    "script style title noscript template iframe object embed applet audio video svg math input select textarea button"
    " canvas xml map frameset noframes"
)
_CELL = {"align", "valign", "width", "height", "bgcolor", "colspan", "rowspan", "nowrap", "headers", "scope"}
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title", "align", "class", "id"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor", "summary"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"valign", "bgcolor"},
    "col": {"width", "span"},
    "colgroup": {"width", "span"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value"},
    "blockquote": {"type"},
    "hr": {"width", "size", "color", "noshade"},
    "time": {"datetime"},
    "del": {"datetime"},
    "ins": {"datetime"},
}
#: Classes by which mail programs mark quotes and signatures; folding reads them.
_CLASSES = _names(
    "gmail_quote gmail_quote_container gmail_attr gmail_extra gmail_signature moz-cite-prefix moz-signature"
    " moz-forward-container yahoo_quoted protonmail_quote protonmail_signature_block outlookmessageheader"
)
_MAX_CLASSES = 30
_SHEET_OR_GROUND = re.compile(r"<(?:style[\s/>]|body\s)", re.IGNORECASE)
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]{1,700000}", re.IGNORECASE)
_CLEAN_TAG = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>|<[a-z/][^<>"]*(?:"[^"]*"[^<>"]*)*>')
_SOURCE = re.compile(r' src="([^"]*)"')

_URL = r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{3,2000}"
_MAIL = r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![\w-])"
_PHONE = r"(?<![\w.@/+-])(?:\+81[ -]?\d{1,4}|0\d{1,4})-\d{1,4}-\d{3,4}(?![\w@/-])"
_LINKS = re.compile(f"(?P<url>{_URL})|(?P<mail>{_MAIL})|(?P<phone>{_PHONE})", re.ASCII)
_BLANK_RUN = re.compile(r"^ | {2,}", re.MULTILINE)
_CRUDE_TAG = re.compile(r"<[^<>]{0,2000}>")
_CRUDE_HIDDEN = re.compile(r"<(script|style|title)\b.*?(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?")
#: No character has such a number; Python refuses to read one of more than 4,300 digits.
_NO_CHARACTER = re.compile(r"&#[0-9]{9,}+;?")


def sanitise(html: str) -> str:
    """HTML that may be shown; whatever is too large or too deep comes back as plain text in HTML."""
    html = html.replace("\x00", "")
    if not html or html.isspace():
        return ""
    if len(html) > MAX_CHARS or is_too_costly(html):
        return text_to_html(_crude_text(html))
    if not _SHEET_OR_GROUND.search(html):
        return _bounded(_parked_images(_cleaner().clean(html)), html)
    rules, present = read_sheets(html, _TAGS), set[str]()
    cleaner = _new_cleaner(_named(names_of(rules), present)) if rules else _cleaner()
    clean = _parked_images(cleaner.clean(html))
    sheet = "\n".join(part for part in (ground_of(html), write_sheet(rules, present, clean.count("<"))) if part)
    return _bounded(f"<style>{sheet}</style>\n{clean}" if clean and sheet else clean, html)


def _bounded(clean: str, html: str) -> str:
    """A short link becomes four times as long; a hundred thousand of them are no mail."""
    return clean if len(clean) <= 2 * MAX_CHARS else text_to_html(_crude_text(html))


def html_to_text(html: str) -> str:
    """Readable text of any HTML: links plain, quotes with `> `, lists and tables as lines."""
    return clean_to_text(sanitise(html))


def html_run_together(html: str) -> str:
    """The same without what keeps apart words that stand side by side; empty where that says nothing else."""
    return text_run_together(sanitise(html))


def clean_to_text(clean: str) -> str:
    """The same for HTML that `sanitise` has made."""
    return text_of_clean_html(clean)


def text_to_html(text: str) -> str:
    """Text as safe HTML: escaped, links to web, mail and telephone made, line breaks and runs of blanks kept.

    Links end at the first character that is not ASCII, since Japanese goes on without a blank.
    """
    out, position = [], 0
    plain = _LINE_END.sub("\n", text.replace("\x00", ""))
    for found in _LINKS.finditer(plain):
        out += [escape(plain[position : found.start()]), _link(found[0], str(found.lastgroup))]
        position = found.end()
    out.append(escape(plain[position:]))
    kept = _BLANK_RUN.sub(
        lambda run: "&nbsp;" * (len(run[0]) - 1) + (" " if len(run[0]) > 1 else "&nbsp;"), "".join(out)
    )
    return kept.replace("\n", "<br>")


def is_too_costly(html: str) -> bool:
    """True when building its tree would nest too deep, copy open formatting too often or compare too many attributes.

    Linear in its length.
    """
    if html.count("&") > _MAX_REFERENCES or _has_long_tag(html):
        return True
    has_table = "<table" in html.lower()
    depth = open_formatting = copies = beside = 0
    for found in _TAG.finditer(html):
        name = found[2].lower()
        beside += has_table and name not in _TABLE
        if name in _FORMATTING:
            open_formatting += -1 if found[1] and open_formatting else not found[1]
        elif not found[1]:
            copies += open_formatting
        if name not in _VOID and name not in _CLOSED_BY_NEXT:
            depth += -1 if found[1] and depth else not found[1]
        if depth > MAX_DEPTH or copies > _MAX_COPIES or beside > _MAX_BESIDE_CELLS:
            return True
    return False


def _has_long_tag(html: str) -> bool:
    budget, roots = _MAX_READINGS * len(html), 0
    for tag in _TAG.finditer(html):
        roots += tag[2].lower() in _ROOTS
        inside = _INSIDE.match(html, tag.end())
        assert inside is not None  # it may be empty
        budget -= inside.end() - inside.start()
        if inside[1] or budget < 0 or roots > _MAX_ROOTS:
            return True
    return False


def _new_cleaner(attribute_filter: Callable[[str, str, str], str | None]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=attribute_filter,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_relative="deny",
    )


@cache
def _cleaner() -> nh3.Cleaner:
    return _new_cleaner(_attribute)


def _named(wanted: frozenset[str], present: set[str]) -> Callable[[str, str, str], str | None]:
    """The filter that also keeps the classes and ids for which the sheets look, and notes which it met."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            words = value.split()[:_MAX_CLASSES]
            met = {f".{word}" for word in words} & wanted
            present.update(met)
            return " ".join(word for word in words if f".{word}" in met or word.lower() in _CLASSES) or None
        if name == "id":
            present.update({f"#{value}"} & wanted)
            return value if f"#{value}" in wanted else None
        return _attribute(tag, name, value)

    return attribute


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return clean_style(value) or None
    if name == "class":
        return " ".join(word for word in value.split() if word.lower() in _CLASSES) or None
    if name == "id":
        return None
    if name == "href":
        return value if value.strip().lower().startswith(("http://", "https://", "mailto:", "tel:")) else None
    if name == "src" and value.strip().lower().startswith("data:"):
        return value if tag == "img" and _DATA_IMAGE.fullmatch(value.strip()) else None
    return value


def _parked_images(clean: str) -> str:
    return _CLEAN_TAG.sub(_without_remote, clean).strip() if "<img" in clean else clean.strip()


def _without_remote(tag: re.Match[str]) -> str:
    """Park an image's source; other tags are matched only so that attribute values are never taken for tags."""
    if tag[1] is None:
        return tag[0]
    return f"<img{_SOURCE.sub(_parked, tag[1], count=1)}>"


def _parked(source: re.Match[str]) -> str:
    url = unescape(source[1]).strip()
    if url.lower().startswith("cid:"):
        return f' data-cid="{escape(url[4:])}"'
    return source[0] if url.lower().startswith("data:") else f' data-remote-src="{escape(url)}"'


def _link(found: str, kind: str) -> str:
    if kind == "mail":
        return f'<a href="mailto:{found}">{found}</a>'
    if kind == "phone":
        return f'<a href="tel:{re.sub(r"[ -]", "", found)}">{found}</a>'
    url = _trimmed(found)
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow">{escape(url)}</a>'
        f"{escape(found[len(url) :])}"
    )


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays when it was opened inside."""
    end = len(url)
    spare = {")": url.count(")") - url.count("("), "]": url.count("]") - url.count("[")}
    while url[end - 1] in ".,;:!?'*)]" and spare.get(url[end - 1], 1) > 0:
        end -= 1
        if url[end] in spare:
            spare[url[end]] -= 1
    return url[:end]


def _crude_text(html: str) -> str:
    """What is left of hostile or huge HTML when every tag is cut out; linear in its length."""
    visible = _CRUDE_TAG.sub("\n", _CRUDE_HIDDEN.sub("", html[:MAX_CHARS]))
    lines = unescape(_NO_CHARACTER.sub("\ufffd", visible)).split("\n")
    return "\n".join(line for line in map(str.strip, lines) if line)[:_MAX_CRUDE_CHARS]
