"""The conversation pane put together: head, timeline, lock line, and the way into the composer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.accounts.queries import all_teams, all_users
from madoguchi.channels.deadlines import is_beyond_reach
from madoguchi.channels.queries import inboxes_of, remember_inboxes
from madoguchi.commerce.queries import numbering, recogniser_of
from madoguchi.conversations.actions.reading import keep_folding
from madoguchi.conversations.choices import FIELD_DIFFERED, OUR_TURN, Priority, Status
from madoguchi.conversations.fields import all_fields, values_of
from madoguchi.conversations.links import link_rows
from madoguchi.conversations.locks import living_locks
from madoguchi.conversations.models import Conversation, OwnStatus, ReplyLock
from madoguchi.conversations.own import all_statuses, folders_of, live_statuses
from madoguchi.conversations.queries import all_tags, category_tree, drafts_in
from madoguchi.conversations.timeline import TimelineReads
from madoguchi.conversations.ways_back import ways_back
from madoguchi.core.fields.kinds import Plain
from madoguchi.core.together import fetch_together
from madoguchi.desk.bodies import NO_ORDERS, PRINTED_CHARS, shown_chars
from madoguchi.desk.entries import Entry, Telling
from madoguchi.desk.linked import LinkedLines, links_beside
from madoguchi.desk.presence import viewers
from madoguchi.desk.rows import escalated_word, status_word
from madoguchi.desk.sentences import Names, ids_in
from madoguchi.desk.status_choices import StatusChoice, status_choices, status_key
from madoguchi.events.models import Event
from madoguchi.ui.dates import Words, iso


@dataclass(frozen=True, slots=True)
class Head:
    """The facts above the timeline."""

    number: int
    subject: str
    status: str
    status_word: str
    tone: str  #: the colour of the status, one of the system's
    shape: str  #: its icon
    statuses: list[StatusChoice]
    awaited: str  #: of a request, whose answer is waited for
    folder: str
    hold: str
    due: str
    due_left: str
    due_at: str
    is_late: bool
    escalated: str
    reach: str  #: that 返信期限 was not counted in business hours, because they do not reach it
    assignee: str
    team: str
    priority: int
    priority_word: str
    category: str
    tags: list[str]
    is_following: bool
    followers: str
    inbox: str
    also_in: str
    can_change: bool
    can_reply: bool
    can_note: bool
    is_done: bool
    event_subject: str


@dataclass(frozen=True, slots=True)
class LockLine:
    """Who else is replying."""

    text: str
    can_take_over: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything the pane shows."""

    head: Head
    entries: Sequence[Entry]
    earlier: int
    oldest: int  #: the oldest message shown, so that a refresh shows as much
    lock: LockLine | None
    draft_kinds: frozenset[str]
    viewers: str
    links: LinkedLines


class TalkReads:
    """What the pane is made of, to be fetched together; who may see the conversation is another read's matter."""

    def __init__(self, user: User, number: int, *, since_id: int | None = None) -> None:
        self.user = user
        self._timeline = TimelineReads(number, since_id=since_id)
        self._locks, self._drafts = living_locks(number), drafts_in(user, number)
        self._statuses = live_statuses()
        self._links = link_rows(number)
        self._numbering = numbering()

    @property
    def asked(self) -> tuple[QuerySet[Any, Any], ...]:
        """What is to be fetched."""
        return *self._timeline.asked, self._locks, self._drafts, self._links, self._statuses, self._numbering

    def talk(self, conversation: Conversation, words: Words, *, is_printed: bool = False) -> Talk:
        """The pane as this person sees it now; folds messages that were never looked at."""
        timeline = self._timeline.timeline(conversation)
        shown = PRINTED_CHARS if is_printed else shown_chars(timeline.messages)
        keep_folding(timeline.messages)
        names = replace(names_for(self.user, timeline.events), is_side=conversation.side_of_id is not None)
        ways = {} if is_printed else ways_back(self.user, timeline.events)
        finder = NO_ORDERS if is_printed else recogniser_of(self._numbering)
        telling = Telling(conversation, self.user, words, names, timeline, ways, shown=shown, finder=finder)
        return Talk(
            head=build_head(self.user, conversation, words, self._statuses),
            entries=list(telling.entries()),
            earlier=timeline.earlier,
            oldest=timeline.messages[0].pk if timeline.messages else 0,
            lock=lock_line(self.user, next(iter(self._locks), None)),
            draft_kinds=frozenset(self._drafts),
            viewers=viewers_line(self.user, conversation),
            links=links_beside(self.user, conversation.pk, self._links),
        )


def printed_talk(user: User, conversation: Conversation, words: Words) -> Talk:
    """All of a conversation that has been read already, as it goes on paper."""
    reads = TalkReads(user, conversation.pk, since_id=0)
    fetch_together(*reads.asked)
    return reads.talk(conversation, words, is_printed=True)


def build_head(user: User, conversation: Conversation, words: Words, statuses: Iterable[OwnStatus]) -> Head:
    """The facts of a conversation from `queries.get_conversation`, in words."""
    due = conversation.due_at if conversation.status in OUR_TURN else None
    may_assign = may(user, Permission.ASSIGN)
    is_closed, own = conversation.status == Status.CLOSED, conversation.own_status
    is_side = conversation.side_of_id is not None
    return Head(
        number=conversation.pk,
        subject=conversation.subject or _("(No subject)"),
        status=conversation.status,
        status_word=own.word if own else status_word(conversation.status, is_side=is_side),
        tone=own.tone if own else conversation.status,
        shape=own.shape if own else f"s-{conversation.status}",
        statuses=status_choices(
            statuses, inbox_id=conversation.inbox_id, current=status_key(conversation), is_side=is_side
        ),
        awaited=_awaited(conversation),
        folder=conversation.folder.name if conversation.folder else "",
        hold=_hold(conversation, words),
        due=words.due(due) if due else "",
        due_left=words.remaining(due) if due else "",
        due_at=iso(due) if due else "",
        is_late=due is not None and due < words.now,
        escalated=escalated_word(conversation.escalation_count) if conversation.escalation_count else "",
        reach=_reach(user, conversation) if due else "",
        assignee=_assignee(user, conversation),
        team=conversation.team.name if conversation.team else "",
        priority=conversation.priority,
        priority_word=str(Priority(conversation.priority).label),
        category=_category(conversation),
        tags=[tag.name for tag in conversation.tags.all()],
        is_following=any(follower.pk == user.pk for follower in conversation.followers.all()),
        followers=_(", ").join(follower.name for follower in conversation.followers.all()),
        inbox=conversation.inbox.name,
        also_in=_(", ").join(inbox.name for inbox in conversation.also_in.all()),
        can_change=may_assign and (not is_closed or user.sees_every_inbox),
        can_reply=may(user, Permission.REPLY) and not is_closed,
        can_note=may(user, Permission.WRITE_NOTE),
        is_done=not conversation.is_open,
        event_subject=conversation.event_subject,
    )


def _reach(user: User, conversation: Conversation) -> str:
    inbox = next((each for each in remember_inboxes(user) if each.pk == conversation.inbox_id), None)
    if inbox is None or not is_beyond_reach(inbox, conversation.last_inbound_at or conversation.created_at):
        return ""
    return _("Counted day and night: the business hours of the desk do not reach this far.")


def _awaited(conversation: Conversation) -> str:
    if conversation.side_of_id is None or conversation.status != Status.WAIT:
        return ""
    return _("Waiting for the answer of %(name)s.") % {"name": conversation.customer.label}


def _hold(conversation: Conversation, words: Words) -> str:
    if conversation.status != Status.HOLD:
        return ""
    until = _("until %(time)s") % {"time": words.due(conversation.resume_at)} if conversation.resume_at else ""
    return " ".join(part for part in (conversation.hold_reason, until) if part)


def _assignee(user: User, conversation: Conversation) -> str:
    if conversation.assignee is None:
        return _("Unassigned")
    if conversation.assignee_id == user.pk:
        return _("%(name)s (me)") % {"name": conversation.assignee.name}
    return conversation.assignee.name


def _category(conversation: Conversation) -> str:
    category = conversation.category
    if category is None:
        return ""
    return f"{category.parent.name} › {category.name}" if category.parent else category.name


def lock_line(user: User, lock: ReplyLock | None) -> LockLine | None:
    """The line above the timeline while somebody else writes the reply."""
    if lock is None or lock.user_id == user.pk:
        return None
    return LockLine(_("%(name)s is replying") % {"name": lock.user.name}, may(user, Permission.TAKE_OVER_LOCK))


def viewers_line(user: User, conversation: Conversation) -> str:
    """「佐々木さんが閲覧中」, or nothing."""
    others = viewers(conversation.event_subject) - {user.pk}
    if not others:
        return ""
    names = [person.family_name for person in all_users().filter(pk__in=others)[:3]]
    return _("%(names)s also looking") % {"names": _(", ").join(names)}


def _merged_values(events: Sequence[Event]) -> dict[tuple[int, int], Plain]:
    """What stands in the fields of merged conversations that differed; asked only where one did."""
    numbers = ids_in([event for event in events if event.kind == FIELD_DIFFERED], "other")
    found = values_of(numbers) if numbers else {}
    return {(number, pk): value for number, values in found.items() for pk, value in values.items()}


def names_for(user: User, events: Sequence[Event]) -> Names:
    """The names these events need; nothing is asked for what none of them mentions."""
    people = ids_in(events, "assignee", "previous", "before", "people") if events else set()
    teams, inboxes = ids_in(events, "team"), ids_in(events, "inbox")
    tags, categories = ids_in(events, "added", "removed"), ids_in(events, "category")
    fields, own = ids_in(events, "field"), ids_in(events, "own_before", "own_after")
    folders = ids_in(events, "folder")
    return Names(
        people={each.pk: each.name for each in all_users().filter(pk__in=people)} if people else {},
        teams={each.pk: each.name for each in all_teams()} if teams else {},
        tags={each.pk: each.name for each in all_tags().filter(pk__in=tags)} if tags else {},
        categories=category_names() if categories else {},
        inboxes={each.pk: each.name for each in inboxes_of(user)} if inboxes else {},
        fields={each.pk: each for each in all_fields().filter(pk__in=fields)} if fields else {},
        statuses={each.pk: each.word for each in all_statuses().filter(pk__in=own)} if own else {},
        merged=_merged_values(events),
        folders={each.pk: each.name for each in folders_of(user).filter(pk__in=folders)} if folders else {},
    )


def category_names() -> dict[int, str]:
    """Every category by number, children with their parent's name."""
    names = {}
    for parent in category_tree():
        names[parent.pk] = parent.name
        names |= {child.pk: f"{parent.name} › {child.name}" for child in parent.children.all()}
    return names
