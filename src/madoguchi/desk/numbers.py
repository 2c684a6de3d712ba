"""The figures that rail and list share, read once for a page."""

from dataclasses import dataclass

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.counts import Counts, read_counts
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.queries import DueCounts, due_counts
from madoguchi.desk.rows import end_of_today


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a person sees of the whole desk."""

    inboxes: list[Inbox]
    counts: Counts
    due: DueCounts  #: of everything open


def numbers_for(user: User) -> Numbers:
    """Three queries, whatever the size of the desk."""
    inboxes = list(inboxes_of(user))
    return Numbers(
        inboxes=inboxes,
        counts=read_counts([inbox.pk for inbox in inboxes], user.pk),
        due=due_counts(user, Filter(), until=end_of_today()),
    )
