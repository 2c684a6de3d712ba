"""Subjects: what their reply and forward marks say, without them, and with our number."""

import re
from dataclasses import dataclass

#: Outlook and phones: Re:, RE[2]:, Re(3):, Re^2:; German, French, Spanish, Portuguese, Nordic, Polish, Dutch, Chinese
#: and Japanese words.
_MARK = re.compile(
    r"\s*(?:(?P<reply>re|aw|sv|antw|ref|res|vs|odp|返信|回复|回覆|答复|回信)"
    r"|(?P<forward>fwd?|wg|tr|rv|doorst|転送|转发|轉寄))\s*(?:[\[(^]\d{0,3}[\])]?)?\s*:\s*",
    re.IGNORECASE,
)
_WIDE = str.maketrans("：［］（）＾ＲＥｒｅＦＷＤｆｗｄ\u3000", ":[]()^REreFWDfwd ")
_MAX_MARKS = 50
_NUMBER = re.compile(
    r"[(（]?\s*(?:受付番号|Ticket\s*(?:No\.?|number)|Ref(?:erence)?)\s*[:：#]\s*(\d{1,12})\s*[)）]?", re.IGNORECASE
)
#: [#12], as we write it in other languages than Japanese. Others write theirs alike, mostly in front.
_BRACKETED = re.compile(r"\s*[\[［]\s*[#＃]\s*(\d{1,12})\s*[\]］]")
_BRACKETED_LAST = re.compile(_BRACKETED.pattern + r"\s*$")


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject without its marks; `is_forward` only when the outermost mark says so."""

    base: str
    is_reply: bool
    is_forward: bool


def clean_subject(subject: str) -> Subject:
    """Take away Re:, Fw:, 返信: and their kin, however many there are, half or full width."""
    # Full-width forms are folded one to one, so a position in the folded text is one in the original.
    kinds: list[str | None] = []
    folded, position = subject.translate(_WIDE), 0
    while len(kinds) < _MAX_MARKS and (found := _MARK.match(folded, position)):
        kinds.append(found.lastgroup)
        position = found.end()
    return Subject(subject[position:].strip(), is_reply="reply" in kinds, is_forward=kinds[:1] == ["forward"])


def base_subject(subject: str) -> str:
    """The subject as first written, for comparing: no marks, no number of ours, single spaces, 200 characters."""
    return " ".join(_bare(subject).split()).casefold()[:200]


def is_reply_subject(subject: str) -> bool:
    """True for "Re: …" and its relatives, unless it was forwarded since."""
    marks = clean_subject(subject)
    return marks.is_reply and not marks.is_forward


def reply_subject(subject: str, number: int, *, language: str) -> str:
    """Put `Re: ` once, the subject, and our number once at the end, as the language writes it.

    「Re: 商品がまだ届きません(受付番号:2518)」, "Re: Broken mug [#2518]".
    """
    return f"Re: {numbered_subject(clean_subject(_without(subject, number)).base, number, language=language)}"


def numbered_subject(subject: str, number: int, *, language: str) -> str:
    """A subject of our own with our number once at the end, as the language writes it."""
    bare = _without(subject, number)
    return f"{bare}(受付番号:{number})" if language.startswith("ja") else f"{bare} [#{number}]".lstrip()


def forward_subject(subject: str) -> str:
    """Put `Fw: ` once and the subject."""
    return f"Fw: {clean_subject(subject).base}"


def number_in(subject: str) -> int | None:
    """The 受付番号 a subject carries; never enough by itself to trust a mail (threading.py checks the sender).

    What stands where we put it goes before what may be the number of somebody else's desk.
    """
    match = _BRACKETED_LAST.search(subject) or _NUMBER.search(subject) or _BRACKETED.search(subject)
    return int(match[1]) if match else None


def _bare(subject: str) -> str:
    """Without marks and without our number; "Ref: 12" is a number, so numbers go first."""
    return clean_subject(_BRACKETED_LAST.sub("", _NUMBER.sub("", subject))).base


def _without(subject: str, number: int) -> str:
    """Without our number; a bracket with another one may be what somebody else's desk knows its matter by."""
    bare = _NUMBER.sub("", subject)
    return _BRACKETED.sub(lambda match: "" if int(match[1]) == number else match[0], bare).strip()
