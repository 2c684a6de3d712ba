"""Masking HTML and JSON: what is shown, what tags tear apart, and what stands in fields and will be sent back."""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.masking import PLACE_FIELDS, Masking, Ours, mask

#: What names the address in JSON that tells of an identity.
_IDENTITY = ("address", "key", "text")
_TEXTAREA = re.compile(r"(<textarea\b[^>]{0,2000}>)([^<]*)(</textarea>)")
_FIELD = re.compile(r"<(?:input|button|option)\b[^>]{0,4000}>")
_VALUE = re.compile(r'(?<= value=")[^"]*(?=")')
_NAME = re.compile(r' name="([^"]{0,200})"')
#: A customer's address, and of what kind it is.
_REACHED = re.compile(r'<span data-reached="([a-z]{1,10})">([^<]*)(?=</span>)')
#: Tags inside of which an address may be torn: marked hits, soft breaks, bold letters. Others begin something new.
_TORN = re.compile(
    r"</?(?:mark|wbr|b|i|em|strong|u|font|a|span|code|s|small|big|q|sub|sup|del|ins|strike|kbd|samp|tt|var|abbr|cite"
    r"|dfn|time|label|bdi|bdo)\b[^<>]{0,2000}>"
)
#: Behind them something goes on in another line or cell.
_PARTING = re.compile(r"</?(?:br|td|th)\b[^<>]{0,2000}>")
_TAG = re.compile(r"<[^<>]{0,4000}>")


def mask_page(page: str, ours: Ours) -> tuple[str, dict[str, str]]:
    """A page with everything masked but our own, and what stands behind each mask in the fields of its forms."""
    fields, shown = Masking(ours, can_come_back=True), Masking(ours)
    parts: list[str] = []
    done = 0
    for start, end, masked in _fields(page, fields):
        parts += (_mask_shown(page[done:start], shown), masked)
        done = end
    parts.append(_mask_shown(page[done:], shown))
    return "".join(parts), fields.hidden


def mask_data(value: Any, ours: Ours, name: str = "") -> Any:
    """JSON with every text in it masked; parts of postal addresses are known by the name of their field."""
    match value:
        case str():
            masking = Masking(ours)
            return masking.place(value) if name in PLACE_FIELDS else _mask_shown(value, masking)
        case dict():
            kind = value.get("kind") if isinstance(value.get("address"), str) else None
            reached = _IDENTITY if kind in IdentityKind else ()
            return {
                mask(str(key), ours): Masking(ours).of_kind(str(kind), each)
                if key in reached and isinstance(each, str)
                else mask_data(each, ours, str(key))
                for key, each in value.items()
            }
        case list():
            return [mask_data(each, ours, name) for each in value]
    return value


def _fields(page: str, masking: Masking) -> list[tuple[int, int, str]]:
    """What stands in fields and is known by its kind, masked: where it begins and ends, in the order of the page."""
    found = [
        (area.start(2), area.end(2), _written(area[2], _name(area[1]), masking)) for area in _TEXTAREA.finditer(page)
    ]
    for tag in _FIELD.finditer(page):
        value = _VALUE.search(tag[0])
        if value:
            start = tag.start() + value.start()
            found.append((start, start + len(value[0]), _written(value[0], _name(tag[0]), masking)))
    shown = Masking(masking.ours)
    found += [
        (each.start(2), each.end(2), escape(shown.of_kind(each[1], unescape(each[2]))))
        for each in _REACHED.finditer(page)
    ]
    return sorted(found)


def _name(tag: str) -> str:
    found = _NAME.search(tag)
    return found[1] if found else ""


def _written(value: str, name: str, masking: Masking) -> str:
    """A value as it is sent back, without the signs that HTML needs."""
    plain = unescape(value)
    masked = masking.place(plain) if name.rpartition("-")[2] in PLACE_FIELDS else masking.text(plain)
    return value if masked == plain else escape(masked)


def _mask_shown(html: str, masking: Masking) -> str:
    """What is only shown: what tags tear apart, and everything else."""
    parts: list[str] = []
    done, page = 0, html.replace("&nbsp;", "\u00a0")
    for start, end, masked in _mended(page, masking):
        parts += (masking.text(page[done:start]), masked)
        done = end
    parts.append(masking.text(page[done:]))
    return "".join(parts)


def _mended(html: str, masking: Masking) -> Iterator[tuple[int, int, str]]:
    """Where such tags stand inside of what has to be masked: the mask stands before them, whole."""
    for run in _runs(html):
        for start, end, masked in _torn(html, run, masking):
            yield start, end, "".join((masked, *_TAG.findall(html[start:end])))


def _torn(html: str, run: list[tuple[int, int]], masking: Masking) -> Iterator[tuple[int, int, str]]:
    """What begins in one piece of a run and ends in another: its places in the page."""
    words = "".join(html[begin:stop] if begin < stop else "\n" for begin, stop in run)
    places = [at for begin, stop in run for at in range(begin, max(stop, begin + 1))]
    for start, end, masked in masking.spans(words):
        if places[end - 1] - places[start] != end - 1 - start:
            yield places[start], places[end - 1] + 1, masked


def _runs(html: str) -> list[list[tuple[int, int]]]:
    """Texts with nothing but such tags between them: two and more; nothing stands for the end of a line or a cell."""
    runs: list[list[tuple[int, int]]] = []
    now: list[tuple[int, int]] = []
    done = 0
    for tag in _TAG.finditer(html):
        between = html[done : tag.start()]
        follows = bool(now) and now[-1][0] < now[-1][1]
        if between and (follows or between.strip()):
            is_line_end = not between.strip() and "\n" in between
            now.append((done, done if is_line_end else tag.start()))
        is_parting = _PARTING.fullmatch(tag[0]) is not None
        if is_parting and now and now[-1][0] < now[-1][1]:
            now.append((tag.start(), tag.start()))
        if not (is_parting or _TORN.fullmatch(tag[0])):
            runs.append(now)
            now = []
        done = tag.end()
    if done < len(html):
        now.append((done, len(html)))
    runs.append(now)
    return [each for each in runs if len(each) > 1]
