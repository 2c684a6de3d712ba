"""To which conversation an inbound message belongs.

In this order: what it says it answers (headers), our own signed Message-ID, the number in its subject if the sender
takes part in that conversation, and, for phones that send no headers, the same subject of the same customer.
A forward opens a conversation of its own: it is somebody's news, not an answer.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from madoguchi.channels.contract import AutoKind, InboundMessage
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.continuing import Continuable, surviving
from madoguchi.conversations.message_ids import conversation_of_message_id
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import base_subject, is_reply_subject, number_in
from madoguchi.core.addresses import fold_address
from madoguchi.customers.models import Identity

#: How long an answer without headers may take to be joined by its subject alone.
PHONE_WINDOW = timedelta(days=30)
#: Ids are kept and compared up to this length.
MAX_ID = 1000
#: How many ids of one mail are looked up.
_MAX_IDS = 50
#: Among the warnings of a message: its sender had not been part of the conversation it was threaded into.
NEW_PARTICIPANT = "new_participant"
_REPORTS = (AutoKind.BOUNCE, AutoKind.FEEDBACK)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The messages here that mails may be, answer, or are answered by, and the conversations they may continue."""

    by_id: dict[str, Message]
    by_answered: dict[str, Message]  #: by the id that they answer: they came before the mail they answer
    conversations: Continuable

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

    def earlier_answer(self, inbound: InboundMessage) -> Message | None:
        """The message that came before this one, which it answers; what shares another id with it is none."""
        answer = self.by_answered.get(inbound.external_id[:MAX_ID])
        return None if answer is None or answer.external_id in shared_ids(inbound) else answer


def find_neighbours(inbounds: Sequence[InboundMessage], *, customers: Collection[int]) -> Neighbours:
    """Look once for everything here that shares an id with one of these mails.

    The conversations they may continue are locked; `customers` are those locked already.
    """
    wanted = {each for inbound in inbounds for each in shared_ids(inbound)}
    rows = Message.objects.only("external_id", "in_reply_to", "fingerprint", "kind", "sender_address", "conversation")
    by_id = {row.external_id: row for row in rows.filter(external_id__in=wanted)}
    owns = {inbound.external_id[:MAX_ID] for inbound in inbounds} - {""}
    answers = rows.filter(in_reply_to__in=owns).exclude(in_reply_to="").order_by("in_reply_to", "pk")
    by_answered = {row.in_reply_to: row for row in answers.distinct("in_reply_to")}
    named = (conversation_of_message_id(each) for inbound in inbounds for each in answered_ids(inbound))
    numbers = {row.conversation_id for row in (*by_id.values(), *by_answered.values())}
    conversations = Continuable(customers)
    conversations.load(numbers | {number for number in named if number is not None})
    return Neighbours(by_id, by_answered, conversations)


def shared_ids(inbound: InboundMessage) -> list[str]:
    """Every id by which another message may be this one, its question or its answer."""
    return [inbound.external_id[:MAX_ID], disambiguated(inbound), *answered_ids(inbound)]


def is_threaded_by_customer(inbound: InboundMessage) -> bool:
    """True when more than ids may say where it belongs: what the same customer wrote before."""
    return number_in(inbound.subject) is not None or _is_phone_reply(inbound)


def _is_same(known: Message, inbound: InboundMessage) -> bool:
    is_ours = known.kind == MessageKind.OUTBOUND and conversation_of_message_id(known.external_id) is not None
    is_own_copy = is_ours and fold_address(inbound.sender.email) == fold_address(known.sender_address)
    return is_own_copy or known.fingerprint == inbound.fingerprint[:64]


def disambiguated(inbound: InboundMessage) -> str:
    """The id under which a message is kept when its own id belongs to another message."""
    return f"{inbound.external_id[:950]}~{inbound.fingerprint[:16]}"


def find_conversation(identity: Identity, inbound: InboundMessage, neighbours: Neighbours) -> Conversation | None:
    """The conversation this message continues, following merges; None opens a new one.

    A conversation that is 終了 is not continued. The customer's lock is held (customers.identify_customers); the
    conversation's is when it is returned.
    """
    if inbound.is_forward and inbound.auto_kind not in _REPORTS:
        return None
    conversations = neighbours.conversations
    found = _by_ids(answered_ids(inbound), neighbours)
    if found or inbound.auto_kind in _REPORTS:
        return found
    earlier = neighbours.earlier_answer(inbound)
    return (
        _by_number(identity, inbound, conversations)
        or _by_subject(identity, inbound, conversations)
        or (conversations.get(earlier.conversation_id) if earlier else None)
    )


def answered_ids(inbound: InboundMessage) -> list[str]:
    """What the message answers, the closest first; a report answers the mail it is about and nothing else."""
    if inbound.auto_kind in _REPORTS:
        return [inbound.reported_id] if inbound.reported_id else []
    closest_first = [inbound.in_reply_to, *reversed(inbound.references)]
    return list(dict.fromkeys(each[:MAX_ID] for each in closest_first if each))[:_MAX_IDS]


def _by_ids(ids: Iterable[str], neighbours: Neighbours) -> Conversation | None:
    for each in ids:
        known = neighbours.by_id.get(each)
        number = known.conversation_id if known else conversation_of_message_id(each)
        if number is not None and (found := neighbours.conversations.get(number)):
            return found
    return None


def _by_number(identity: Identity, inbound: InboundMessage, conversations: Continuable) -> Conversation | None:
    number = number_in(inbound.subject)
    if number is None or not takes_part(number, identity):
        return None
    return conversations.get(number)


def takes_part(number: int, identity: Identity) -> bool:
    """True if the address is the customer's, or wrote or was written to in the conversation of this number.

    A number in a subject is public knowledge; only a participant may use it to enter.
    """
    number = surviving(number)
    if Conversation.objects.filter(pk=number, customer_id=identity.customer_id).exists():
        return True
    rows = Message.objects.filter(conversation=number).values_list("sender_address", "to", "cc")
    for sender, to, cc in rows.order_by("-id")[:200]:
        parties = [sender, *(party["email"] for party in [*to, *cc])]
        if identity.key in map(fold_address, parties):
            return True
    return False


def _is_phone_reply(inbound: InboundMessage) -> bool:
    return not (inbound.in_reply_to or inbound.references) and is_reply_subject(inbound.subject)


def _by_subject(identity: Identity, inbound: InboundMessage, conversations: Continuable) -> Conversation | None:
    """For phones: "Re:" of a subject we wrote about with this customer, and no headers at all."""
    if not _is_phone_reply(inbound):
        return None
    # Shells of merged conversations count too: what was written under their subject goes on in the survivor.
    candidates = Conversation.objects.filter(
        customer_id=identity.customer_id,
        base_subject=base_subject(inbound.subject),
        last_message_at__gte=timezone.now() - PHONE_WINDOW,
    )
    newest = candidates.exclude(status=Status.CLOSED).order_by("-last_message_at").values_list("pk", flat=True).first()
    return conversations.get(newest) if newest else None
