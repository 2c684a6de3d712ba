"""Masking HTML and JSON: what is shown, what tags tear apart, and what stands in fields and will be sent back."""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

from madoguchi.customers.masking import PLACE_FIELDS, Masking, Ours, mask

_TEXTAREA = re.compile(r"(<textarea\b[^>]{0,2000}>)([^<]*)(</textarea>)")
_FIELD = re.compile(r"<(?:input|button|option)\b[^>]{0,4000}>")
_VALUE = re.compile(r'(?<= value=")[^"]*(?=")')
_NAME = re.compile(r' name="([^"]{0,200})"')
#: Tags inside of which an address may be torn: marked hits, soft breaks, bold letters. Others begin something new.
_TORN = re.compile(r"</?(?:mark|wbr|b|i|em|strong|u|font|a|span)\b[^<>]{0,2000}>")
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
            return {mask(str(key), ours): mask_data(each, ours, str(key)) for key, each in value.items()}
        case list():
            return [mask_data(each, ours, name) for each in value]
    return value


def _fields(page: str, masking: Masking) -> list[tuple[int, int, str]]:
    """What stands in fields, masked: where it begins and ends, in the order of the page."""
    found = [
        (area.start(2), area.end(2), _written(area[2], _name(area[1]), masking)) for area in _TEXTAREA.finditer(page)
    ]
    for tag in _FIELD.finditer(page):
        value = _VALUE.search(tag[0])
        if value:
            start = tag.start() + value.start()
            found.append((start, start + len(value[0]), _written(value[0], _name(tag[0]), masking)))
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
    """What is only shown: first what tags tear apart, then everything."""
    return masking.text(_mended(html.replace("&nbsp;", "\u00a0"), masking))


def _mended(html: str, masking: Masking) -> str:
    """Text in which such tags stand inside of what has to be masked: the mask stands before them, whole."""
    parts: list[str] = []
    done = 0
    for run in _runs(html):
        for start, end, masked in _torn(html, run, masking):
            parts += (html[done:start], masked, *_TAG.findall(html[start:end]))
            done = end
    parts.append(html[done:])
    return "".join(parts)


def _torn(html: str, run: list[tuple[int, int]], masking: Masking) -> Iterator[tuple[int, int, str]]:
    """What begins in one piece of a run and ends in another: its places in the page."""
    words = "".join(html[begin:stop] for begin, stop in run)
    places = [at for begin, stop in run for at in range(begin, stop)]
    for start, end, masked in masking.spans(words):
        if places[end - 1] - places[start] != end - 1 - start:
            yield places[start], places[end - 1] + 1, masked


def _runs(html: str) -> list[list[tuple[int, int]]]:
    """Texts with nothing but such tags between them: two and more."""
    runs: list[list[tuple[int, int]]] = []
    now: list[tuple[int, int]] = []
    done = 0
    for tag in _TAG.finditer(html):
        if tag.start() > done:
            now.append((done, tag.start()))
        if not _TORN.fullmatch(tag[0]):
            runs.append(now)
            now = []
        done = tag.end()
    if done < len(html):
        now.append((done, len(html)))
    runs.append(now)
    return [each for each in runs if len(each) > 1]
