"""Links between conversations: what they say, what they refuse, what merging does to them."""

from itertools import pairwise

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.links import (
    MAX_DEPTH,
    close_children,
    link_conversations,
    tell_parent,
    unlink_conversations,
)
from madoguchi.conversations.actions.reopening import reopen_conversation
from madoguchi.conversations.actions.restructure import merge_conversations, split_conversation
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import REPLY_WRITTEN, STATUS_CHANGED, Status
from madoguchi.conversations.linking import CHILD_DONE, LINKED, REOPENED, Relation
from madoguchi.conversations.links import links_of
from madoguchi.conversations.models import ConversationLink
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def some():
    inbox = make_inbox()
    return [make_conversation(inbox, subject=f"件{n}") for n in range(4)]


def seen(user, conversation):
    return [(each.relation, each.conversation.pk) for each in links_of(user, conversation.pk)]


@pytest.mark.parametrize(
    ("relation", "back"),
    [
        (Relation.RELATED, Relation.RELATED),
        (Relation.PARENT, Relation.CHILD),
        (Relation.CHILD, Relation.PARENT),
        (Relation.ORIGINAL, Relation.DUPLICATE),
        (Relation.DUPLICATE, Relation.ORIGINAL),
    ],
)
def test_a_link_is_seen_from_both_ends(agent, some, relation, back):
    one, other, *_rest = some

    link_conversations(one, other, relation, user=agent)

    assert seen(agent, one) == [(relation, other.pk)]
    assert seen(agent, other) == [(back, one.pk)]
    assert Event.objects.filter(kind=LINKED).count() == 2


def test_links_to_what_one_may_not_see_are_not_shown(agent, some):
    hidden = make_conversation(make_inbox(is_open_to_all=False))
    link_conversations(some[0], hidden, Relation.RELATED, user=agent)

    assert seen(agent, some[0]) == []
    assert seen(make_user(Role.ADMIN), some[0]) == [(Relation.RELATED, hidden.pk)]


def test_refusals_say_why(agent, some):
    one, other, third, _fourth = some
    link_conversations(one, other, Relation.CHILD, user=agent)

    with pytest.raises(Invalid, match="itself"):
        link_conversations(one, one, Relation.RELATED, user=agent)
    with pytest.raises(Invalid, match="linked already"):
        link_conversations(other, one, Relation.RELATED, user=agent)
    with pytest.raises(Invalid, match="has a parent"):
        link_conversations(third, other, Relation.CHILD, user=agent)
    with pytest.raises(Invalid, match="what the other"):
        link_conversations(one, third, "uncle", user=agent)
    with pytest.raises(NotAllowed):
        link_conversations(one, third, Relation.RELATED, user=make_user(Role.VIEWER))


def test_parents_form_no_loop(agent, some):
    one, other, third, _fourth = some
    link_conversations(one, other, Relation.CHILD, user=agent)
    link_conversations(other, third, Relation.CHILD, user=agent)

    with pytest.raises(Invalid, match="loop"):
        link_conversations(third, one, Relation.CHILD, user=agent)


def test_parents_do_not_nest_for_ever(agent):
    inbox = make_inbox()
    chain = [make_conversation(inbox) for _n in range(MAX_DEPTH + 2)]
    for above, below in pairwise(chain[:-1]):
        link_conversations(above, below, Relation.CHILD, user=agent)

    with pytest.raises(Invalid, match="ten deep"):
        link_conversations(*chain[-2:], Relation.CHILD, user=agent)


def test_linking_and_unlinking_can_be_undone(agent, some):
    one, other, *_rest = some
    linked = link_conversations(one, other, Relation.PARENT, user=agent)
    undo(linked.pk, user=agent)
    assert seen(agent, one) == []

    link_conversations(one, other, Relation.PARENT, user=agent)
    unlinked = unlink_conversations(ConversationLink.objects.get(), user=agent)
    assert seen(agent, one) == []
    undo(unlinked.pk, user=agent)

    assert seen(agent, one) == [(Relation.PARENT, other.pk)]


def test_an_unlinking_is_not_undone_against_a_new_parent(agent, some):
    one, other, third, _fourth = some
    link_conversations(one, other, Relation.PARENT, user=agent)
    step = unlink_conversations(ConversationLink.objects.get(), user=agent)
    link_conversations(one, third, Relation.PARENT, user=agent)

    with pytest.raises(Invalid, match="has a parent"):
        undo(step.pk, user=agent)

    assert seen(agent, one) == [(Relation.PARENT, third.pk)]


def test_merging_carries_links_to_the_survivor_and_back(agent, some):
    survivor, merged, third, fourth = some
    link_conversations(merged, third, Relation.CHILD, user=agent)
    link_conversations(merged, survivor, Relation.RELATED, user=agent)
    link_conversations(survivor, fourth, Relation.RELATED, user=agent)
    link_conversations(merged, fourth, Relation.RELATED, user=agent)

    step = merge_conversations(survivor, [merged], user=agent)
    together = seen(agent, survivor)
    undo(step.pk, user=agent)

    assert set(together) == {(Relation.CHILD, third.pk), (Relation.RELATED, fourth.pk)}
    assert set(seen(agent, merged)) == {
        (Relation.CHILD, third.pk),
        (Relation.RELATED, survivor.pk),
        (Relation.RELATED, fourth.pk),
    }


def test_a_merge_that_would_make_a_loop_is_refused_and_changes_nothing(agent, some):
    top, middle, low, bottom = some
    for above, below in pairwise(some):
        link_conversations(above, below, Relation.CHILD, user=agent)

    with pytest.raises(Invalid, match="through a third"):
        merge_conversations(top, [bottom], user=agent)

    bottom.refresh_from_db()
    assert bottom.merged_into is None
    assert seen(agent, bottom) == [(Relation.PARENT, low.pk)]
    assert seen(agent, top) == [(Relation.CHILD, middle.pk)]


def test_undoing_a_split_carries_links_too(agent, some):
    conversation, other, *_rest = some
    reply_to(conversation, agent)
    new, step = split_conversation(conversation, conversation.messages.order_by("pk")[1], user=agent)
    link_conversations(new, other, Relation.RELATED, user=agent)

    undo(step.pk, user=agent)

    assert seen(agent, conversation) == [(Relation.RELATED, other.pk)]


def test_the_parent_is_told_once_when_a_child_is_done(agent, some):
    parent, child, *_rest = some
    link_conversations(parent, child, Relation.CHILD, user=agent)
    change_status([child], Status.DONE, user=agent)
    event = Event.objects.filter(kind=STATUS_CHANGED, subject=child.event_subject).get()

    for _again in range(2):
        tell_parent(event)

    told = Event.objects.get(kind=CHILD_DONE)
    assert (told.subject, told.data) == (parent.event_subject, {"child": child.pk})


def test_the_parent_is_not_told_of_other_changes(agent, some):
    parent, child, *_rest = some
    link_conversations(parent, child, Relation.CHILD, user=agent)
    change_status([child], Status.OPEN, user=agent)
    reply_to(child, agent)

    for event in Event.objects.filter(kind__in=[STATUS_CHANGED, REPLY_WRITTEN]):
        tell_parent(event)

    assert not Event.objects.filter(kind=CHILD_DONE).exists()


def test_all_open_children_are_closed_with_one_undo(agent, some):
    parent, *children = some
    for child in children:
        link_conversations(parent, child, Relation.CHILD, user=agent)
    change_status([children[0]], Status.DONE, user=agent)

    step, _missing = close_children(parent, user=agent)
    for child in children:
        child.refresh_from_db()
    closed = [child.status for child in children]
    undo(step.pk, user=agent)

    children[1].refresh_from_db()
    assert closed == [Status.DONE] * 3
    assert children[1].status == Status.NEW
    change_status(children, Status.DONE, user=agent)
    with pytest.raises(Invalid):
        close_children(parent, user=agent)


def test_reopening_wants_a_reason_and_keeps_it(agent, some):
    conversation = some[0]
    change_status([conversation], Status.DONE, user=agent)

    with pytest.raises(Invalid, match="why"):
        reopen_conversation(conversation, "  ", user=agent)
    step = reopen_conversation(conversation, "お客様からお電話", user=agent)
    conversation.refresh_from_db()
    opened = conversation.status
    with pytest.raises(Invalid, match="open already"):
        reopen_conversation(conversation, "もう一度", user=agent)
    undo(step.pk, user=agent)

    conversation.refresh_from_db()
    assert (opened, conversation.status) == (Status.OPEN, Status.DONE)
    assert Event.objects.get(kind=REOPENED).data == {"reason": "お客様からお電話"}
