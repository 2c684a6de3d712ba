"""Taking conversations off whoever is spared them: given to somebody else, and followed no more."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import batched

from django.db import transaction
from django.db.models import Q, QuerySet

from madoguchi.accounts.models import User
from madoguchi.channels.models import visible_inbox_ids
from madoguchi.conversations.actions.triage import MAX_BULK, assign
from madoguchi.conversations.choices import ASSIGNED, Status
from madoguchi.conversations.hidden import hidden_pairs
from madoguchi.conversations.holding import hold
from madoguchi.conversations.models import Conversation
from madoguchi.customers.models import CustomerSpared
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.events.record import record


@transaction.atomic
def hand_on(rows: QuerySet[Conversation], person: User, *, to: Sequence[User], user: User) -> None:
    """Give what a person has of these to the first of `to` who may see each, or to nobody; they follow none of it."""
    _unfollow(rows, [person.pk])
    theirs = list(_changeable(rows).filter(assignee=person).order_by("pk"))
    hidden = hidden_pairs(each.pk for each in theirs)
    seen = {each.pk: frozenset(visible_inbox_ids(each)) for each in to}
    shares: dict[int, list[Conversation]] = defaultdict(list)
    for row in theirs:
        able = (each.pk for each in to if row.inbox_id in seen[each.pk] and (row.pk, each.pk) not in hidden)
        shares[next(able, 0)].append(row)
    heirs = {each.pk: each for each in to}
    for pk, share in shares.items():
        for part in batched(share, MAX_BULK):
            assign(part, heirs.get(pk), user=user)


@transaction.atomic
def follow_spared(event: Event) -> None:
    """After a merge of customers: what a person has of whom they are spared waits for others. May run twice."""
    into, gone = event.data["into"], event.data["from"]
    CustomerSpared.objects.filter(customer=gone).update(customer=into)  # whoever was spared in the very moment
    people = set(CustomerSpared.objects.filter(customer=into).values_list("person_id", flat=True))
    if not people:
        return
    rows = conversations_of(into)
    _unfollow(rows, people)
    for row in hold(_changeable(rows).filter(assignee__in=people).values_list("pk", flat=True)):
        before = row.assignee_id
        if before not in people:  # given to somebody in between
            continue
        row.assignee = None
        row.version += 1
        row.save(update_fields=["assignee", "version"])
        data = {"before": before, "assignee": None}
        record(ASSIGNED, row.event_subject, by=Actor.system("sparing"), scope_id=row.inbox_id, data=data)


def conversations_of(customer: int) -> QuerySet[Conversation]:
    """Those of a customer, and the requests to others (依頼) about them."""
    return Conversation.objects.filter(Q(customer=customer) | Q(side_of__customer=customer))


def _changeable(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Without what never changes again."""
    return rows.filter(merged_into=None).exclude(status=Status.CLOSED)


def _unfollow(rows: QuerySet[Conversation], people: Sequence[int] | set[int]) -> None:
    followed = Conversation.followers.through.objects.filter(user__in=people)
    followed.filter(conversation__in=rows.order_by().values("pk")).delete()
