"""The figures and names that rail, list and notices share: asked once for a page, in one round trip."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from madoguchi.accounts.models import User, Workspace
from madoguchi.accounts.queries import workspaces
from madoguchi.channels.queries import quarantined_ids, remember_inboxes
from madoguchi.conversations.counts import Counts, count_rows, told_counts
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.queries import DueCounts, due_rows, views_to_show
from madoguchi.core.together import fetch_together
from madoguchi.desk.rows import end_of_today
from madoguchi.events.queries import latest_event_ids
from madoguchi.notifications.queries import unread_ids


class Numbers:
    """What a person sees of the whole desk; `others` are fetched on the way.

    `seen` is what this page takes for read: "conversation:12".
    """

    def __init__(self, user: User, *others: QuerySet[Any, Any], seen: str = "") -> None:
        self.user = user
        self.inboxes = remember_inboxes(user)
        self.views = views_to_show(user)
        self.unread = unread_ids(user, but=seen)
        self.quarantined = quarantined_ids(user)
        self._counts = count_rows([inbox.pk for inbox in self.inboxes])
        self._due = due_rows(user, Filter(), until=end_of_today())
        self._workspaces = workspaces()
        self._latest = latest_event_ids()
        own = self.views, self.unread, self.quarantined, self._counts, self._due, self._workspaces
        fetch_together(self._latest, *own, *others)  # the stream tells again what happens from the first of them on

    @cached_property
    def counts(self) -> Counts:
        """The maintained counts over the 窓口 of this person."""
        return told_counts(self._counts, self.user.pk)

    @cached_property
    def due(self) -> DueCounts:
        """How much of everything open is late, and due today."""
        return DueCounts(*self._due[0])

    @property
    def workspace(self) -> Workspace | None:
        """The shop; None before the first run was finished."""
        return next(iter(self._workspaces), None)

    @property
    def latest_event(self) -> int:
        """The newest event before this was read: from there on the live stream tells what follows."""
        return next(iter(self._latest), 0)
