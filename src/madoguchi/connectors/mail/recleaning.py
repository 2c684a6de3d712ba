"""Cleaning the HTML of stored mail anew from its raw bytes, so that old mail follows the sanitiser's rules of today.

Needed after an upgrade that changed them; may run beside everything else, and twice.
"""

from dataclasses import dataclass

from madoguchi.connectors.mail.parse import parse_mail
from madoguchi.connectors.mail.structure import Unparsable
from madoguchi.conversations.actions.reinterpreting import renew_html
from madoguchi.conversations.models import Message
from madoguchi.conversations.received import received_as_html
from madoguchi.files.queries import read_blob

#: Messages read from the database at once.
_AT_ONCE = 100


@dataclass(slots=True)
class Recleaned:
    """What came of it."""

    looked_at: int = 0
    changed: int = 0
    left: int = 0  #: the original is gone, or reads in other words today: for a person to re-interpret

    def __str__(self) -> str:
        """One line for the terminal."""
        return f"{self.looked_at} mails with HTML, {self.changed} changed, {self.left} left as they are"


def clean_html_anew() -> Recleaned:
    """Read every received mail that has HTML again and keep what the sanitiser makes of it now.

    Words, files and everything else of the message stay; each message is its own commit.
    """
    counts, after = Recleaned(), 0
    while messages := received_as_html(after=after, limit=_AT_ONCE):
        for message in messages:
            counts.looked_at += 1
            html = _html_of(message)
            counts.left += html is None
            counts.changed += html is not None and renew_html(message, html)
        after = messages[-1].pk
    return counts


def _html_of(message: Message) -> str | None:
    assert message.raw is not None  # asked for
    try:
        inbound = parse_mail(read_blob(message.raw.blob), charset_override=message.raw.charset_override)
    except (OSError, Unparsable):
        return None
    return inbound.html if inbound.text == message.text else None
