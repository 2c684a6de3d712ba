"""Taking back what somebody else merged, split, moved or linked; and when it is too late."""

import pytest
from django.utils import translation
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, receive_mail
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.filing import delete_tag
from madoguchi.conversations.actions.links import link_conversations, unlink_conversations
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import assign, change_status, change_tags, set_priority
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import Priority, Status
from madoguchi.conversations.linking import LINKED, MOVED, UNLINKED, Relation
from madoguchi.conversations.models import Conversation, ConversationLink, Tag
from madoguchi.conversations.ways_back import ways_back
from madoguchi.core.errors import NotFound
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox():
    return make_inbox()


@pytest.fixture
def colleague():
    return make_user()


def told(conversation, user, kind):
    """The way back of the first event of this kind, in short."""
    events = list(Event.objects.filter(subject=conversation.event_subject, kind=kind).order_by("pk"))
    with translation.override("en"):
        way = ways_back(user, events)[events[0].pk]
    return way.kind, way.is_undone, way.why_not


def two(inbox):
    return make_conversation(inbox), make_conversation(inbox, subject="別の件")


def merged_pair(inbox, **by):
    first, second = two(inbox)
    return first, second, merge_conversations(first, [second], user=by.get("user") or make_user())


def test_a_colleague_takes_a_merge_back(inbox, colleague):
    first, second, step = merged_pair(inbox)
    before = [told(each, colleague, "conversation_merged") for each in (first, second)]

    undo(step.pk, user=colleague)

    assert before == [("merge", False, "")] * 2
    assert told(first, colleague, "conversation_merged") == ("merge", True, "")
    assert second.messages.count() == 1


def test_who_may_only_read_has_no_way_back(inbox):
    first, _second, _step = merged_pair(inbox)

    events = Event.objects.filter(subject=first.event_subject)

    assert ways_back(make_user(Role.VIEWER), events) == {}


def test_a_merge_with_what_one_does_not_see_stays(inbox):
    first = make_conversation(inbox)
    hidden = make_conversation(make_inbox(), subject="別の件")
    step = merge_conversations(first, [hidden], user=make_user())
    Inbox.objects.filter(pk=hidden.inbox_id).update(is_open_to_all=False)
    agent = make_user()

    assert told(first, agent, "conversation_merged")[2].startswith("One of these conversations is at a desk")
    with pytest.raises(NotFound):
        undo(step.pk, user=agent)


def test_what_a_later_merge_builds_on_says_so(inbox, colleague):
    first, second, _step = merged_pair(inbox)
    merge_conversations(make_conversation(inbox), [first], user=colleague)

    why = "These conversations have been merged or split again since, or messages moved on. Undo that first."
    assert told(second, colleague, "conversation_merged") == ("merge", False, why)


def test_a_split_and_a_move_are_taken_back_by_others(inbox, colleague):
    conversation = make_conversation(inbox)
    later = receive_mail(inbox, in_reply_to=conversation.messages.get().external_id)
    new, split = split_conversation(conversation, later, user=make_user())
    assert told(new, colleague, "conversation_split") == ("split", False, "")
    undo(split.pk, user=colleague)
    target = make_conversation(inbox)
    move = move_message(later, target, user=make_user())
    assert told(target, colleague, MOVED) == ("move", False, "")
    undo(move.pk, user=colleague)

    later.refresh_from_db()

    assert later.conversation_id == conversation.pk


def test_a_message_that_moved_on_says_so(inbox, colleague):
    conversation = make_conversation(inbox)
    later = receive_mail(inbox, in_reply_to=conversation.messages.get().external_id)
    target = make_conversation(inbox)
    move_message(later, target, user=colleague)
    move_message(later, make_conversation(inbox), user=colleague)

    assert told(conversation, colleague, MOVED)[2] == "The message has been moved on since. Undo that first."


def test_links_come_and_go_by_anybody(inbox, colleague):
    one, other = two(inbox)
    link_conversations(one, other, Relation.RELATED, user=make_user())
    assert told(one, colleague, LINKED) == ("link", False, "")
    gone = unlink_conversations(ConversationLink.objects.get(), user=make_user())

    assert told(one, colleague, LINKED)[2] == "This link has been removed or changed since."
    assert told(other, colleague, UNLINKED) == ("unlink", False, "")
    undo(gone.pk, user=colleague)
    assert ConversationLink.objects.count() == 1


def test_what_one_filed_oneself_is_no_matter_of_others(inbox, colleague):
    step = set_priority([make_conversation(inbox)], Priority.HIGH, user=make_user())

    with pytest.raises(NotFound):
        undo(step.pk, user=colleague)


def test_a_merge_keeps_the_highest_priority_and_an_assignee(inbox):
    first, second = two(inbox)
    boss = make_user(name="渡辺 由紀")
    set_priority([second], Priority.URGENT, user=boss)
    assign([second], boss, user=boss)

    merge_conversations(first, [second], user=boss)

    first.refresh_from_db()
    assert (first.priority, first.assignee, first.status) == (Priority.URGENT, boss, Status.OPEN)


def test_a_merge_does_not_lower_or_take_away(inbox, colleague):
    first, second = two(inbox)
    boss = make_user()
    set_priority([first], Priority.HIGH, user=boss)
    assign([first], colleague, user=boss)
    assign([second], boss, user=boss)

    merge_conversations(first, [second], user=boss)

    first.refresh_from_db()
    assert (first.priority, first.assignee) == (Priority.HIGH, colleague)


def test_who_waits_for_us_in_one_waits_in_the_survivor(inbox, colleague):
    first, second = two(inbox)
    change_status([first], Status.WAIT, user=colleague)

    merge_conversations(first, [second], user=colleague)

    first.refresh_from_db()
    assert (first.status, first.due_at) == (Status.OPEN, second.due_at)


def test_undone_at_once_everything_is_as_before(inbox, colleague):
    first, second = two(make_inbox())[0], make_conversation(inbox, subject="別の件")
    set_priority([second], Priority.URGENT, user=colleague)
    assign([second], colleague, user=colleague)
    change_tags([second], add=["急ぎ"], user=colleague)
    step = merge_conversations(first, [second], user=colleague)

    undo(step.pk, user=colleague)

    first, second = Conversation.objects.get(pk=first.pk), Conversation.objects.get(pk=second.pk)
    assert (first.priority, first.assignee, first.status) == (Priority.NORMAL, None, Status.NEW)
    assert (second.priority, second.assignee, second.status) == (Priority.URGENT, colleague, Status.OPEN)
    assert [list(first.tags.all()), list(first.also_in.all())] == [[], []]


def test_undone_later_the_survivor_loses_what_the_merge_gave_it(inbox, colleague):
    first, second = two(inbox)
    set_priority([second], Priority.URGENT, user=colleague)
    assign([second], colleague, user=colleague)
    change_tags([second], add=["急ぎ"], user=colleague)
    step = merge_conversations(first, [second], user=colleague)
    first.refresh_from_db()
    change_status([first], Status.INTERNAL, user=colleague)

    undo(step.pk, user=colleague)

    first.refresh_from_db()
    assert (first.priority, first.assignee, first.status) == (Priority.NORMAL, None, Status.INTERNAL)
    assert list(first.tags.all()) == []


def test_a_tag_deleted_since_does_not_stop_the_way_back(inbox, colleague):
    first, second = two(inbox)
    change_tags([second], add=["急ぎ"], user=colleague)
    step = merge_conversations(first, [second], user=colleague)
    delete_tag(Tag.objects.get(), user=make_user(Role.ADMIN))

    undo(step.pk, user=colleague)

    second.refresh_from_db()
    assert (second.merged_into, list(second.tags.all())) == (None, [])


@pytest.mark.django_db(transaction=True)
def test_two_who_take_a_merge_back_at_once_do_it_once():
    first, second = two(make_inbox())
    step = merge_conversations(first, [second], user=make_user())
    one, other = make_user(), make_user()

    outcomes = together(lambda: undo(step.pk, user=one), lambda: undo(step.pk, user=other))

    assert sorted(str(each) for each in outcomes if isinstance(each, str)) == ["already_undone"]
    assert [each.messages.count() for each in (first, second)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_taking_a_merge_back_while_the_survivor_is_merged_loses_nothing():
    inbox = make_inbox()
    first, second = two(inbox)
    third = make_conversation(inbox, subject="第三の件")
    step = merge_conversations(first, [second], user=make_user())
    one, other = make_user(), make_user()

    together(lambda: undo(step.pk, user=one), lambda: merge_conversations(third, [first], user=other))

    rows = Conversation.objects.in_bulk([first.pk, second.pk, third.pk])
    assert sum(row.messages.count() for row in rows.values()) == 3
    assert all(row.messages.count() == 0 for row in rows.values() if row.merged_into_id)
