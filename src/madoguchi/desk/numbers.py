"""The figures and names that rail, list and notices share: asked once for a page, in one round trip."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from madoguchi.accounts.models import User, Workspace
from madoguchi.accounts.queries import workspaces
from madoguchi.calls.due import due_callbacks
from madoguchi.calls.handing import open_slips
from madoguchi.channels.queries import quarantined_ids, remember_inboxes
from madoguchi.conversations.amounts import MAX_COUNTED, amount_rows, assignees_counted
from madoguchi.conversations.approval_queue import waiting_ids
from madoguchi.conversations.counts import Counts, count_rows, told_counts
from madoguchi.conversations.due_lists import DueCounts, due_rows, left_open_rows
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.own import Filed, filed_rows, folder_rows, live_statuses, told_filed
from madoguchi.conversations.saved_views import views_to_show
from madoguchi.core.together import fetch_together
from madoguchi.desk.rows import amount_of, end_of_today, is_counted
from madoguchi.events.queries import latest_event_ids
from madoguchi.notifications.queries import unread_ids
from madoguchi.promises.queries import red_ids, urgent_dues


class Numbers:
    """What a person sees of the whole desk; `others` are fetched on the way.

    `seen` is what this page takes for read: "conversation:12"; `chosen` the list that stands beside it.
    """

    def __init__(self, user: User, *others: QuerySet[Any, Any], seen: str = "", chosen: Filter | None = None) -> None:
        self.user = user
        self.inboxes = remember_inboxes(user)
        self.views = views_to_show(user)
        self.unread = unread_ids(user, but=seen)
        self.quarantined = quarantined_ids(user)
        inbox_ids = [inbox.pk for inbox in self.inboxes]
        self._counts, self._filed = count_rows(inbox_ids), filed_rows(inbox_ids)
        self.statuses, self.folders = live_statuses(), folder_rows(inbox_ids)
        self._due = due_rows(user, Filter(), until=end_of_today())
        self._workspaces = workspaces()
        self._latest = latest_event_ids()
        self.promised = urgent_dues(user, until=end_of_today())
        self.callbacks = due_callbacks(user, until=end_of_today())
        self.slips = open_slips(user)
        self._red = red_ids(user)
        self._left = left_open_rows(user, until=end_of_today())
        self._narrowed = chosen if chosen and not is_counted(chosen) else None
        self._amounts = [amount_rows(user, self._narrowed)] if self._narrowed else []
        self._approvals = waiting_ids(user)
        own = (
            self._approvals,
            self.views,
            self.unread,
            self.quarantined,
            self._counts,
            self._due,
            self._workspaces,
            self.promised,
            self.callbacks,
            self.slips,
            self._red,
            self._left,
            self._filed,
            self.statuses,
            self.folders,
            *self._amounts,
        )
        fetch_together(self._latest, *own, *others)  # the stream tells again what happens from the first of them on

    @cached_property
    def counts(self) -> Counts:
        """The maintained counts over the 窓口 of this person."""
        return told_counts(self._counts, self.user.pk)

    @cached_property
    def filed(self) -> Filed:
        """The maintained counts of own statuses and folders."""
        return told_filed(self._filed)

    @cached_property
    def due(self) -> DueCounts:
        """How much of everything open is late, and due today."""
        return DueCounts(*self._due[0])

    def amount(self, chosen: Filter) -> tuple[int, int | None]:
        """How many rows the list has, or it has by another assignee; and where counting stopped, None for nowhere."""
        if self._narrowed is None:
            return amount_of(chosen, self.counts), None
        found = dict(zip(assignees_counted(self._narrowed), self._amounts[0][0], strict=True))
        return found[chosen.assignee], MAX_COUNTED

    @property
    def unanswered(self) -> int:
        """返信漏れ: conversations that must not be left tonight, and promises whose time has passed; to 99 of each."""
        return sum(self._left[0]) + len(self._red)

    @property
    def is_promise_red(self) -> bool:
        """True while the time of one of this person's promises has passed."""
        now = timezone.now()
        return any(due <= now for due in self.promised)

    @property
    def is_callback_red(self) -> bool:
        """True while the time of one of this person's callbacks is over."""
        now = timezone.now()
        return any(ends_at <= now for ends_at in self.callbacks)

    @property
    def approvals(self) -> int:
        """How many replies wait for this person's approval."""
        return len(self._approvals)

    @property
    def workspace(self) -> Workspace | None:
        """The shop; None before the first run was finished."""
        return next(iter(self._workspaces), None)

    @property
    def latest_event(self) -> int:
        """The newest event before this was read: from there on the live stream tells what follows."""
        return next(iter(self._latest), 0)
