"""折り返し: asked for, moved, tried, decided, missed; chosen by the customer; two people at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calls import callback_in, memo_key, over, said
from tests.factories.conversations import make_conversation, make_inbox, private_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.calls.actions.callbacks import (
    CallbackClosed,
    SlotTaken,
    Wanted,
    choose_callback,
    close_callback,
    move_callback,
    note_attempt,
    reopen_callback,
    withdraw_callback,
)
from madoguchi.calls.actions.links import make_callback_link, revoke_callback_links
from madoguchi.calls.choices import CallbackState, CallState, Outcome, Result, Source
from madoguchi.calls.due import DONE, NOW, TODAY, callback_figures, callbacks_of
from madoguchi.calls.links import CallbackLinkEnded, living_link, token_of
from madoguchi.calls.models import Callback, CallbackLink
from madoguchi.calls.queries import memo_of
from madoguchi.calls.slots import next_slots
from madoguchi.calls.watching import miss_callbacks, warn_of_callbacks
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import assign
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.flows.calling import finish_call
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


@pytest.fixture
def conversation():
    return make_conversation()


def test_a_callback_tells_its_owner(agent, conversation):
    owner = make_user()

    callback = callback_in(conversation, agent, owner=owner, number="０３１２３４５６７８")
    drain()

    assert (callback.number, callback.name, callback.state) == ("03-1234-5678", "髙橋 由美子", CallbackState.OPEN)
    assert callback.ends_at - callback.starts_at == timedelta(minutes=30)
    assert list(Notification.objects.values_list("user", "kind")) == [(owner.pk, "callback_requested")]


def test_the_assignee_calls_unless_somebody_is_named(agent, conversation):
    assignee = make_user()
    assign([conversation], assignee, user=agent)

    assert callback_in(conversation, agent).owner == assignee


@pytest.mark.parametrize(
    ("number", "ahead", "field"),
    [
        ("なし", timedelta(hours=1), "number"),
        ("03-1234", timedelta(hours=-2), "starts_at"),
        ("03-1234", timedelta(days=500), "starts_at"),
    ],
)
def test_what_cannot_be_called_is_refused(agent, conversation, number, ahead, field):
    with pytest.raises(Invalid) as refused:
        callback_in(conversation, agent, number=number, starts_at=timezone.now() + ahead)

    assert refused.value.field == field


def test_an_owner_sees_the_conversation(agent):
    conversation = make_conversation(private_inbox(agent))

    with pytest.raises(Invalid) as refused:
        callback_in(conversation, agent, owner=make_user())

    assert refused.value.field == "owner_id"


def test_five_are_enough_for_one_conversation(agent, conversation):
    for _time in range(5):
        callback_in(conversation, agent)

    with pytest.raises(Invalid):
        callback_in(conversation, agent)


def test_who_only_reads_enters_none(conversation):
    with pytest.raises(NotAllowed):
        callback_in(conversation, make_user(Role.VIEWER))


def test_an_attempt_that_reaches_nobody_leaves_it_open_at_another_time(agent, conversation):
    callback, later = callback_in(conversation, agent), timezone.now() + timedelta(days=1)

    tried = note_attempt(callback, Outcome.BUSY, note="話し中", again_at=later, user=agent)

    assert (tried.state, tried.starts_at, tried.tried_at) == (CallbackState.OPEN, later, None)
    assert [(each.outcome, each.note, each.user) for each in tried.attempts.all()] == [("busy", "話し中", agent)]


def test_reaching_them_is_the_end_and_can_be_taken_back(agent, conversation):
    callback = callback_in(conversation, agent)

    done = note_attempt(callback, Outcome.REACHED, user=agent)
    again = reopen_callback(callback, user=agent)

    assert (done.state, done.decided_by) == (CallbackState.DONE, agent)
    assert (again.state, again.attempts.count(), again.tried_at) == (CallbackState.OPEN, 0, None)


def test_giving_up_needs_a_reason(agent, conversation):
    callback = callback_in(conversation, agent)

    with pytest.raises(Invalid):
        close_callback(callback, CallbackState.GIVEN_UP, reason=" ", user=agent)
    closed = close_callback(callback, CallbackState.GIVEN_UP, reason="5回不在", user=agent)

    assert (closed.state, closed.reason) == (CallbackState.GIVEN_UP, "5回不在")
    with pytest.raises(CallbackClosed):
        note_attempt(callback, Outcome.REACHED, user=agent)


def test_the_clock_warns_and_tells_what_was_missed_once_each(agent, conversation):
    soon, late = callback_in(conversation, agent), over(callback_in(conversation, agent))
    begins = timezone.now() + timedelta(minutes=10)
    Callback.objects.filter(pk=soon.pk).update(
        starts_at=begins, ends_at=begins + timedelta(minutes=30), made_at=begins - timedelta(hours=2)
    )
    now = timezone.now()

    counts = [(warn_of_callbacks(now), miss_callbacks(now)) for _time in range(2)]
    drain()

    assert counts == [(1, 1), (0, 0)]
    late.refresh_from_db()
    assert (late.state, late.missed_at, late.is_red) == (CallbackState.OPEN, late.ends_at, True)
    kinds = Notification.objects.filter(user=agent).order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["callback_due_soon", "callback_missed"]


def test_what_was_tried_in_time_is_not_missed(agent, conversation):
    callback = callback_in(conversation, agent)
    note_attempt(callback, Outcome.NO_ANSWER, user=agent)
    over(callback)

    assert miss_callbacks(timezone.now()) == 0


def test_figures_count_attempts_in_time(agent, conversation):
    in_time, late, cancelled = (callback_in(conversation, agent) for _each in range(3))
    note_attempt(in_time, Outcome.REACHED, user=agent)
    close_callback(cancelled, CallbackState.CANCELLED, reason="不要", user=agent)
    for each in (in_time, late, cancelled):
        over(each)
    Callback.objects.filter(pk=in_time.pk).update(tried_at=timezone.now() - timedelta(minutes=20))
    now = timezone.now()

    figures = callback_figures(agent, since=now - timedelta(days=1), until=now)

    assert (figures.in_time, figures.late, figures.reached, figures.cancelled) == (1, 1, 1, 1)
    assert figures.kept_percent == 50


def test_the_due_list_goes_by_time_and_access(agent, conversation):
    begun, later = over(callback_in(conversation, agent)), callback_in(conversation, agent)
    hidden = make_conversation(private_inbox())
    callback_in(hidden, make_user(Role.ADMIN))
    until = timezone.now() + timedelta(days=1)

    listed = {when: list(callbacks_of(agent, when=when, is_mine=False, until=until)) for when in (NOW, TODAY, DONE)}

    assert listed == {NOW: [begun], TODAY: [begun, later], DONE: []}
    assert list(callbacks_of(make_user(), when=TODAY, is_mine=True, until=until)) == []


def test_callbacks_go_with_their_conversation(agent, conversation):
    other = make_conversation(conversation.inbox)
    callback = callback_in(other, agent)
    heir = make_user()

    merge_conversations(conversation, [other], user=agent)
    assign([conversation], agent, user=agent)
    assign([conversation], heir, user=agent)
    drain()

    callback.refresh_from_db()
    assert callback.owner == heir


def test_a_memo_asks_for_a_callback(agent):
    at = timezone.now() + timedelta(hours=3)
    after = {"callback_at": at.isoformat(), "callback_owner": ""}
    values = said(inbox=make_inbox(), result=Result.CALLBACK, after=after)
    key = memo_key()

    call = finish_call(key, values, user=agent)
    finish_call(key, values, user=agent)

    callback = Callback.objects.get()
    assert (callback.call, callback.starts_at, callback.owner, callback.source) == (call, at, agent, Source.MEMO)
    assert (callback.number, callback.topic) == ("03-1234-5678", "土鍋のふたが割れていた")


@pytest.mark.parametrize(("after", "number", "field"), [({}, "03-1", "callback_at"), (None, "", "number")])
def test_a_memo_without_time_or_number_is_kept_by_nobody(agent, after, number, field):
    after = {"callback_at": (timezone.now() + timedelta(hours=3)).isoformat()} if after is None else after
    values = said(inbox=make_inbox(), result=Result.CALLBACK, after=after, number=number)

    with pytest.raises(Invalid) as refused:
        finish_call("memo00000000", values, user=agent)

    assert refused.value.field == field
    assert memo_of(agent, "memo00000000") is None or memo_of(agent, "memo00000000").state == CallState.WRITING
    assert Callback.objects.count() == 0


def chosen(link, place=0, **values):
    slot = next_slots(link.conversation.inbox, timezone.now())[place]
    return choose_callback(link, Wanted(**{"number": "090-1234-5678", "starts_at": slot.starts_at} | values))


def test_a_customer_chooses_changes_and_withdraws(agent, conversation):
    link = make_callback_link(conversation, user=agent)

    first = chosen(link, topic="納期")
    second = chosen(link, 2)
    withdraw_callback(link)

    assert first.pk == second.pk
    callback = Callback.objects.get()
    assert (callback.source, callback.state, callback.made_by) == (Source.PAGE, CallbackState.CANCELLED, None)
    with pytest.raises(CallbackClosed):
        withdraw_callback(link)


def test_no_time_between_the_half_hours_can_be_chosen(agent, conversation):
    link = make_callback_link(conversation, user=agent)

    with pytest.raises(SlotTaken):
        chosen(link, starts_at=timezone.now() + timedelta(minutes=97))


def test_a_full_half_hour_can_be_kept_but_not_chosen(agent):
    inbox = make_inbox()
    links = [make_callback_link(make_conversation(inbox), user=agent) for _each in range(4)]
    for link in links[:3]:
        chosen(link)

    with pytest.raises(SlotTaken):
        chosen(links[3])
    kept = chosen(links[0], number="03-9999-0000")

    assert kept.number == "03-9999-0000"


def test_a_link_is_found_by_its_token_alone_while_it_lives(agent, conversation):
    link = make_callback_link(conversation, user=agent)
    token = token_of(link)

    assert make_callback_link(conversation, user=agent) == link
    assert living_link(token) == link
    for wrong in (token[:-1], token.replace(f"{link.pk}-", f"{link.pk + 1}-"), "x" * 500, link.token_hash):
        with pytest.raises(CallbackLinkEnded):
            living_link(wrong)


def test_a_link_ends_by_time_and_by_hand(agent, conversation):
    link = make_callback_link(conversation, user=agent)
    CallbackLink.objects.update(expires_at=timezone.now())
    with pytest.raises(CallbackLinkEnded):
        living_link(token_of(link))

    fresh = make_callback_link(conversation, user=agent)
    assert revoke_callback_links(conversation, user=agent) == 1
    with pytest.raises(CallbackLinkEnded):
        living_link(token_of(fresh))


@pytest.mark.django_db(transaction=True)
def test_two_who_reach_the_customer_together_are_one(agent, conversation):
    callback, other = callback_in(conversation, agent), make_user()

    outcomes = together(
        lambda: note_attempt(callback, Outcome.REACHED, user=agent).state,
        lambda: note_attempt(callback, Outcome.REACHED, user=other).state,
    )

    assert sorted(map(str, outcomes)) == ["callback_closed", "done"]
    assert callback.attempts.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_place_of_a_half_hour_goes_to_one_customer(agent):
    inbox = make_inbox()
    links = [make_callback_link(make_conversation(inbox, subject=f"件{n}"), user=agent) for n in range(4)]
    for link in links[:2]:
        chosen(link)

    outcomes = together(lambda: chosen(links[2]).state, lambda: chosen(links[3]).state)

    assert sorted(map(str, outcomes)) == ["open", "slot_taken"]
    assert Callback.objects.count() == 3


def test_moving_begins_its_time_anew(agent, conversation):
    callback = over(callback_in(conversation, agent))
    miss_callbacks(timezone.now())
    later, other = timezone.now() + timedelta(hours=2), make_user()

    moved = move_callback(callback, starts_at=later, owner=other, user=agent)

    assert (moved.starts_at, moved.owner, moved.missed_at, moved.is_red) == (later, other, None, False)
