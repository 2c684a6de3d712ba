"""Who besides the people of its own 窓口 may see a conversation: those of others it arrived in, guests who follow it.

For whoever tells people of what happens; the same rule as `visible_to`, asked from the other side.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation


@dataclass(slots=True)
class Audience:
    """Who sees a conversation without its own 窓口."""

    inbox_ids: set[int] = field(default_factory=set)  #: the people of these 窓口
    guest_ids: set[int] = field(default_factory=set)


def audiences_of(numbers: Iterable[int]) -> dict[int, Audience]:
    """The further audience of those conversations that have one; two queries."""
    wanted = set(numbers)
    found: dict[int, Audience] = defaultdict(Audience)
    also = Conversation.also_in.through.objects.filter(conversation_id__in=wanted)
    for number, inbox_id in also.values_list("conversation_id", "inbox_id"):
        found[number].inbox_ids.add(inbox_id)
    guests = Conversation.followers.through.objects.filter(conversation_id__in=wanted, user__role=Role.GUEST)
    for number, user_id in guests.values_list("conversation_id", "user_id"):
        found[number].guest_ids.add(user_id)
    sides = Conversation.objects.filter(pk__in=wanted, side_of__isnull=False)
    for number, user_id in sides.filter(side_of__followers__role=Role.GUEST).values_list("pk", "side_of__followers"):
        found[number].guest_ids.add(user_id)
    return dict(found)


def subjects_besides(user_id: int, inbox_ids: Iterable[int]) -> QuerySet[Conversation, str]:
    """What somebody who sees these 窓口 sees without them, as events name it: to be part of another query."""
    also = Conversation.also_in.through.objects.filter(inbox_id__in=list(inbox_ids))
    followed = Conversation.followers.through.objects.filter(user_id=user_id, user__role=Role.GUEST)
    rows = Conversation.objects.filter(
        Q(pk__in=also.values("conversation_id"))
        | Q(pk__in=followed.values("conversation_id"))
        | Q(side_of__in=followed.values("conversation_id"))
    )
    return rows.order_by().values_list(Concat(Value("conversation:"), Cast("pk", CharField())), flat=True)


def who_may_see(number: int, people: Iterable[User]) -> list[User]:
    """Those of these people to whom a conversation is visible."""
    return [person for person in people if Conversation.objects.visible_to(person).filter(pk=number).exists()]
