"""Order numbers in the words of a message as links that open the order beside the conversation."""

import re
from html import escape
from urllib.parse import quote

from madoguchi.commerce.numbers import Recogniser

#: Ours: the result of `core.html.text_to_html`, in which `<` only begins tags.
_TAG = re.compile(r"(<[^<>]*>)")


def link_orders(html: str, finder: Recogniser, conversation: int) -> str:
    """The HTML of a text with its order numbers linked; what is a link already stays what it is."""
    if not finder:
        return html
    parts, depth = _TAG.split(html), 0
    for place, part in enumerate(parts):
        if part.startswith("<"):
            depth += part.startswith("<a ")
            depth -= part.startswith("</a")
        elif part and not depth:
            parts[place] = _linked(part, finder, conversation)
    return "".join(parts)


def _linked(text: str, finder: Recogniser, conversation: int) -> str:
    out, done = [], 0
    for found in finder.find(text):
        if text[: found.start].endswith(("&#", "&#x")):  # a character reference, no number
            continue
        key = quote(found.key, safe="")
        out.append(text[done : found.start])
        out.append(
            f'<a class="order-link" href="/c/{conversation}?side=orders&amp;order={key}"'
            f' hx-get="/c/{conversation}/side?tab=orders&amp;order={key}" hx-target="#side" hx-swap="innerHTML"'
            f' data-order="{escape(found.key)}">{text[found.start : found.end]}</a>'
        )
        done = found.end
    return "".join([*out, text[done:]])
