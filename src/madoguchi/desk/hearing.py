"""Who hears of an event besides those who are known to see its 窓口: asked of the database once for several events.

Conversations are seen from further 窓口 they arrived in and by guests who follow them; a 窓口 that was just added or
opened to somebody is not yet among those the stream knows them to see.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from madoguchi.channels.queries import who_sees_inboxes
from madoguchi.conversations.audience import Audience, audiences_of


@dataclass(frozen=True, slots=True)
class Further:
    """The answer for some subjects."""

    conversations: dict[int, Audience]
    inboxes: dict[int, set[int]]  #: the people who see each, of those who were asked about

    def reaches(self, subject: str, user_id: int, inbox_ids: Collection[int]) -> bool:
        """True if this person, known to see these 窓口, may hear of the subject."""
        what, _, number = subject.partition(":")
        if what == "inbox":
            return user_id in self.inboxes.get(int(number), ())
        audience = self.conversations.get(int(number))
        if audience is None:
            return False
        return user_id in audience.guest_ids or not audience.inbox_ids.isdisjoint(inbox_ids)


def further_listeners(subjects: Collection[str], user_ids: Collection[int]) -> Further:
    """Ask who else hears of these conversations and 窓口. Uses the database: call it in a thread."""
    try:
        return Further(
            audiences_of(_numbers(subjects, "conversation")),
            who_sees_inboxes(_numbers(subjects, "inbox"), user_ids),
        )
    finally:
        connection.close()


def _numbers(subjects: Collection[str], what: str) -> list[int]:
    return [int(number) for kind, _, number in (each.partition(":") for each in subjects) if kind == what]
