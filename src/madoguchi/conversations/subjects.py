"""Subjects: without their reply and forward marks, and with our number in them."""

import re

#: Reply and forward marks as mail programs of Japan and elsewhere write them, half or full width, repeated, counted.
_MARK = re.compile(
    r"^\s*(?:(?:re|aw|sv|antw|ref|res|返信|fwd?|fw|wg|tr|rv|転送|轉寄|回覆)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_REPLY_MARK = re.compile(r"^\s*(?:re|aw|sv|antw|ref|res|返信|回覆)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]", re.IGNORECASE)
_NUMBER = re.compile(
    r"[(（]?\s*(?:受付番号|Ticket\s*(?:No\.?|number)|Ref(?:erence)?)\s*[:：#]\s*(\d{1,12})\s*[)）]?", re.IGNORECASE
)


def base_subject(subject: str) -> str:
    """The subject as first written, for comparing: no marks, no number of ours, single spaces, 200 characters."""
    bare = _NUMBER.sub("", _MARK.sub("", subject))
    return " ".join(bare.split()).casefold()[:200]


def is_reply_subject(subject: str) -> bool:
    """True for "Re: …" and its relatives."""
    return bool(_REPLY_MARK.match(subject))


def reply_subject(subject: str, number: int) -> str:
    """Put `Re: ` once, the subject, and our number once at the end: 「Re: 商品がまだ届きません(受付番号:2518)」."""
    bare = _NUMBER.sub("", _MARK.sub("", subject)).strip()
    return f"Re: {bare}(受付番号:{number})"


def numbered_subject(subject: str, number: int) -> str:
    """A subject of our own with our number once at the end."""
    return f"{_NUMBER.sub('', subject).strip()}(受付番号:{number})"


def forward_subject(subject: str) -> str:
    """Put `Fw: ` once and the subject."""
    return f"Fw: {_MARK.sub('', subject).strip()}"


def number_in(subject: str) -> int | None:
    """The 受付番号 a subject carries; never enough by itself to trust a mail (threading.py checks the sender)."""
    match = _NUMBER.search(subject)
    return int(match[1]) if match else None
