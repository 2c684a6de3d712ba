"""Choosing another conversation: by its number, by words, or from those of the same customer."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import conversations_by_ids, conversations_of
from madoguchi.conversations.searching import search_conversations
from madoguchi.core.errors import DomainError
from madoguchi.desk.rows import status_word
from madoguchi.ui.dates import Words

#: Whoever does not see it among these types a further word.
MOST = 8
_MAX_DIGITS = 18
_MAX_TYPED = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """One conversation that may be meant."""

    number: int
    subject: str
    customer: str
    status: str
    status_word: str
    when: str


def candidates(user: User, conversation: Conversation, typed: str, words: Words) -> list[Candidate]:
    """What the person may mean by what they typed; nothing typed offers the customer's other conversations."""
    typed = typed.strip()[:_MAX_TYPED]
    rows = _found(user, typed) if typed else conversations_of(user, conversation.customer, limit=MOST + 1)
    numbers = [row.pk for row in rows if row.pk != conversation.pk][:MOST]
    return as_candidates(conversations_by_ids(user, numbers), words)


def as_candidates(rows: Iterable[Conversation], words: Words) -> list[Candidate]:
    """Conversations with what one tells them apart by."""
    return [_candidate(row, words) for row in rows]


def _found(user: User, typed: str) -> list[Conversation]:
    number = number_in_words(typed)
    if number is not None:
        return conversations_by_ids(user, [number])
    try:
        return [found.conversation for found in search_conversations(user, typed, limit=MOST + 1).found]
    except DomainError:  # too much was asked for: nothing is found, and the person types less
        return []


def number_in_words(typed: str) -> int | None:
    """The number that "#12", "12", "＃１２" or "No. 12" names; None for other words."""
    digits = unicodedata.normalize("NFKC", typed[:_MAX_TYPED]).casefold().strip().removeprefix("no.").lstrip(" #")
    return int(digits) if digits.isdecimal() and len(digits) <= _MAX_DIGITS else None


def _candidate(row: Conversation, words: Words) -> Candidate:
    return Candidate(
        number=row.pk,
        subject=row.subject,
        customer=row.customer.label,
        status=row.status,
        status_word=status_word(row.status),
        when=words.short(row.last_message_at),
    )
