"""What the header fields of a mail say: subject, date, ids, and the few others worth keeping.

Values are decoded by `words` and cleaned to one line. What the marks before a subject mean is in
`conversations.subjects`.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from .structure import Fields
from .words import clean_line, decode_words


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Kept beside a message: who really sent it, by which list, how machines marked it.
KEPT = _names(
    "list-id list-unsubscribe list-unsubscribe-post auto-submitted precedence x-mailer user-agent return-path"
    " authentication-results delivered-to x-original-to importance x-priority x-auto-response-suppress x-loop"
    " feedback-id organization disposition-notification-to thread-index sender x-failed-recipients"
)
_MAX_KEPT_CHARS = 2_000
_MAX_SUBJECT_CHARS = 998
_MAX_IDS = 100
_MAX_ID_CHARS = 998
_ID = re.compile(r"<([^<>\s]{1,998})>")


def read_subject(fields: Fields, *, charset: str = "", carrier: str = "", force: str = "") -> str:
    """The decoded subject, at most 998 characters."""
    raw = next((value for name, value in fields if name == "subject"), b"")
    return decode_words(raw[:20_000], charset=charset, carrier=carrier, force=force)[:_MAX_SUBJECT_CHARS]


def read_ids(value: bytes) -> tuple[str, ...]:
    """Message ids without < >, in order, each once; of more than a hundred the first and the newest stay."""
    text = clean_line(value.decode("ascii", "ignore"))
    found = _ID.findall(text) or [word.strip("<>,;") for word in text.split() if "@" in word]
    ids = tuple(dict.fromkeys(name for name in found if 0 < len(name) <= _MAX_ID_CHARS))
    return ids if len(ids) <= _MAX_IDS else (ids[0], *ids[1 - _MAX_IDS :])


def read_date(value: bytes) -> datetime | None:
    """The Date field in UTC; None when it names no moment. A date without zone is taken as UTC."""
    text = clean_line(value.decode("ascii", "ignore"))[:100]
    try:
        parsed = parsedate_tz(text)
        if parsed is None:
            return _iso_date(text)
        year, month, day, hour, minute, second = parsed[:6]
        zone = timezone(timedelta(seconds=parsed[9] or 0))
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):  # the stdlib reader trips over some broken dates
        return None


def read_kept(fields: Fields) -> dict[str, str]:
    """The fields worth keeping, decoded, the first of each name; every X-Spam field counts as worth it."""
    kept: dict[str, str] = {}
    for name, value in fields:
        if (name in KEPT or name.startswith("x-spam-")) and name not in kept and len(kept) < 50:
            kept[name] = decode_words(value[: 2 * _MAX_KEPT_CHARS])[:_MAX_KEPT_CHARS]
    return kept


def _iso_date(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
