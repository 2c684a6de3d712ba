"""What a machine of ours writes to a customer (自動受付メール): it leaves by the same door as replies and is no answer.

So it takes no lock and asks for no approval, and the conversation stays as it is: status, 返信期限, first answer,
preview and counts speak of people. Who counts answers leaves out `is_automatic`.
"""

from django.db import transaction
from django.utils import timezone

from madoguchi.conversations.actions.messages import fold_spans, parties
from madoguchi.conversations.actions.replies import references_of
from madoguchi.conversations.choices import REPLY_QUEUED, MessageKind, MessageState
from madoguchi.conversations.letters import Letter, check_letter
from madoguchi.conversations.message_ids import new_message_id
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import numbered_subject, reply_subject
from madoguchi.core.unlinking import LINK_LEFT_OUT, without_links
from madoguchi.customers.masking import cut_whole
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


@transaction.atomic
def write_automatic_reply(conversation: Conversation, letter: Letter, *, answers: Message, by: Actor) -> Message:
    """Answer a customer's mail by a machine; it leaves at once, marked so that no other machine answers.

    Call it with the conversation held. Records `reply_queued`, and nothing that disturbs who is writing. The same mail
    is answered once: asked again it returns what is there. An answer to it lands in the conversation.
    """
    check_letter(letter)
    key, inbox, now = f"automatic:{answers.pk}", conversation.inbox, timezone.now()
    if known := Message.objects.filter(request_key=key).first():
        return known
    message = Message.objects.create(
        conversation=conversation,
        inbox=inbox,
        kind=MessageKind.OUTBOUND,
        state=MessageState.QUEUED,
        is_automatic=True,
        sender_name=inbox.from_name or inbox.name,
        sender_address=inbox.address,
        to=parties(letter.to),
        subject=_subject(conversation, letter, answers),
        text=letter.text,
        spans=fold_spans(letter.text),
        external_id=new_message_id(conversation.pk, inbox.address.rpartition("@")[2] or "localhost"),
        in_reply_to=answers.external_id,
        references=references_of(conversation),
        send_after=now,
        request_key=key,
        at=now,
    )
    data = {"message": message.pk, "automatic": True}
    record(REPLY_QUEUED, conversation.event_subject, by=by, scope_id=inbox.pk, data=data)
    return message


def _subject(conversation: Conversation, letter: Letter, answers: Message) -> str:
    """As written, or that of the customer's mail; with our number, by which phones without headers find back."""
    number, language = conversation.pk, conversation.letter_language
    if letter.subject:
        return cut_whole(numbered_subject(letter.subject, number, language=language), 1000)
    instead = LINK_LEFT_OUT["ja" if language.startswith("ja") else "en"]
    theirs = without_links(answers.subject, instead=instead)  # who gets it may not be who wrote that
    return cut_whole(reply_subject(theirs, number, language=language), 1000)
