"""Under which subject a conversation goes on: the customer's, also where they answered what left by itself."""

from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.subjects import base_subject


def subject_to_answer(conversation: Conversation, last: str) -> str:
    """The subject an answer takes up: `last`, that of the customer's last mail, or the conversation's.

    A customer who answered our acknowledgement sends its subject back; a person's letter is not marked 【自動受付】.
    """
    base = base_subject(last)
    if not base or base == conversation.base_subject:
        return last or conversation.subject
    ours = Message.objects.filter(conversation=conversation, is_automatic=True).values_list("subject", flat=True)
    return conversation.subject if base in {base_subject(each) for each in ours} else last
