"""A template as it goes into a letter: filled, and without what the letter has already. Pure."""

import re
from dataclasses import dataclass, replace

from madoguchi.wording.fields import Surroundings
from madoguchi.wording.filling import fill, places


@dataclass(frozen=True, slots=True)
class Wording:
    """What goes into the letter, and what its writer still has to fill in."""

    subject: str
    text: str
    missing: tuple[str, ...] = ()


def worded(
    subject: str, body: str, around: Surroundings, *, letter: str = "", answers: dict[str, str] | None = None
) -> Wording:
    """Fill subject and body; `letter` is the text that stands there already.

    A letter that begins with 宛名 does not get it again, nor a second signature.
    """
    has_signature = bool(around.signature.strip()) and around.signature.strip() in letter
    filled = fill(body, replace(around, signature="") if has_signature else around, answers=answers)
    head = fill(subject, around, answers=answers)
    text = without_salutation(filled.text, letter).strip("\n")
    return Wording(" ".join(head.text.split()), text, tuple(dict.fromkeys((*head.missing, *filled.missing))))


def unfilled(subject: str, body: str, *, letter: str) -> Wording:
    """For a text that is filled in for each reader later: the fields stay; 宛名 and signature once."""
    present = {each.name for each in places(letter)} & {"customer.salutation", "signature"}
    lines = [line for line in body.split("\n") if not _is_one_of(present, line)]
    return Wording(" ".join(subject.split()), "\n".join(lines).strip("\n"))


def _is_one_of(names: set[str], line: str) -> bool:
    found = places(line)
    return len(found) == 1 and found[0].name in names and line.strip() == line[found[0].start : found[0].end]


def without_salutation(text: str, letter: str) -> str:
    """The text without its 宛名 if the letter has one: the same lines however spaced, or other ones."""
    head, _blank, rest = text.lstrip("\n").partition("\n\n")
    salutation = "".join(head.split())
    is_same = len(salutation) <= _LONGEST and "".join(letter.split()).startswith(salutation)
    if rest and is_same:
        return rest
    lines = text.lstrip("\n").splitlines()
    end = _salutation_end(lines)
    is_more = any(line.strip() for line in lines[end:])
    return "\n".join(lines[end:]) if end and is_more and _salutation_end(letter.lstrip("\n").splitlines()) else text


def _salutation_end(lines: list[str]) -> int:
    """How many of the first lines are the 宛名, with firm and department; 0 where there is none."""
    for number, line in enumerate(lines[:_LINES], start=1):
        written = line.strip()
        if not written or len(written) > _LONGEST_LINE or "。" in written:
            return 0
        if written.endswith(_HONORIFICS) or _DEAR.fullmatch(written):
            return number
    return 0


#: A first paragraph longer than this is no 宛名, nor a line of it.
_LONGEST, _LONGEST_LINE = 150, 80
#: Firm, department, title and name.
_LINES = 4
_HONORIFICS = ("様", "さま", "御中", "先生", "殿", "各位")
_DEAR = re.compile(r"(?:Dear|Hello|Hi)\b.{0,70}[,:、]", re.IGNORECASE)
