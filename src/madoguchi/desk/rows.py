"""The list put into words: rows, their groups by 返信期限, titles and amounts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.channels.queries import remember_inboxes
from madoguchi.channels.registry import channel_classes
from madoguchi.channels.warning import warned_until
from madoguchi.conversations.choices import OPEN_STATUSES, Priority, Status
from madoguchi.conversations.counts import Counts
from madoguchi.conversations.due_lists import DueCounts
from madoguchi.conversations.filters import ALL, DUE, NEWEST, OPEN, Filter
from madoguchi.conversations.listed import Listed
from madoguchi.conversations.models import FAR_FUTURE
from madoguchi.conversations.models.own import own_word
from madoguchi.ui.dates import Words, iso
from madoguchi.ui.rows import Row, Sign, Tag

LATE, SOON, LATER, NEVER = "late", "soon", "later", "never"


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above a group of rows."""

    key: str
    word: str
    is_late: bool = False
    row: None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row in its place."""

    row: Row


@dataclass(frozen=True, slots=True)
class RowWords:
    """What every row needs and is looked up once for the whole list."""

    words: Words
    me: User
    query: str  #: of the address, with its "?", so that a row keeps the list beside it
    current: int | None = None
    warned: dict[tuple[int, int], datetime] = field(default_factory=dict)  #: by 窓口 and priority, as they come

    def row(self, listed: Listed) -> Row:
        """One conversation as a row."""
        due = listed.due_at if listed.is_open else None
        return Row(
            id=str(listed.pk),
            href=f"/c/{listed.pk}{self.query}",
            status=listed.own.tone if listed.own else listed.status,
            status_word=_status_of(listed),
            shape=listed.own.icon if listed.own else "",
            name=listed.customer,
            subject=listed.subject or _("(No subject)"),
            excerpt=listed.preview,
            when=self.words.short(listed.last_message_at),
            when_at=iso(listed.last_message_at),
            channel=channel_sign(listed.channel),
            assignee=self.assignee(listed),
            due=self.words.due_short(due) if due else "",
            due_at=iso(due) if due else "",
            lock=self.lock(listed),
            flag=_flag(listed.priority),
            tags=_tags(listed.tags),
            signs=tuple(self.signs(listed)),
            is_late=bool(due and due < self.words.now),
            is_soon=bool(due and self.words.now <= due <= self._warned_until(listed)),
            is_unread=listed.status == Status.NEW,
            is_current=listed.pk == self.current,
            is_vip=listed.is_vip,
            hint=_progress(listed.progress),
        )

    def assignee(self, listed: Listed) -> str:
        """Whose it is: the family name, and that it is oneself."""
        if listed.assignee_id is None:
            return _("Unassigned") if listed.is_open else ""
        name = family_name(listed.assignee_name)
        return _("%(name)s (me)") % {"name": name} if listed.assignee_id == self.me.pk else name

    def lock(self, listed: Listed) -> str:
        """「◯◯さんが返信処理中です」, or nothing."""
        if listed.locked_by is None:
            return ""
        if listed.locked_by == self.me.pk:
            return _("You are replying")
        return _("%(name)s is replying") % {"name": family_name(listed.locked_by_name)}

    def signs(self, listed: Listed) -> Iterator[Sign]:
        """Small icons at the end of the row."""
        if listed.has_failed:
            yield Sign("alert", _("The mail could not be sent"))
        if listed.is_marked:
            yield Sign("promise", _("The time of a promise has passed"))
        if listed.escalation_count:
            yield Sign("up", escalated_word(listed.escalation_count))
        if listed.planned_at:
            yield Sign("clock", _("Leaves %(time)s") % {"time": self.words.due(listed.planned_at)})
        if listed.progress:
            yield Sign("check" if listed.progress[0] == listed.progress[1] else "list", _progress(listed.progress))
        if listed.has_attachments:
            yield Sign("clip", _("Has attachments"))
        if listed.has_draft:
            yield Sign("draft", _("Draft"))
        if listed.language and not listed.language.startswith(self._language_of(listed.inbox_id)):
            yield Sign("translate", _("Written in another language"))

    def _warned_until(self, listed: Listed) -> datetime:
        """Up to which 返信期限 its 窓口 warns now; one that is closed to the reader does not."""
        key = listed.inbox_id, listed.priority
        if key not in self.warned:
            inbox = next((each for each in remember_inboxes(self.me) if each.pk == listed.inbox_id), None)
            self.warned[key] = warned_until(inbox, listed.priority, self.words.now) if inbox else self.words.now
        return self.warned[key]

    def _language_of(self, inbox_id: int) -> str:
        """In which language a 窓口 writes; of one that is closed to the reader, the screen's."""
        inboxes = remember_inboxes(self.me)
        return next((inbox.language for inbox in inboxes if inbox.pk == inbox_id), self.words.language)


def _progress(progress: tuple[int, int] | None) -> str:
    """How far the checklists of a conversation are."""
    return _("Checklist: %(done)s of %(n)s done") % {"done": progress[0], "n": progress[1]} if progress else ""


def escalated_word(times: int) -> str:
    """How often a conversation was escalated."""
    return ngettext("Escalated %(n)s time", "Escalated %(n)s times", times) % {"n": times}


def _status_of(listed: Listed) -> str:
    if listed.own:
        return own_word(listed.own.name, listed.own.name_en)
    return status_word(listed.status, is_side=listed.side_of is not None)


def _tags(names: Sequence[str]) -> tuple[Tag, ...]:
    """The first in full and how many more there are: several cut off halfway say nothing."""
    return (*(Tag(name) for name in names[:1]), *(Tag(f"+{len(names) - 1}") for _more in names[1:2]))


def family_name(name: str) -> str:
    """The part before the first space; Japanese names are written family name first."""
    return name.replace("\u3000", " ").split(" ")[0]


def _flag(priority: int) -> Tag | None:
    if priority == Priority.URGENT:
        return Tag(str(Priority.URGENT.label), "beni")
    return Tag(str(Priority.HIGH.label), "yamabuki") if priority == Priority.HIGH else None


def status_word(status: str, *, is_side: bool = False) -> str:
    """The name of a status in the reader's language; a request (依頼) waits for others, and not for the customer."""
    if is_side and status == Status.WAIT:
        return _("Waiting for an answer")
    return _status_words(get_language() or "")[status]


@lru_cache(maxsize=8)
def _status_words(_language: str) -> dict[str, str]:
    return {status.value: str(status.label) for status in Status}


def channel_sign(kind: str) -> Sign:
    """The icon and name of a channel."""
    channel = channel_classes().get(kind)
    return Sign(kind, str(channel.label) if channel else kind)


def end_of_today() -> datetime:
    """Midnight after now where the desk is."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1)


def group_of(listed: Listed, now: datetime, midnight: datetime) -> str:
    """Into which group of a list sorted by 返信期限 a conversation belongs."""
    if listed.queue_at == FAR_FUTURE:
        return NEVER
    if listed.queue_at < now:
        return LATE
    return SOON if listed.queue_at < midnight else LATER


def grouped(
    rows: Iterable[Listed], row_words: RowWords, *, sort: str, sizes: DueCounts | None, last: str = ""
) -> Iterator[Heading | Line]:
    """Rows with a heading where a new group begins; `last` is the group with which the piece before ended."""
    midnight = end_of_today()
    for listed in rows:
        if sort == DUE:
            key = group_of(listed, row_words.words.now, midnight)
            if key != last and (last or key != NEVER):  # a list of none but these needs no heading
                yield _heading(key, sizes, row_words.words)
            last = key
        yield Line(row_words.row(listed))


def _heading(key: str, sizes: DueCounts | None, words: Words) -> Heading:
    if key == LATE:
        amount = words.count(sizes.late, most=1000) if sizes else ""
        return Heading(key, _("Overdue %(amount)s") % {"amount": amount}, is_late=True)
    if key == SOON:
        amount = words.count(sizes.soon, most=1000) if sizes else ""
        return Heading(key, _("Due today %(amount)s") % {"amount": amount})
    return Heading(key, _("Due tomorrow or later") if key == LATER else _("No due time"))


def title_of(chosen: Filter, inbox_name: str) -> str:
    """What a list is called: 「サポート窓口・新着」, 「期限の早い順」."""
    parts = [inbox_name] if inbox_name else []
    if chosen.late:
        parts.append(_("Overdue"))
    if chosen.status not in (OPEN, ALL):
        parts.append(status_word(chosen.status))
    parts += [word for is_on, word in _narrowed(chosen) if is_on]
    if chosen.channel:
        parts.append(channel_sign(chosen.channel).word)
    if chosen.tag:
        parts.append(_("Tag “%(tag)s”") % {"tag": chosen.tag})
    if chosen.priority is not None:
        word = Priority(chosen.priority).label if chosen.priority in Priority.values else chosen.priority
        parts.append(_("Priority: %(priority)s") % {"priority": word})
    if not parts:
        is_plain = not set(chosen.values()) - {"status", "sort"}
        parts.append(_sorted_word(chosen) if is_plain else _("Narrowed list"))
    return _("・").join(parts)


def _narrowed(chosen: Filter) -> list[tuple[bool, str]]:
    return [
        (chosen.assignee == "me", _("Assigned to me")),
        (chosen.assignee == "none", _("Unassigned")),
        (chosen.vip, _("Important customers")),
        (chosen.following, _("Following")),
        (chosen.failed, _("Not sent")),
        (chosen.mine_to_approve, _("Awaiting approval")),
        (chosen.sides, _("Asked of others")),
    ]


def _sorted_word(chosen: Filter) -> str:
    if chosen.status == ALL:
        return _("All conversations")
    if chosen.sort == DUE:
        return _("Earliest due first")
    return _("Newest first") if chosen.sort == NEWEST else _("Oldest first")


def is_counted(chosen: Filter) -> bool:
    """True where the maintained counts know how many rows a list has, and how many of them are whose."""
    return not set(chosen.values()) - {"inbox", "status", "assignee", "sort"} and not chosen.assignee.isdigit()


def amount_of(chosen: Filter, counts: Counts) -> int:
    """How many rows a list has by the maintained counts; only for what `is_counted`."""
    statuses = _statuses(chosen.status)
    if chosen.inbox:
        by_inbox = {
            "": counts.by_inbox_status,
            "me": counts.mine_by_inbox_status,
            "none": counts.unassigned_by_inbox_status,
        }[chosen.assignee]
        return sum(by_inbox[chosen.inbox, status] for status in statuses)
    by_status = {"": counts.by_status, "me": counts.mine_by_status, "none": counts.unassigned_by_status}
    return sum(by_status[chosen.assignee][status] for status in statuses)


def _statuses(status: str) -> Iterable[str]:
    if status == OPEN:
        return OPEN_STATUSES
    return Status.values if status == ALL else (status,)
