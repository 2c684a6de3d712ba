"""A promise stands where the mail stands that says it, whatever is merged, moved, split or undone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import UNDONE
from madoguchi.conversations.linking import MOVED
from madoguchi.conversations.models import Conversation, Message
from madoguchi.events.models import Event
from madoguchi.promises.actions import Said, make_promise
from madoguchi.promises.following import promises_follow_messages
from madoguchi.promises.models import Promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def pair():
    inbox = make_inbox()
    people = [Address(f"p{at}@mail.example") for at in range(2)]
    return [make_conversation(inbox, sender=each) for each in people]


def said(message, place=0):
    due = timezone.now() + timedelta(days=1)
    return Said(words="明日までにご連絡いたします", due_at=due, message=message, place=place)


def follow(kind):
    for event in Event.objects.filter(kind=kind):
        promises_follow_messages(event)
        promises_follow_messages(event)


def test_made_in_the_survivor_it_goes_back_with_its_mail(agent, pair):
    survivor, other = pair
    reply = reply_to(other, agent, text="明日までにご連絡いたします。")
    before = make_promise(other, said(reply), user=agent)
    step = merge_conversations(survivor, [other], user=agent)
    there = make_promise(survivor, said(Message.objects.get(pk=reply.pk), place=5), user=agent)
    by_hand = make_promise(survivor, said(None), user=agent)

    undo(step.pk, user=agent)
    follow(UNDONE)

    for each in (before, there, by_hand):
        each.refresh_from_db()
    assert [each.conversation_id for each in (before, there, by_hand)] == [other.pk, other.pk, survivor.pk]


def test_what_was_merged_away_keeps_its_promises_where_the_survivor_shows_them(agent, pair):
    survivor, other = pair
    reply = reply_to(other, agent)
    made = make_promise(other, said(reply), user=agent)

    merge_conversations(survivor, [other], user=agent)
    for event in Event.objects.all():
        if event.subject.startswith("conversation:"):
            promises_follow_messages(event)

    made.refresh_from_db()
    assert made.conversation_id == other.pk
    assert list(Promise.objects.within(survivor.pk)) == [made]


def test_with_a_message_that_is_moved_its_promise_moves_and_comes_back(agent, pair):
    here, there = pair
    reply = reply_to(here, agent)
    made = make_promise(here, said(reply), user=agent)

    step = move_message(reply, there, user=agent)
    follow(MOVED)
    made.refresh_from_db()
    moved = made.conversation_id
    undo(step.pk, user=agent)
    follow(UNDONE)

    made.refresh_from_db()
    assert (moved, made.conversation_id) == (there.pk, here.pk)
    assert Conversation.objects.get(pk=there.pk).promises.count() == 0
