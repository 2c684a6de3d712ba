"""Splitting and joining, and back."""

import pytest
from django.utils import translation
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.drafts import save_draft
from madoguchi.conversations.actions.locks import take_lock, take_over_lock
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import assign, change_status, follow
from madoguchi.conversations.actions.undo import ChangedSince, undo
from madoguchi.conversations.choices import Status
from madoguchi.conversations.holding import MergedAway
from madoguchi.conversations.message_ids import new_message_id
from madoguchi.conversations.models import Conversation, Message, ReplyLock
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.search.models import SearchEntry

pytestmark = pytest.mark.django_db


def three_messages():
    conversation = make_conversation()
    first = conversation.messages.get()
    rest = [
        receive_mail(conversation.inbox, in_reply_to=first.external_id, subject=f"続き{n}", text=f"続き{n}")
        for n in range(2)
    ]
    return Conversation.objects.select_related("inbox", "customer").get(pk=conversation.pk), [first, *rest]


def numbers(conversation):
    return list(conversation.messages.order_by("pk").values_list("pk", flat=True))


def test_split_moves_the_message_and_all_later_ones():
    conversation, messages = three_messages()

    new, _step = split_conversation(conversation, messages[1], user=make_user())

    conversation.refresh_from_db()
    assert numbers(conversation) == [messages[0].pk]
    assert numbers(new) == [messages[1].pk, messages[2].pk]
    assert (conversation.message_count, new.message_count, new.subject) == (1, 2, "続き0")
    assert new.split_from == conversation


def test_split_of_one_message_leaves_the_later_ones():
    conversation, messages = three_messages()

    new, _step = split_conversation(conversation, messages[1], user=make_user(), only_this=True)

    assert (numbers(conversation), numbers(new)) == ([messages[0].pk, messages[2].pk], [messages[1].pk])


def test_answer_to_a_split_message_lands_in_the_new_conversation():
    conversation, messages = three_messages()
    new, _step = split_conversation(conversation, messages[2], user=make_user())

    answer = receive_mail(conversation.inbox, in_reply_to=messages[2].external_id)

    assert answer.conversation_id == new.pk


def test_split_of_everything_is_refused():
    conversation, messages = three_messages()

    with pytest.raises(Invalid):
        split_conversation(conversation, messages[0], user=make_user())


def test_split_undone_puts_all_messages_back():
    conversation, messages = three_messages()
    user = make_user()
    new, step = split_conversation(conversation, messages[1], user=user)
    later = receive_mail(conversation.inbox, in_reply_to=messages[2].external_id)

    undo(step.pk, user=user)

    conversation.refresh_from_db()
    new.refresh_from_db()
    assert numbers(conversation) == [*[message.pk for message in messages], later.pk]
    assert (conversation.message_count, new.merged_into) == (4, conversation)


def test_merge_moves_everything_into_the_survivor():
    first, second = make_conversation(), make_conversation(make_inbox(), subject="別の件")
    reply_to(second, make_user())

    merge_conversations(first, [second], user=make_user())

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.message_count == 3
    assert (second.merged_into, second.is_open, second.messages.count()) == (first, False, 0)
    assert list(first.also_in.all()) == [second.inbox]
    assert set(SearchEntry.objects.values_list("group_id", flat=True)) == {first.pk}


def test_merge_of_an_open_matter_into_a_done_one_opens_it_with_its_deadline():
    first, second = make_conversation(), make_conversation(make_inbox(), subject="別の件")
    change_status([first], Status.DONE, user=make_user())

    merge_conversations(first, [second], user=make_user())

    first.refresh_from_db()
    assert (first.status, first.due_at) == (Status.OPEN, second.due_at)


def test_merge_undone_gives_back_messages_and_states():
    first, second = make_conversation(), make_conversation(make_inbox(), subject="別の件")
    before = [numbers(first), numbers(second)]
    user = make_user()
    step = merge_conversations(first, [second], user=user)
    later = receive_mail(first.inbox, in_reply_to=first.messages.first().external_id)

    undo(step.pk, user=user)

    second.refresh_from_db()
    assert numbers(first) == [*before[0], later.pk]
    assert numbers(second) == before[1]
    assert (second.merged_into, second.status, second.message_count) == (None, Status.NEW, 1)


def test_merged_conversation_is_not_merged_again():
    first, second = make_conversation(), make_conversation(make_inbox(), subject="別の件")
    user = make_user()
    merge_conversations(first, [second], user=user)

    with pytest.raises(Invalid):
        merge_conversations(second, [first], user=user)


def test_one_conversation_is_not_merged_with_itself():
    first = make_conversation()

    with pytest.raises(Invalid):
        merge_conversations(first, [first], user=make_user())


def test_trainees_may_split_but_viewers_not():
    conversation, messages = three_messages()

    with pytest.raises(NotAllowed):
        split_conversation(conversation, messages[1], user=make_user(Role.VIEWER))
    new, _step = split_conversation(conversation, messages[1], user=make_user(Role.TRAINEE))

    assert new.pk != conversation.pk


def test_a_reply_that_waits_for_approval_is_waited_for_in_the_survivor():
    inbox, boss = make_inbox(), make_user(Role.SUPERVISOR)
    survivor, other = make_conversation(inbox), make_conversation(inbox)
    message = reply_to(other, make_user(Role.TRAINEE))

    step = merge_conversations(survivor, [other], user=boss)

    survivor.refresh_from_db()
    assert survivor.status == Status.APPROVAL
    undo(step.pk, user=boss)
    for each in (survivor, other, message):
        each.refresh_from_db()
    assert (survivor.status, other.status, message.conversation) == (Status.NEW, Status.APPROVAL, other)


def test_what_somebody_is_writing_moves_along():
    inbox, user = make_inbox(), make_user()
    survivor, other = make_conversation(inbox), make_conversation(inbox)
    draft = save_draft(user, other, "reply", values={"text": "お調べします。"})

    merge_conversations(survivor, [other], user=user)

    draft.refresh_from_db()
    assert draft.conversation == survivor


def test_a_step_on_which_a_later_one_builds_is_not_undone_alone():
    inbox, user = make_inbox(), make_user()
    first, second, third = (make_conversation(inbox) for _each in range(3))
    into_second = merge_conversations(second, [first], user=user)
    into_third = merge_conversations(third, [second], user=user)

    with pytest.raises(ChangedSince):
        undo(into_second.pk, user=user)

    undo(into_third.pk, user=user)
    undo(into_second.pk, user=user)
    assert [each.messages.count() for each in (first, second, third)] == [1, 1, 1]


def test_a_split_joined_again_makes_no_circle():
    user, conversation = make_user(), make_conversation()
    answer = receive_mail(conversation.inbox, in_reply_to=conversation.messages.get().external_id)
    new, step = split_conversation(conversation, answer, user=user)
    merge_conversations(new, [conversation], user=user)

    with pytest.raises(ChangedSince):
        undo(step.pk, user=user)

    conversation.refresh_from_db()
    new.refresh_from_db()
    assert (conversation.merged_into, new.merged_into) == (new, None)


def test_nothing_is_done_to_the_shell_of_a_merged_conversation():
    user = make_user()
    first, second = make_conversation(), make_conversation(subject="別の件")
    stale = Conversation.objects.get(pk=second.pk)
    merge_conversations(first, [second], user=user)
    second.refresh_from_db()

    deeds = [
        lambda: change_status([stale], Status.DONE, user=user),
        lambda: assign([first, stale], user, user=user),
        lambda: follow(second, user=user, is_on=True),
        lambda: take_lock(stale, user=user),
        lambda: take_over_lock(stale, user=user, reason="交代"),
    ]
    for deed in deeds:
        with pytest.raises(MergedAway) as refused:
            deed()
        assert refused.value.facts == {"into": first.pk}

    first.refresh_from_db()
    assert first.assignee is None
    assert not ReplyLock.objects.exists()


def answer_to(message, **values):
    return receive_mail(message.inbox, sender=Address(message.sender_address), **values)


def merged_twice():
    inbox, user = make_inbox(), make_user()
    rows = [make_conversation(inbox, sender=Address(f"c{n}@mail.example"), subject=f"件{n}") for n in range(3)]
    firsts = [row.messages.get() for row in rows]
    merge_conversations(rows[1], [rows[0]], user=user)
    step = merge_conversations(rows[2], [rows[1]], user=user)
    return rows, firsts, step, user


@pytest.mark.parametrize(
    "way",
    [
        lambda first, _number: {"in_reply_to": first.external_id},
        lambda first, _number: {"references": ("unknown@mail.example", first.external_id)},
        lambda _first, number: {"in_reply_to": new_message_id(number, "shop.example")},
        lambda _first, number: {"subject": f"Re: 件(受付番号:{number})"},
        lambda _first, _number: {"subject": "Re: 件0"},
    ],
)
def test_an_answer_to_what_was_merged_twice_lands_in_the_survivor(way):
    rows, firsts, _step, _user = merged_twice()

    answer = answer_to(firsts[0], **way(firsts[0], rows[0].pk))

    assert answer.conversation_id == rows[2].pk


def test_after_undo_answers_land_where_their_question_went_back_to():
    rows, firsts, step, user = merged_twice()
    meanwhile = answer_to(firsts[1], in_reply_to=firsts[1].external_id)
    undo(step.pk, user=user)

    later = answer_to(firsts[0], in_reply_to=firsts[0].external_id)

    meanwhile.refresh_from_db()
    assert meanwhile.conversation_id == rows[1].pk  # it answers what went back
    assert later.conversation_id == rows[1].pk


def test_a_merge_loop_says_where_the_merged_one_went():
    rows, _firsts, _step, user = merged_twice()

    with translation.override("en"), pytest.raises(Invalid, match=f"#{rows[0].pk} .* into #{rows[2].pk}"):
        merge_conversations(rows[0], [rows[2]], user=user)


def test_whoever_followed_follows_the_survivor_but_guests_do_not():
    inbox, follower, guest, user = make_inbox(), make_user(), make_user(Role.GUEST), make_user()
    survivor, other = make_conversation(inbox), make_conversation(inbox)
    other.followers.add(follower, guest)

    step = merge_conversations(survivor, [other], user=user)
    after = set(survivor.followers.all())
    undo(step.pk, user=user)

    assert (after, survivor.followers.count()) == ({follower}, 0)


def test_after_undo_a_customer_who_wrote_meanwhile_is_waited_for_no_longer():
    inbox, user = make_inbox(), make_user()
    survivor, other = make_conversation(inbox), make_conversation(inbox, sender=Address("b@mail.example"))
    ours = reply_to(other, user, to=(Address("b@mail.example"),))
    assert Conversation.objects.get(pk=other.pk).status == Status.WAIT
    step = merge_conversations(survivor, [other], user=user)
    answer = receive_mail(inbox, sender=Address("b@mail.example"), in_reply_to=ours.external_id, text="まだです。")

    undo(step.pk, user=user)

    other.refresh_from_db()
    answer.refresh_from_db()
    assert answer.conversation_id == other.pk
    assert other.status in (Status.NEW, Status.OPEN)
    assert other.due_at is not None


def test_after_undo_a_customer_who_was_answered_meanwhile_is_owed_nothing():
    inbox, user = make_inbox(), make_user()
    survivor, other = make_conversation(inbox), make_conversation(inbox, sender=Address("b@mail.example"))
    step = merge_conversations(survivor, [other], user=user)
    survivor.refresh_from_db()
    ours = reply_to(survivor, user, to=(Address("b@mail.example"),))
    theirs = Message.objects.get(sender_address="b@mail.example")
    Message.objects.filter(pk=ours.pk).update(in_reply_to=theirs.external_id)

    undo(step.pk, user=user)

    other.refresh_from_db()
    ours.refresh_from_db()
    assert ours.conversation_id == other.pk
    assert (other.status, other.due_at) == (Status.WAIT, None)
