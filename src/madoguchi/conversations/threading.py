"""To which conversation an inbound message belongs.

In this order: what it says it answers (headers), our own signed Message-ID, the number in its subject if the sender
takes part in that conversation, and, for phones that send no headers, the same subject of the same customer.
A forward opens a conversation of its own: it is somebody's news, not an answer.
"""

from datetime import timedelta

from django.utils import timezone

from madoguchi.channels.contract import AutoKind, InboundMessage
from madoguchi.conversations.choices import Status
from madoguchi.conversations.message_ids import conversation_of_message_id
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import base_subject, is_reply_subject, number_in
from madoguchi.core.addresses import fold_address
from madoguchi.customers.models import Identity

#: How long an answer without headers may take to be joined by its subject alone.
PHONE_WINDOW = timedelta(days=30)
#: How many ids of one mail are looked up.
_MAX_IDS = 50


def find_conversation(identity: Identity, inbound: InboundMessage) -> Conversation | None:
    """The conversation this message continues, following merges; None opens a new one.

    A conversation that is 終了 is not continued. The customer's lock is held (customers.identify_customer).
    """
    if inbound.auto_kind in (AutoKind.BOUNCE, AutoKind.FEEDBACK):
        return _by_ids([inbound.reported_id]) if inbound.reported_id else None
    if inbound.is_forward:
        return None
    return (
        _by_ids(_answered_ids(inbound))
        or _by_number(identity, inbound)
        or _by_subject(identity, inbound)
        or _by_earlier_answer(inbound)
    )


def _answered_ids(inbound: InboundMessage) -> list[str]:
    """What the message answers, the closest first."""
    closest_first = [inbound.in_reply_to, *reversed(inbound.references)]
    return list(dict.fromkeys(each for each in closest_first if each))[:_MAX_IDS]


def _by_ids(ids: list[str]) -> Conversation | None:
    if not ids:
        return None
    known = dict(Message.objects.filter(external_id__in=ids).values_list("external_id", "conversation_id"))
    for each in ids:
        number = known.get(each) or conversation_of_message_id(each)
        if number is not None and (found := _continuable(number)):
            return found
    return None


def _by_number(identity: Identity, inbound: InboundMessage) -> Conversation | None:
    number = number_in(inbound.subject)
    if number is None:
        return None
    conversation = _continuable(number)
    if conversation is None or not takes_part(conversation, identity):
        return None
    return conversation


def takes_part(conversation: Conversation, identity: Identity) -> bool:
    """True if the address is the customer's, or wrote or was written to in this conversation.

    A number in a subject is public knowledge; only a participant may use it to enter.
    """
    if conversation.customer_id == identity.customer_id:
        return True
    rows = Message.objects.filter(conversation=conversation).values_list("sender_address", "to", "cc")
    for sender, to, cc in rows.order_by("-id")[:200]:
        parties = [sender, *(party["email"] for party in [*to, *cc])]
        if identity.key in map(fold_address, parties):
            return True
    return False


def _by_subject(identity: Identity, inbound: InboundMessage) -> Conversation | None:
    """For phones: "Re:" of a subject we wrote about with this customer, and no headers at all."""
    if inbound.in_reply_to or inbound.references or not is_reply_subject(inbound.subject):
        return None
    candidates = Conversation.objects.unmerged().filter(
        customer_id=identity.customer_id,
        base_subject=base_subject(inbound.subject),
        last_message_at__gte=timezone.now() - PHONE_WINDOW,
    )
    return candidates.exclude(status=Status.CLOSED).order_by("-last_message_at").first()


def _by_earlier_answer(inbound: InboundMessage) -> Conversation | None:
    """The answer came before the mail it answers."""
    earlier = Message.objects.filter(in_reply_to=inbound.external_id).order_by("id").first()
    return _continuable(earlier.conversation_id) if earlier else None


def _continuable(number: int) -> Conversation | None:
    """The conversation of this number, or the one it was merged into; None when it is 終了 or unknown."""
    conversation = Conversation.objects.filter(pk=number).first()
    for _hop in range(20):  # merges form no loops (merge_conversations sees to it); the bound is a second belt
        if conversation is None or conversation.merged_into_id is None:
            break
        conversation = Conversation.objects.filter(pk=conversation.merged_into_id).first()
    return conversation if conversation and conversation.status != Status.CLOSED else None
