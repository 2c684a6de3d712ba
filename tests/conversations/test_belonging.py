"""Whose what was said is, after conversations of several customers were joined and are apart again."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import OTHER, make_conversation, make_inbox, receive_mail, reply_to

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.restructure import ChangedSince, merge_conversations, split_conversation
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.linking import MOVED
from madoguchi.conversations.models import Conversation, Message, UndoStep
from madoguchi.conversations.ways_back import brought_by, ways_back
from madoguchi.core.errors import Invalid
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db

MINE, THIRD = Address("yumiko@mail.example", "髙橋 由美子"), Address("third@mail.example", "森 陽子")
HOUR = timedelta(hours=1)


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def inbox():
    return make_inbox()


def late(conversation, hours):
    """An open matter that should have been answered so many hours ago."""
    conversation.set_status(Status.OPEN)
    conversation.set_due(timezone.now() - hours * HOUR)
    conversation.save()
    return fresh(conversation)


def fresh(conversation):
    return Conversation.objects.select_related("inbox", "customer").get(pk=conversation.pk)


@pytest.fixture
def theirs(inbox):
    """Another customer's, late for two hours, and older than `mine`."""
    return late(make_conversation(inbox, sender=OTHER, subject="別の件"), 2)


@pytest.fixture
def mine(inbox, theirs):
    return late(make_conversation(inbox), 1)


def stands(conversation):
    return fresh(conversation).status, fresh(conversation).due_at


def place(message):
    return Message.objects.get(pk=message.pk).conversation_id


def test_a_letter_goes_with_whom_it_was_written_to_whatever_it_answers(mine, theirs, agent):
    step = merge_conversations(mine, [theirs], user=agent)
    letter = reply_to(fresh(mine), agent, to=(OTHER,))

    undo(step.pk, user=agent)

    assert letter.in_reply_to == mine.messages.get().external_id
    assert place(letter) == theirs.pk
    assert stands(theirs) == (Status.WAIT, None)
    assert stands(mine) == (Status.OPEN, mine.due_at)
    assert (fresh(mine).first_reply_at, fresh(theirs).first_reply_at) == (None, letter.at)


def test_a_letter_taken_back_after_the_way_back_leaves_the_own_deadline(mine, theirs, agent):
    step = merge_conversations(mine, [theirs], user=agent)
    letter = reply_to(fresh(mine), agent, to=(MINE,))
    undo(step.pk, user=agent)
    answered = stands(mine)

    cancel_reply(letter, user=agent)

    assert answered == (Status.WAIT, None)
    assert stands(mine) == (Status.OPEN, mine.due_at)
    assert stands(theirs) == (Status.OPEN, theirs.due_at)


def test_a_merge_is_not_taken_back_while_a_message_of_the_other_stands_elsewhere(mine, theirs, inbox, agent):
    third, stray = make_conversation(inbox, sender=THIRD), theirs.messages.get()
    step = merge_conversations(mine, [theirs], user=agent)
    moved = move_message(stray, third, user=agent)

    with pytest.raises(ChangedSince):
        undo(step.pk, user=agent)

    undo(moved.pk, user=agent)
    undo(step.pk, user=agent)
    assert place(stray) == theirs.pk


def test_a_merge_is_not_taken_back_while_the_others_part_is_split_off(mine, theirs, agent):
    asked = theirs.messages.get()
    step = merge_conversations(mine, [theirs], user=agent)
    new, split = split_conversation(fresh(mine), asked, user=agent, only_this=True)
    receive_mail(new.inbox, sender=OTHER, in_reply_to=asked.external_id)

    with pytest.raises(ChangedSince):
        undo(step.pk, user=agent)

    undo(split.pk, user=agent)
    undo(step.pk, user=agent)
    assert [set(each.messages.values_list("customer", flat=True)) for each in (mine, theirs)] == [
        {mine.customer_id},
        {theirs.customer_id},
    ]
    assert stands(theirs)[1] is not None


def test_what_the_survivor_had_before_may_move_on(mine, theirs, inbox, agent):
    old = receive_mail(inbox, sender=MINE, in_reply_to=mine.messages.get().external_id)
    step = merge_conversations(fresh(mine), [theirs], user=agent)
    move_message(old, make_conversation(inbox), user=agent)

    undo(step.pk, user=agent)

    assert theirs.messages.count() == 1


@pytest.mark.parametrize("comes", [True, False])
def test_a_split_is_not_taken_back_under_what_came_in_or_went_out(mine, inbox, agent, comes):
    later = [receive_mail(inbox, in_reply_to=mine.messages.first().external_id) for _each in range(2)]
    new, step = split_conversation(fresh(mine), later[0], user=agent)
    other = make_conversation(inbox, sender=THIRD)
    receive_mail(inbox, sender=THIRD, in_reply_to=other.messages.get().external_id)
    stray, to = (other.messages.first(), new) if comes else (later[1], other)
    move_message(stray, to, user=agent)

    with pytest.raises(ChangedSince):
        undo(step.pk, user=agent)


def test_a_split_is_not_taken_back_under_a_merge_into_it(mine, theirs, inbox, agent):
    later = receive_mail(inbox, in_reply_to=mine.messages.first().external_id)
    new, step = split_conversation(fresh(mine), later, user=agent)
    merge_conversations(new, [theirs], user=agent)

    with pytest.raises(ChangedSince):
        undo(step.pk, user=agent)


def test_of_two_of_one_customer_a_mail_goes_to_the_one_it_names(mine, theirs, inbox, agent):
    second = make_conversation(inbox, sender=OTHER, subject="三つ目の件")
    step = merge_conversations(mine, [theirs, second], user=agent)
    about = f"Re: 三つ目の件(受付番号:{second.pk})"
    named = receive_mail(inbox, sender=OTHER, subject=about)
    letter = reply_to(fresh(mine), agent, to=(OTHER,))
    bare = receive_mail(inbox, sender=OTHER, subject="Re: (受付番号:{mine.pk})", in_reply_to=letter.external_id)

    undo(step.pk, user=agent)

    assert [place(each) for each in (named, letter, bare)] == [second.pk] * 3
    assert stands(second)[0] in (Status.NEW, Status.OPEN)
    assert stands(theirs) == (Status.OPEN, theirs.due_at)


def test_a_letter_to_whom_a_moved_message_is_of_goes_back_with_it(mine, theirs, inbox, agent):
    stray = receive_mail(inbox, sender=OTHER, in_reply_to=theirs.messages.get().external_id)
    receive_mail(inbox, in_reply_to=mine.messages.get().external_id)
    step = move_message(stray, fresh(mine), user=agent)
    letter = reply_to(fresh(mine), agent, to=(OTHER,))

    undo(step.pk, user=agent)

    assert (place(stray), place(letter)) == (theirs.pk, theirs.pk)
    assert stands(mine) == (Status.OPEN, mine.due_at)
    assert stands(theirs) == (Status.WAIT, None)


def test_who_joined_later_keeps_their_mail_in_the_survivor(mine, theirs, inbox, agent):
    third = make_conversation(inbox, sender=THIRD)
    step = merge_conversations(mine, [theirs], user=agent)
    other = merge_conversations(fresh(mine), [third], user=agent)
    letter = reply_to(fresh(mine), agent, to=(THIRD,))
    answer = receive_mail(inbox, sender=THIRD, in_reply_to=letter.external_id)

    undo(step.pk, user=agent)
    stayed = {place(letter), place(answer)}
    undo(other.pk, user=agent)

    assert stayed == {mine.pk}
    assert {place(letter), place(answer)} == {third.pk}


def test_two_moved_by_hand_go_back_each_by_its_own_step_and_the_merge_below_too(mine, theirs, inbox, agent):
    third, first = make_conversation(inbox, sender=THIRD), theirs.messages.get()
    second = receive_mail(inbox, sender=OTHER, in_reply_to=first.external_id)
    merge = merge_conversations(mine, [fresh(theirs)], user=agent)
    steps = [move_message(each, fresh(third), user=agent) for each in (first, second)]

    undo(steps[0].pk, user=agent)
    after_one = (place(first), place(second))
    undo(steps[1].pk, user=agent)
    undo(merge.pk, user=agent)

    assert after_one == (mine.pk, third.pk)
    assert (place(first), place(second)) == (theirs.pk, theirs.pk)


def test_what_a_colleague_moved_by_hand_stays_when_a_merge_is_taken_back(mine, theirs, inbox, agent):
    third = make_conversation(inbox, sender=THIRD)
    strayed = theirs.messages.get()
    receive_mail(inbox, sender=OTHER, in_reply_to=strayed.external_id)
    first = move_message(strayed, third, user=agent)
    merge = merge_conversations(mine, [fresh(third)], user=agent)
    later = receive_mail(inbox, sender=OTHER, in_reply_to=theirs.messages.get().external_id)
    by_hand = move_message(later, fresh(mine), user=agent)

    undo(merge.pk, user=agent)
    undo(first.pk, user=agent)
    stayed = place(later)
    undo(by_hand.pk, user=agent)

    assert stayed == mine.pk
    assert (place(strayed), place(later)) == (theirs.pk, theirs.pk)


@pytest.mark.usefixtures("in_english")
def test_a_move_whose_message_came_back_without_it_holds_nothing_up(mine, theirs, inbox, agent):
    third, asked = make_conversation(inbox, sender=THIRD), theirs.messages.get()
    merge = merge_conversations(mine, [theirs], user=agent)
    dead = move_message(asked, third, user=agent)
    Message.objects.filter(pk=asked.pk).update(conversation=mine)  # as ways back once took others' messages along

    undo(merge.pk, user=agent)

    assert place(asked) == theirs.pk
    said = ways_back(agent, Event.objects.filter(data__step=dead.pk, kind=MOVED))
    assert {way.why_not for way in said.values()} == {
        "The message is not there any more, so there is nothing to take back."
    }


class Desk:
    """Three customers with two matters each, and somebody who joins and takes apart at random."""

    def __init__(self, seed):
        self.chance, self.agent, self.inbox = random.Random(seed), make_user(), make_inbox()
        self.people = (MINE, OTHER, THIRD)
        for person in (*self.people, *self.people):
            make_conversation(self.inbox, sender=person, subject=f"件{self.chance.random()}")

    def pick(self, rows, count=1):
        return self.chance.sample(list(rows), count)

    def open(self):
        return Conversation.objects.filter(merged_into=None).select_related("inbox", "customer").order_by("pk")

    def merge(self):
        first, second = self.pick(self.open(), 2)
        merge_conversations(first, [second], user=self.agent)

    def move(self):
        (message,), (target,) = self.pick(Message.objects.order_by("pk")), self.pick(self.open())
        move_message(message, target, user=self.agent)

    def split(self):
        message = self.pick(Message.objects.order_by("pk"))[0]
        split_conversation(message.conversation, message, user=self.agent, only_this=self.chance.random() < 0.5)

    def write(self):
        """A mail as customers write: in answer to what they wrote or got."""
        person = self.pick(self.people)[0]
        mine = Message.objects.filter(sender_address=person.email) | Message.objects.filter(to__0__email=person.email)
        receive_mail(self.inbox, sender=person, in_reply_to=self.pick(mine.order_by("pk"))[0].external_id)

    def answer(self):
        place = self.pick(self.open())[0]
        asked = place.messages.filter(kind=MessageKind.INBOUND).order_by("pk")
        reply_to(place, self.agent, to=(Address(self.pick(asked)[0].sender_address),))

    def take_back(self):
        undo(self.pick(UndoStep.objects.filter(undone_at=None).order_by("pk"))[0].pk, user=self.agent)

    def work(self, deeds):
        for _deed in range(deeds):
            often = [self.write, self.answer, self.take_back]
            deed = self.chance.choice([self.merge, self.move, self.split, *often, *often])
            try:
                deed()
            except (Invalid, ChangedSince, ValueError, IndexError):
                continue

    def take_all_back(self):
        """In whatever order they are let; those on which others build come later."""
        while steps := list(UndoStep.objects.filter(undone_at=None).order_by("pk")):
            self.chance.shuffle(steps)
            undone = [step for step in steps if self.is_undone(step)]
            assert undone, "nothing can be taken back any more"

    def is_undone(self, step):
        try:
            undone = bool(undo(step.pk, user=self.agent))
        except ChangedSince:
            return False
        assert strayed_moves() == []
        return undone


def strayed_moves():
    """Moves by hand whose message is neither where they put it nor where a later step put it."""
    found = []
    for step in UndoStep.objects.filter(undone_at=None, kind="move"):
        message, to = step.data["message"], step.data["to"]
        after = UndoStep.objects.filter(undone_at=None, pk__gt=step.pk)
        went_on = any(message in brought_by(each) for each in after)
        is_merged = Conversation.objects.get(pk=to).merged_into_id is not None
        if not went_on and not is_merged and place(Message(pk=message)) != to:
            found.append(step.pk)
    return found


@pytest.mark.parametrize("seed", [5, 7, 13, 26])
def test_whatever_was_joined_and_taken_apart_everybodys_words_are_theirs_in_the_end(seed):
    desk = Desk(seed)
    desk.work(30)

    desk.take_all_back()

    assert not UndoStep.objects.filter(undone_at=None).exists()
    strays = [
        (message.pk, message.kind)
        for message in Message.objects.select_related("conversation__customer").order_by("pk")
        if owner(message) not in list(message.conversation.customer.identities.values_list("key", flat=True))
    ]
    assert strays == []
    assert forgotten() == []


def owner(message):
    return message.sender_address if message.kind == MessageKind.INBOUND else message.to[0]["email"]


def forgotten():
    """Whose last word is the customer's, and nobody is told to answer it."""
    found = []
    for row in Conversation.objects.filter(merged_into=None):
        last = row.messages.order_by("-at", "-pk").first()
        if last is None or (last.kind == MessageKind.INBOUND and (row.due_at is None or not row.is_open)):
            found.append(row.pk)
    return found
