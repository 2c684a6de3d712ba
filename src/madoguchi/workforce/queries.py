"""Reads of the workforce: who is doing what, and what somebody has in hand."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, roles_that_may
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.filters import KINDS
from madoguchi.conversations.models import Conversation, Draft, Message, ReplyLock
from madoguchi.workforce.choices import AVAILABLE
from madoguchi.workforce.models import PresenceSpan


@dataclass(frozen=True, slots=True)
class OnBoard:
    """One person on the board."""

    user: User
    span: PresenceSpan | None  #: what they do now; None is offline
    totals: dict[str, int]  #: seconds of today by state
    open: int  #: open conversations in hand, as the reader's list of conversations shows them
    requests: int  #: and open 依頼, as their list shows them
    has_any: bool  #: there is something to hand over, seen by the reader or not


@dataclass(frozen=True, slots=True)
class InHand:
    """What a person has in hand, for whoever takes over."""

    open: int  #: all that is handed over
    unseen: int  #: open ones that the reader does not see, and that stay
    requests: int  #: 依頼 among it
    late: int
    drafts: int
    planned: int
    locks: int


def current_span(user: User) -> PresenceSpan | None:
    """What a person is doing now; None while they are offline."""
    return PresenceSpan.objects.filter(user=user, ended_at=None).first()


def spans_of(user: User) -> QuerySet[PresenceSpan]:
    """Everything a person was doing."""
    return PresenceSpan.objects.filter(user=user)


def available_ids(user_ids: list[int]) -> frozenset[int]:
    """Those of these people who are there to take something on."""
    rows = PresenceSpan.objects.filter(ended_at=None, user__in=user_ids, state__in=AVAILABLE)
    return frozenset(rows.values_list("user_id", flat=True))


def board(reader: User, now: datetime, midnight: datetime) -> list[OnBoard]:
    """Everybody who answers customers: what they do since when, today's time by state, and how much they have in hand.

    Of conversations only those that the reader sees are counted. `midnight` is the beginning of the reader's day; four
    queries however many people there are.
    """
    people = list(User.objects.filter(is_active=True, role__in=roles_that_may(Permission.REPLY)).order_by("name", "pk"))
    spans = PresenceSpan.objects.filter(Q(ended_at=None) | Q(ended_at__gt=midnight), user__in=people)
    now_of: dict[int, PresenceSpan] = {}
    totals: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for span in spans:
        if span.ended_at is None:
            now_of[span.user_id] = span
        seconds = (min(span.ended_at or now, now) - max(span.started_at, midnight)) / timedelta(seconds=1)
        totals[span.user_id][span.state] += max(int(seconds), 0)
    amounts = _amounts(reader, people)
    return [
        OnBoard(each, now_of.get(each.pk), dict(totals[each.pk]), *amounts.get(each.pk, (0, 0)), each.pk in amounts)
        for each in people
    ]


def _amounts(reader: User, people: list[User]) -> dict[int, tuple[int, int]]:
    """Open conversations and 依頼 of these people as far as the reader sees them; nobody who has none at all."""
    seen = Q() if reader.sees_every_inbox else Q(pk__in=Conversation.objects.visible_to(reader).values("pk"))
    rows = Conversation.objects.filter(is_open=True, assignee__in=people).unmerged().values("assignee").order_by()
    counted = rows.annotate(
        n=Count("pk", filter=seen & KINDS[False]), requests=Count("pk", filter=seen & KINDS[True])
    ).values_list("assignee", "n", "requests")
    return {person: (n, requests) for person, n, requests in counted if person}


def open_conversations_of(person: User, *, reader: User) -> QuerySet[Conversation]:
    """What a person is responsible for and is not done, as far as the reader sees it."""
    return Conversation.objects.visible_to(reader).filter(assignee=person, is_open=True).unmerged()


def unseen_of(person: User, *, reader: User) -> int:
    """How many open conversations a person is responsible for that the reader does not see."""
    seen = open_conversations_of(person, reader=reader).values("pk")
    return Conversation.objects.filter(assignee=person, is_open=True).unmerged().exclude(pk__in=seen).count()


def in_hand(person: User, now: datetime, *, reader: User) -> InHand:
    """How much a person has in hand, before the reader hands it over."""
    rows = open_conversations_of(person, reader=reader)
    planned = Message.objects.filter(
        user=person,
        planned_at__isnull=False,
        claimed_at=None,
        state__in=[MessageState.QUEUED, MessageState.AWAITING_APPROVAL, MessageState.STOPPED],
    )
    return InHand(
        open=rows.count(),
        unseen=unseen_of(person, reader=reader),
        requests=rows.filter(KINDS[True]).count(),
        late=rows.filter(queue_at__lt=now).count(),
        drafts=Draft.objects.filter(user=person).exclude(text="").count(),
        planned=planned.count(),
        locks=ReplyLock.objects.filter(user=person, expires_at__gt=now).count(),
    )
