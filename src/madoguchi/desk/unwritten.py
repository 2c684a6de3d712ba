"""Letters without a word of their own: what the composer begins with is no text, and an empty letter cannot leave."""

from collections.abc import Sequence
from dataclasses import replace

from madoguchi.accounts.models import User
from madoguchi.channels.queries import inboxes_of
from madoguchi.channels.signatures import signature
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import newest_inbound
from madoguchi.customers.addressing import salutation
from madoguchi.desk.composing import REPLY, REPLY_ALL
from madoguchi.desk.letters import is_unwritten, quote
from madoguchi.ui.dates import Words


def worded_reply(letter: Letter, user: User, conversation: Conversation, mode: str, words: Words) -> Letter:
    """The letter, empty if it is 宛名, signature and quotation only; what is passed on needs no word of ours."""
    if mode not in (REPLY, REPLY_ALL):
        return letter
    newest = newest_inbound(conversation)
    language = conversation.letter_language
    quoted = [quote(newest, words, language)] if newest else []
    return _worded(letter, [*quoted, signature(conversation.inbox, user), salutation(conversation.customer, language)])


def worded_mail(letter: Letter, user: User) -> Letter:
    """The letter, empty if it is a signature only, also that of a desk chosen before."""
    return _worded(letter, [signature(inbox, user) for inbox in inboxes_of(user)])


def _worded(letter: Letter, prefilled: Sequence[str]) -> Letter:
    return replace(letter, text="") if is_unwritten(letter.text, prefilled) else letter
