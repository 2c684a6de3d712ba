"""The ledger: entering, keeping, cancelling, the clock, and going with the conversation."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to
from tests.factories.promises import overdue, promise_in

from madoguchi.accounts.choices import Role
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.triage import assign
from madoguchi.conversations.models import Message
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.events.models import Event
from madoguchi.flows.reactor import drain
from madoguchi.notifications.models import Notification
from madoguchi.promises import actions
from madoguchi.promises.actions import AlreadyDecided, AlreadyKept, Said
from madoguchi.promises.choices import FURTHEST, MOST_OPEN, PROMISE_BROKEN, PROMISE_DUE_SOON, PromiseState
from madoguchi.promises.models import Promise
from madoguchi.promises.offering import offers_in
from madoguchi.promises.queries import get_promise, promise_figures, promises_of
from madoguchi.promises.watching import break_promises, warn_of_promises

pytestmark = pytest.mark.django_db

SAID = "髙橋 由美子 様\n\n明日までに折り返しご連絡いたします。"


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def conversation():
    return make_conversation()


def test_nothing_is_stored_before_a_person_says_so(agent, conversation):
    reply_to(conversation, agent, text=SAID)

    (offer,) = offers_in(conversation)

    assert (offer.words, offer.owner) == ("明日までに折り返しご連絡いたします。", agent)
    assert Promise.objects.count() == 0


def test_an_offer_that_is_kept_is_offered_no_more(agent, conversation):
    message = reply_to(conversation, agent, text=SAID)
    (offer,) = offers_in(conversation)

    kept = actions.make_promise(conversation, Said(offer.words, offer.due_at, agent, message, offer.place), user=agent)

    assert (kept.state, kept.owner, kept.message, kept.due_at) == (PromiseState.OPEN, agent, message, offer.due_at)
    assert offers_in(conversation) == []


def test_an_offer_that_is_declined_is_offered_no_more_and_in_no_list(agent, conversation):
    message = reply_to(conversation, agent, text=SAID)
    (offer,) = offers_in(conversation)

    actions.decline_offer(message, place=offer.place, words=offer.words, user=agent)

    assert offers_in(conversation) == []
    assert list(Promise.objects.visible_to(agent)) == []


def test_a_mail_sent_once_more_makes_no_second_promise(agent, conversation):
    first = reply_to(conversation, agent, text=SAID)
    reply_to(conversation, agent, text=SAID)

    (offer,) = offers_in(conversation)
    actions.make_promise(conversation, Said(offer.words, offer.due_at, agent, first, offer.place), user=agent)

    assert offer.message_id == first.pk
    assert offers_in(conversation) == []


def test_an_offer_stays_however_much_is_written_after_it(agent, conversation):
    add_note(conversation, "3週間以内に折り返し予定", user=agent)
    for number in range(12):
        add_note(conversation, f"メモ {number}", user=agent)

    assert [each.words for each in offers_in(conversation)] == ["3週間以内に折り返し予定"]


def test_an_offer_is_not_made_for_ever(agent, conversation):
    note = add_note(conversation, "2030年3月1日までに連絡予定", user=agent)

    Message.objects.filter(pk=note.pk).update(at=timezone.now() - timedelta(days=91))

    assert offers_in(conversation) == []


def test_a_note_offers_in_its_terse_words(agent, conversation):
    add_note(conversation, "明日17時までに折り返し", user=agent)

    assert [each.words for each in offers_in(conversation)] == ["明日17時までに折り返し"]


def test_the_same_sentence_is_not_entered_twice(agent, conversation):
    message = reply_to(conversation, agent, text=SAID)
    said = Said("折り返し", timezone.now() + timedelta(days=1), agent, message, 12)
    actions.make_promise(conversation, said, user=agent)

    with pytest.raises(AlreadyKept):
        actions.make_promise(conversation, said, user=agent)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_at": timedelta(minutes=-1)}, "due_at"),
        ({"due_at": FURTHEST + timedelta(days=1)}, "due_at"),
        ({"words": "  "}, "words"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_field(agent, conversation, change, field):
    due_at = timezone.now() + change.get("due_at", timedelta(days=1))

    with pytest.raises(Invalid) as refused:
        actions.make_promise(conversation, Said(change.get("words", "折り返し"), due_at), user=agent)

    assert refused.value.field == field


def test_who_cannot_see_the_conversation_cannot_own_its_promise(agent):
    inbox = make_inbox(is_open_to_all=False)
    inbox.users.add(agent)
    conversation, stranger = make_conversation(inbox), make_user()

    with pytest.raises(Invalid) as refused:
        promise_in(conversation, agent, owner=stranger)

    assert refused.value.field == "owner_id"
    with pytest.raises(NotFound):
        get_promise(stranger, promise_in(conversation, agent).pk)


def test_a_message_of_another_conversation_is_no_source(agent, conversation):
    elsewhere = reply_to(make_conversation(), agent)

    with pytest.raises(Invalid):
        promise_in(conversation, agent, message=elsewhere)


def test_who_only_looks_enters_nothing(conversation):
    with pytest.raises(NotAllowed):
        promise_in(conversation, make_user(Role.VIEWER))


def test_a_conversation_has_only_so_many_open(agent, conversation):
    for _each in range(MOST_OPEN):
        promise_in(conversation, agent)

    with pytest.raises(Invalid):
        promise_in(conversation, agent)


def test_a_promise_is_kept_and_that_is_undone(agent, conversation):
    promise = actions.keep_promise(promise_in(conversation, agent), user=agent)

    assert (promise.state, promise.decided_by) == (PromiseState.KEPT, agent)
    assert promise.decided_at is not None

    promise = actions.reopen_promise(promise, user=agent)

    assert (promise.state, promise.decided_by, promise.decided_at) == (PromiseState.OPEN, None, None)


def test_cancelling_takes_a_reason(agent, conversation):
    promise = promise_in(conversation, agent)

    with pytest.raises(Invalid):
        actions.cancel_promise(promise, user=agent, reason=" ")

    assert actions.cancel_promise(promise, user=agent, reason="お客様が不要とのこと").state == PromiseState.CANCELLED


def test_another_time_is_warned_of_again(agent, conversation):
    promise, other = promise_in(conversation, agent), make_user()
    Promise.objects.update(warned_at=timezone.now())
    later = timezone.now() + timedelta(days=3)

    actions.change_promise(promise, due_at=later, owner=other, words="来週", user=agent)

    assert (promise.due_at, promise.owner, promise.words, promise.warned_at) == (later, other, "来週", None)


def test_the_clock_breaks_what_nobody_kept_at_its_own_time(agent, conversation):
    promise, ahead = overdue(promise_in(conversation, agent)), promise_in(conversation, agent)

    assert (break_promises(timezone.now()), break_promises(timezone.now())) == (1, 0)

    promise.refresh_from_db()
    ahead.refresh_from_db()
    assert (promise.state, promise.decided_at, promise.decided_by, promise.is_red) == (
        PromiseState.BROKEN, promise.due_at, None, True,
    )  # fmt: skip
    assert ahead.state == PromiseState.OPEN


def test_a_broken_promise_is_red_until_it_is_settled_and_stays_broken(agent, conversation):
    promise = overdue(promise_in(conversation, agent))
    break_promises(timezone.now())

    promise = actions.settle_promise(promise, user=agent)

    assert (promise.state, promise.is_red, promise.settled_by) == (PromiseState.BROKEN, False, agent)
    with pytest.raises(AlreadyDecided):
        actions.settle_promise(promise, user=agent)


def test_the_clock_is_corrected_with_a_reason_only(agent, conversation):
    promise = overdue(promise_in(conversation, agent))
    break_promises(timezone.now())
    promise.refresh_from_db()

    with pytest.raises(Invalid):
        actions.keep_promise(promise, user=agent)

    assert actions.keep_promise(promise, user=agent, reason="電話済み").state == PromiseState.KEPT


def test_the_owner_is_told_before_the_time_and_after_it_once(agent, conversation):
    promise = promise_in(conversation, agent)
    Promise.objects.update(due_at=timezone.now() + timedelta(minutes=50), made_at=timezone.now() - timedelta(days=1))

    warned = [warn_of_promises(timezone.now()), warn_of_promises(timezone.now())]
    overdue(promise)
    break_promises(timezone.now())
    drain()

    assert warned == [1, 0]
    assert sorted(Notification.objects.filter(user=agent).values_list("kind", flat=True)) == sorted(
        [PROMISE_BROKEN, PROMISE_DUE_SOON]
    )


def test_what_was_promised_at_short_notice_is_not_warned_of(agent, conversation):
    promise_in(conversation, agent, due_at=timezone.now() + timedelta(minutes=30))

    assert warn_of_promises(timezone.now()) == 1
    assert not Event.objects.filter(kind=PROMISE_DUE_SOON).exists()


def test_open_promises_go_with_the_conversation(agent, conversation):
    other = make_user()
    assign([conversation], agent, user=agent)
    mine, theirs = promise_in(conversation, agent), promise_in(conversation, agent, owner=make_user())
    kept = actions.keep_promise(promise_in(conversation, agent), user=agent)

    assign([conversation], other, user=agent)
    drain()

    owners = [Promise.objects.get(pk=each.pk).owner_id for each in (mine, theirs, kept)]
    assert owners == [other.pk, theirs.owner_id, agent.pk]


def test_figures_count_what_was_due_and_leave_out_the_cancelled(agent, conversation):
    for _each in range(3):
        actions.keep_promise(promise_in(conversation, agent), user=agent)
    actions.cancel_promise(promise_in(conversation, agent), user=agent, reason="不要")
    overdue(promise_in(conversation, agent))
    break_promises(timezone.now())

    now = timezone.now()
    figures = promise_figures(agent, since=now - timedelta(days=1), until=now + timedelta(days=2))

    assert (figures.kept, figures.broken, figures.cancelled, figures.open) == (3, 1, 1, 0)
    assert figures.kept_percent == 75.0
    assert promise_figures(agent, since=now, until=now).kept_percent is None


def test_the_groups_of_the_ledger(agent, conversation):
    late = overdue(promise_in(conversation, agent))
    soon = promise_in(conversation, agent, due_at=timezone.now() + timedelta(minutes=1))
    later = promise_in(conversation, agent, owner=make_user())
    midnight = timezone.now() + timedelta(hours=2)

    def group(when, *, is_mine=False):
        return list(promises_of(agent, when=when, is_mine=is_mine, until=midnight))

    assert group("overdue") == [late]
    assert group("today") == [soon]
    assert group("open") == [late, soon, later]
    assert group("open", is_mine=True) == [late, soon]
    assert group("kept") == []
