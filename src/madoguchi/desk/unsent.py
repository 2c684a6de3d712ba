"""What the composer says of letters that were written before and have not left: two answers would contradict."""

from django.utils.translation import gettext as _

from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.queries import unsent_letters
from madoguchi.ui.dates import Words


def about_unsent(conversation: Conversation, words: Words) -> list[str]:
    """A sentence for each letter that waits for approval or for its time."""
    return [_sentence(each, words) for each in unsent_letters(conversation)]


def _sentence(message: Message, words: Words) -> str:
    name = message.user.name if message.user else message.sender_name
    if message.state == MessageState.AWAITING_APPROVAL:
        text = _(
            "A reply by %(name)s, written %(time)s, waits for approval. Approved, it reaches the customer as well."
        )
        return text % {"name": name, "time": words.short(message.at)}
    if message.state == MessageState.STOPPED:
        return _("A planned mail by %(name)s was held back and waits for a decision.") % {"name": name}
    text = _(
        "A mail by %(name)s is planned to leave %(time)s. It reaches the customer as well, unless it is taken back."
    )
    return text % {"name": name, "time": words.due(message.planned_at or words.now)}
