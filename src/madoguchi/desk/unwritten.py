"""Letters without a word of their own: what the composer begins with is no text, and an empty letter cannot leave."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.channels.queries import inboxes_of
from madoguchi.channels.signatures import signature
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import newest_inbound
from madoguchi.core.errors import Invalid
from madoguchi.customers.addressing import salutation
from madoguchi.desk.asides import begun_with
from madoguchi.desk.composing import REPLY, REPLY_ALL
from madoguchi.desk.letters import is_unwritten, quote
from madoguchi.ui.dates import Words


def worded_reply(letter: Letter, user: User, conversation: Conversation, mode: str, words: Words) -> Letter:
    """The letter, empty if it is 宛名, signature and quotation only; what is passed on needs no word of ours.

    So is a request's (依頼) that nobody has asked anything in, and with which nothing goes along.
    """
    if mode not in (REPLY, REPLY_ALL):
        return letter
    newest = newest_inbound(conversation)
    language = conversation.letter_language
    quoted = [quote(newest, words, language)] if newest else []
    prefilled = [*quoted, signature(conversation.inbox, user), salutation(conversation.customer, language)]
    if conversation.side_of_id is not None and newest is None and not letter.enclosures:
        prefilled += begun_with(conversation, [each.name for each in letter.to], words)
    return _worded(letter, prefilled)


def check_asks(letter: Letter, typed: str, conversation: Conversation) -> None:
    """Invalid for a request (依頼) that says no more than that something is asked."""
    if conversation.side_of_id is not None and typed.strip() and not letter.text:
        text = _("Nothing is asked yet. Write what you want to know, or begin again with the messages that go along.")
        raise Invalid(text, field="text")


def worded_mail(letter: Letter, user: User) -> Letter:
    """The letter, empty if it is a signature only, also that of a desk chosen before."""
    return _worded(letter, [signature(inbox, user) for inbox in inboxes_of(user)])


def _worded(letter: Letter, prefilled: Sequence[str]) -> Letter:
    return replace(letter, text="") if is_unwritten(letter.text, prefilled) else letter
