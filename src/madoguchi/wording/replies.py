"""Replies as sources of words: a template made of one, and the words of one as they would read in another letter."""

from madoguchi.accounts.models import User
from madoguchi.conversations.folding import written
from madoguchi.conversations.models import Message
from madoguchi.conversations.subjects import base_subject
from madoguchi.customers.masking import cut_whole
from madoguchi.wording.choices import MAX_BODY, MAX_NAME, MAX_SUBJECT
from madoguchi.wording.content import Content
from madoguchi.wording.conversion import as_template
from madoguchi.wording.fields import Surroundings
from madoguchi.wording.letters import Wording, worded
from madoguchi.wording.surroundings import around_conversation


def content_of_reply(reply: Message, user: User) -> Content:
    """What a template made of a reply would say: its names, numbers and days are fields. Not checked yet."""
    found = reply.conversation
    around = around_conversation(found, reply.user or user)
    return Content(
        name=cut_whole(base_subject(found.subject), MAX_NAME),
        subject=cut_whole(as_template(base_subject(reply.subject), around), MAX_SUBJECT),
        body=cut_whole(as_template(written(reply.text), around), MAX_BODY),
        folder=found.category.name if found.category else "",
        language=found.letter_language,
    )


def words_of_reply(reply: Message, around: Surroundings, *, user: User, letter: str = "") -> Wording:
    """The words of a reply of the past as they would read in this letter: its names and days are fields again."""
    theirs = around_conversation(reply.conversation, reply.user or user)
    return worded("", as_template(written(reply.text), theirs), around, letter=letter)
