"""A template as it goes into a letter: filled, and without what the letter has already. Pure."""

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
    """The text without its first lines if the letter begins with the same ones, however they are spaced.

    In a letter to a firm its name and the department stand above the person's: one 宛名 with more lines.
    """
    head, _blank, rest = text.lstrip("\n").partition("\n\n")
    begins = "".join(letter.split())
    first = "".join(letter.lstrip().partition("\n\n")[0].split())
    salutation = "".join(head.split())
    is_there = begins.startswith(salutation) or (len(first) <= _LONGEST and first.endswith(salutation))
    return rest if rest and salutation and len(salutation) <= _LONGEST and is_there else text


#: A first paragraph longer than this is no 宛名.
_LONGEST = 150
