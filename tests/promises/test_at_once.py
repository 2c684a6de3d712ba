"""Two people, or a person and the clock, at the same instant."""

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, reply_to
from tests.factories.promises import overdue, promise_in
from tests.factories.together import together

from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.events.models import Event
from madoguchi.promises import actions
from madoguchi.promises.choices import PROMISE_BROKEN, PromiseState
from madoguchi.promises.models import Promise
from madoguchi.promises.queries import get_promise, promises_in
from madoguchi.promises.watching import break_promises

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_keep_the_same_offer_one_is_told():
    agent, conversation = make_user(), make_conversation()
    message = reply_to(conversation, agent)

    outcomes = together(*[lambda: promise_in(conversation, agent, message=message, place=3).state] * 2)

    assert sorted(outcomes) == ["already_in_ledger", "open"]
    assert Promise.objects.count() == 1


def test_of_two_who_decide_one_is_told():
    agent = make_user()
    pk = promise_in(make_conversation(), agent).pk

    outcomes = together(
        lambda: actions.keep_promise(get_promise(agent, pk), user=agent).state,
        lambda: actions.cancel_promise(get_promise(agent, pk), user=agent, reason="不要").state,
    )

    state = Promise.objects.get().state
    assert sorted(outcomes) == sorted(["already_decided", state])


@pytest.mark.parametrize("_round", range(4))
def test_a_person_and_the_clock_decide_once(_round):
    agent = make_user()
    promise = overdue(promise_in(make_conversation(), agent))

    outcomes = together(
        lambda: actions.keep_promise(promise, user=agent).state,
        lambda: break_promises(timezone.now()),
        lambda: break_promises(timezone.now()),
    )

    state = Promise.objects.get().state
    broken = [each for each in outcomes if each == 1]
    assert (state, len(broken)) in ((PromiseState.KEPT, 0), (PromiseState.BROKEN, 1))
    assert Event.objects.filter(kind=PROMISE_BROKEN).count() == len(broken)


def test_what_is_promised_while_the_conversation_is_merged_is_seen_in_the_survivor():
    agent, one = make_user(), make_conversation()
    other = make_conversation(one.inbox)

    together(
        lambda: promise_in(one, agent).pk,
        lambda: merge_conversations(other, [one], user=agent),
    )

    assert len(promises_in(other.pk)) == 1
