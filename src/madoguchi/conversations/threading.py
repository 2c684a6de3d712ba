"""To which conversation an inbound message belongs.

In this order: what it says it answers (headers), our own signed Message-ID, the number in its subject if the sender
takes part in that conversation, and, for phones that send no headers, the same subject of the same customer.
A forward opens a conversation of its own: it is somebody's news, not an answer.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from madoguchi.channels.contract import AutoKind, InboundMessage
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.message_ids import conversation_of_message_id
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import base_subject, is_reply_subject, number_in
from madoguchi.core.addresses import fold_address
from madoguchi.customers.models import Identity

#: How long an answer without headers may take to be joined by its subject alone.
PHONE_WINDOW = timedelta(days=30)
#: Ids are kept and compared up to this length.
MAX_ID = 1000
#: How many ids of one mail are looked up, and how many rows that may give.
_MAX_IDS = 50
_MAX_ROWS = 100
_REPORTS = (AutoKind.BOUNCE, AutoKind.FEEDBACK)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The messages here that a mail may be, answers, or is answered by; found in one look."""

    by_id: dict[str, Message]
    earlier_answer: Message | None  #: came before the mail it answers

    def known(self, inbound: InboundMessage) -> Message | None:
        """The message we already have if this is the same one again; None for a new one.

        The same id with other content is somebody else's message under a reused id, not a repetition.
        """
        same_id = self.by_id.get(inbound.external_id[:MAX_ID])
        if same_id is not None and _is_same(same_id, inbound):
            return same_id
        return self.by_id.get(disambiguated(inbound))

    def is_id_taken(self, inbound: InboundMessage) -> bool:
        """True if a message has the id of this one."""
        return inbound.external_id[:MAX_ID] in self.by_id


def find_neighbours(inbound: InboundMessage) -> Neighbours:
    """Look once for everything here that shares an id with this mail."""
    own = inbound.external_id[:MAX_ID]
    wanted = [own, disambiguated(inbound), *_answered_ids(inbound)]
    rows = Message.objects.filter(Q(external_id__in=wanted) | Q(in_reply_to=own) & ~Q(in_reply_to=""))
    light = rows.only("external_id", "in_reply_to", "fingerprint", "kind", "conversation").order_by("pk")
    by_id: dict[str, Message] = {}
    earlier: Message | None = None
    for row in light[:_MAX_ROWS]:
        if row.external_id in wanted:
            by_id[row.external_id] = row
        elif earlier is None:
            earlier = row
    return Neighbours(by_id, earlier)


def _is_same(known: Message, inbound: InboundMessage) -> bool:
    is_own_copy = known.kind == MessageKind.OUTBOUND and conversation_of_message_id(known.external_id) is not None
    return is_own_copy or known.fingerprint == inbound.fingerprint[:64]


def disambiguated(inbound: InboundMessage) -> str:
    """The id under which a message is kept when its own id belongs to another message."""
    return f"{inbound.external_id[:950]}~{inbound.fingerprint[:16]}"


def find_conversation(identity: Identity, inbound: InboundMessage, neighbours: Neighbours) -> Conversation | None:
    """The conversation this message continues, following merges; None opens a new one.

    A conversation that is 終了 is not continued. The customer's lock is held (customers.identify_customer).
    """
    if inbound.is_forward and inbound.auto_kind not in _REPORTS:
        return None
    found = _by_ids(_answered_ids(inbound), neighbours)
    if found or inbound.auto_kind in _REPORTS:
        return found
    earlier = neighbours.earlier_answer
    return (
        _by_number(identity, inbound)
        or _by_subject(identity, inbound)
        or (_continuable(earlier.conversation_id) if earlier else None)
    )


def _answered_ids(inbound: InboundMessage) -> list[str]:
    """What the message answers, the closest first; a report answers the mail it is about and nothing else."""
    if inbound.auto_kind in _REPORTS:
        return [inbound.reported_id] if inbound.reported_id else []
    closest_first = [inbound.in_reply_to, *reversed(inbound.references)]
    return list(dict.fromkeys(each[:MAX_ID] for each in closest_first if each))[:_MAX_IDS]


def _by_ids(ids: list[str], neighbours: Neighbours) -> Conversation | None:
    for each in ids:
        known = neighbours.by_id.get(each)
        number = known.conversation_id if known else conversation_of_message_id(each)
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


def _continuable(number: int) -> Conversation | None:
    """The conversation of this number, or the one it was merged into; None when it is 終了 or unknown."""
    conversation = Conversation.objects.select_related("inbox").filter(pk=number).first()
    for _hop in range(20):  # merges form no loops (merge_conversations sees to it); the bound is a second belt
        if conversation is None or conversation.merged_into_id is None:
            break
        conversation = Conversation.objects.select_related("inbox").filter(pk=conversation.merged_into_id).first()
    return conversation if conversation and conversation.status != Status.CLOSED else None
