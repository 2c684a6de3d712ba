"""What a person wrote and was written, as rows for their one timeline (`flows.timeline`): in whatever conversation.

Patterns of prepared reads: narrowed to what somebody of this sight may see (`eyes_of`) and to the customers of the
slot `people`; who asks orders them by time and takes a page.
"""

from typing import Any

from django.db.models import F, Q, QuerySet

from madoguchi.accounts.sight import Sight
from madoguchi.conversations.choices import NEVER_LEFT
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.models.conversation import ConversationQuerySet
from madoguchi.core.prepared import OneOf, Shaped, Slot


def talks_with(sight: Sight) -> ConversationQuerySet:
    """The conversations of these customers."""
    return Conversation.objects.visible_in(sight).filter(OneOf(F("customer_id"), Slot("people")))


def messages_with(sight: Sight) -> QuerySet[Message]:
    """Mail, notes and phone memos in the conversations of these customers, without what never left."""
    return Message.objects.filter(conversation__in=talks_with(sight).values("pk")).exclude(state__in=NEVER_LEFT)


def messages_picked(sight: Sight) -> QuerySet[Message]:
    """`messages_with`, for messages whose ids are given: these are read, and then it is asked whether they may be.

    What is one of two conditions is never joined: else all conversations of these customers are gone through with ids.
    """
    talks = Q(conversation__in=talks_with(sight).order_by().values("pk")) | Q(conversation=None)
    return Message.objects.filter(talks).exclude(state__in=NEVER_LEFT)


def messages_since(sight: Sight) -> QuerySet[Message]:
    """The same from the moment of the slot `since` on: of conversations that ended before nothing is looked at."""
    talks = talks_with(sight).filter(last_message_at__gte=Slot("since"))
    rows = Message.objects.filter(conversation__in=talks.values("pk"), at__gte=Slot("since"))
    return rows.exclude(state__in=NEVER_LEFT)


def _seen(sight: Sight) -> QuerySet[Conversation, Any]:
    return Conversation.objects.visible_in(sight).values("pk")


def messages_elsewhere(sight: Sight) -> QuerySet[Message]:
    """What these customers wrote into conversations of somebody else."""
    theirs = OneOf(F("customer_id"), Slot("people"))
    own = Conversation.objects.filter(theirs).values("pk")
    rows = Message.objects.filter(theirs).exclude(conversation__in=own).exclude(state__in=NEVER_LEFT)
    # Almost nothing is left of them here; only then is it asked who may see it.
    return rows if sight is Sight.EVERYTHING else rows.filter(conversation__in=_seen(sight))


def requests_about(sight: Sight) -> ConversationQuerySet:
    """What others were asked (依頼) about the matters of these customers."""
    return Conversation.objects.visible_in(sight).unmerged().filter(side_of__in=talks_with(sight).values("pk"))


def open_matters(sight: Sight) -> ConversationQuerySet:
    """Their conversations that are not finished."""
    return talks_with(sight).unmerged().of_customers().filter(is_open=True)


def _numbers(sight: Sight) -> QuerySet[Conversation, int]:
    return talks_with(sight).order_by().values_list("pk", flat=True)


def _elsewhere(sight: Sight) -> QuerySet[Message, int]:
    return messages_elsewhere(sight).order_by().values_list("conversation", flat=True)


#: The numbers of all their conversations, and of those of others in which they wrote.
CONVERSATIONS_OF: Shaped[QuerySet[Conversation, int]] = Shaped(_numbers)
CONVERSATIONS_ELSEWHERE: Shaped[QuerySet[Message, int]] = Shaped(_elsewhere)
