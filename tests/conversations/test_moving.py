"""Moving one message: it, its answers, and what both conversations say of themselves."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import OTHER, make_conversation, make_inbox, receive_mail, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address, InboundAttachment
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.restructure import ChangedSince, merge_conversations
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import Status
from madoguchi.conversations.holding import MergedAway
from madoguchi.conversations.linking import MOVED
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event
from madoguchi.search.models import SearchEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def inbox():
    return make_inbox()


def two_conversations(inbox):
    source, target = make_conversation(inbox), make_conversation(inbox, sender=OTHER, subject="別の件")
    first = source.messages.get()
    stray = receive_mail(
        inbox,
        in_reply_to=first.external_id,
        text="鍋のふたの件です。",
        attachments=(InboundAttachment("ふた.txt", "text/plain", b"futa"),),
    )
    return Conversation.objects.get(pk=source.pk), target, stray


def numbers(conversation):
    return list(conversation.messages.order_by("pk").values_list("pk", flat=True))


def test_what_waits_for_approval_does_not_move(inbox):
    source, target, _stray = two_conversations(inbox)
    waiting = reply_to(source, make_user(Role.TRAINEE))

    with pytest.raises(Invalid, match="waits for approval"):
        move_message(waiting, target, user=make_user())

    waiting.refresh_from_db()
    assert waiting.conversation == source


def test_the_message_stands_in_the_other_conversation_with_all_it_has(inbox):
    source, target, stray = two_conversations(inbox)

    move_message(stray, target, user=make_user())

    source.refresh_from_db()
    target.refresh_from_db()
    entry = SearchEntry.objects.get(object_id=stray.pk)
    assert (source.message_count, target.message_count) == (1, 2)
    assert (source.has_attachments, target.has_attachments) == (False, True)
    assert (source.preview, target.preview) == ("土鍋がまだ届きません。", "鍋のふたの件です。")
    assert (entry.group_id, target.last_inbound_at) == (target.pk, stray.at)
    told = Event.objects.filter(kind=MOVED).values_list("subject", flat=True)
    assert set(told) == {source.event_subject, target.event_subject}


def test_an_answer_to_it_lands_where_it_is_now(inbox):
    _source, target, stray = two_conversations(inbox)
    move_message(stray, target, user=make_user())

    answer = receive_mail(inbox, in_reply_to=stray.external_id)

    assert answer.conversation_id == target.pk


def test_an_answer_to_a_moved_reply_of_ours_lands_there_too(inbox):
    source, target, _stray = two_conversations(inbox)
    reply = reply_to(source, make_user())
    move_message(reply, target, user=make_user())

    answer = receive_mail(inbox, in_reply_to=reply.external_id)

    assert answer.conversation_id == target.pk


def test_who_waits_takes_the_deadline_along(inbox):
    source, target, stray = two_conversations(inbox)
    agent = make_user()
    reply_to(source, agent)
    late = receive_mail(inbox, in_reply_to=stray.external_id)
    change_status([target], Status.DONE, user=agent)

    move_message(late, target, user=agent)

    source.refresh_from_db()
    target.refresh_from_db()
    assert (source.status, source.due_at) == (Status.WAIT, None)
    assert target.status == Status.NEW
    assert target.due_at is not None


def test_the_first_answer_counts_where_it_stands(inbox):
    source, target, _stray = two_conversations(inbox)
    reply = reply_to(source, make_user())

    move_message(reply, target, user=make_user())

    source.refresh_from_db()
    target.refresh_from_db()
    assert (source.first_reply_at, target.first_reply_at) == (None, reply.at)


def test_undone_it_is_back_with_its_answers_and_both_are_as_before(inbox):
    source, target, stray = two_conversations(inbox)
    agent = make_user()
    was = (source.status, source.due_at, target.status, target.due_at)
    step = move_message(stray, target, user=agent)
    later = receive_mail(inbox, in_reply_to=stray.external_id)

    undo(step.pk, user=agent)

    source.refresh_from_db()
    target.refresh_from_db()
    assert (numbers(source)[1:], target.message_count) == ([stray.pk, later.pk], 1)
    assert (source.status, source.due_at, target.status) == was[:3]
    assert set(SearchEntry.objects.filter(object_id=stray.pk).values_list("group_id", flat=True)) == {source.pk}


def test_a_note_moves_as_well(inbox):
    source, target, _stray = two_conversations(inbox)
    note = add_note(source, "倉庫に確認済み", user=make_user())

    move_message(note, target, user=make_user())

    assert numbers(target)[-1] == note.pk


def test_what_cannot_move_says_why(inbox):
    source, target, stray = two_conversations(inbox)
    agent = make_user()

    with pytest.raises(Invalid, match="already"):
        move_message(stray, source, user=agent)
    with pytest.raises(Invalid, match="only message"):
        move_message(target.messages.get(), source, user=agent)
    with pytest.raises(NotAllowed):
        move_message(stray, target, user=make_user(Role.VIEWER))
    change_status([target], Status.CLOSED, user=agent)
    with pytest.raises(Invalid, match="Closed"):
        move_message(stray, target, user=agent)


def test_nothing_moves_into_the_shell_of_a_merged_one(inbox):
    _source, target, stray = two_conversations(inbox)
    third, agent = make_conversation(inbox), make_user()
    merge_conversations(third, [target], user=agent)

    with pytest.raises(MergedAway):
        move_message(stray, target, user=agent)


def test_a_move_on_which_a_merge_builds_is_not_undone_alone(inbox):
    _source, target, stray = two_conversations(inbox)
    third, agent = make_conversation(inbox), make_user()
    step = move_message(stray, target, user=agent)
    merge_conversations(third, [target], user=agent)

    with pytest.raises(ChangedSince):
        undo(step.pk, user=agent)


def test_mail_of_a_request_and_of_a_customer_stay_apart(inbox):
    source, target, stray = two_conversations(inbox)
    agent = make_user()
    asked = ask_aside(target, Question(Address("ito@touki.example"), "土鍋", "在庫はありますか。"), user=agent)
    side = asked.conversation
    answer = receive_mail(inbox, sender=Address("ito@touki.example"), in_reply_to=asked.external_id)

    with pytest.raises(Invalid, match="stay apart"):
        move_message(answer, source, user=agent)
    with pytest.raises(Invalid, match="stay apart"):
        move_message(stray, side, user=agent)

    assert numbers(side) == [asked.pk, answer.pk]
