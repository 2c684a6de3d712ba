"""A number that many are told in one bulk reply or several is nobody's own; one customer's own is told nobody else."""

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbox, reply_to

from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.models import Message
from madoguchi.outreach.actions import retry_bulk_reply, start_bulk_reply, write_next
from madoguchi.outreach.choices import ItemState
from madoguchi.outreach.looking import look_on_rest
from madoguchi.outreach.personal import Words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]


CODE = "HKZ-20451"
TEXT = f"ご不便をおかけしております。\n{CODE} の件は復旧いたしました。"


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def inbox():
    return make_inbox()


def people(inbox, names, amount):
    return [make_conversation(inbox, sender=Address(f"{names}{at}@mail.example")) for at in range(amount)]


def sent():
    return Message.objects.filter(kind=MessageKind.OUTBOUND)


def told(conversation, agent):
    """This customer was told the number before, one by one."""
    to = (Address(conversation.customer.identities.get().shown),)
    reply = reply_to(conversation, agent, to=to, text=f"{CODE} の件です。")
    sent().filter(pk=reply.pk).update(state=MessageState.SENT)


def states(bulk):
    return [(each.state, each.code) for each in bulk.items.all()]


def test_the_letters_of_a_large_one_do_not_hide_whom_else_it_was_told(agent, inbox):
    for conversation in people(inbox, "before", 3):
        told(conversation, agent)
    bulk = start_bulk_reply(people(inbox, "now", 45), TEXT, user=agent)

    while write_next(bulk.pk):
        sent().update(state=MessageState.SENT)

    assert states(bulk) == [(ItemState.WRITTEN, "")] * 45


def test_a_second_one_with_the_same_number_is_written_while_the_first_is_leaving(agent, inbox):
    first = start_bulk_reply(people(inbox, "first", 5), TEXT, user=agent)
    while write_next(first.pk):
        pass
    sent().filter(pk=sent().first().pk).update(state=MessageState.SENT)

    second = start_bulk_reply(people(inbox, "second", 3), TEXT, user=agent)
    while write_next(second.pk):
        pass

    assert states(second) == [(ItemState.WRITTEN, "")] * 3


def test_the_number_of_one_customer_is_told_to_nobody_else(agent, inbox):
    make_conversation(inbox, sender=Address("owner@mail.example"), text=f"注文番号 {CODE} です。")
    bulk = start_bulk_reply(people(inbox, "others", 4), TEXT, user=agent)

    while write_next(bulk.pk):
        sent().update(state=MessageState.SENT)

    assert states(bulk) == [(ItemState.SET_ASIDE, "preflight")] * 4


def test_the_rest_of_one_is_looked_at_without_its_own_letters(agent, inbox):
    one, late = people(inbox, "rest", 2)
    bulk = start_bulk_reply([one, late], TEXT, user=agent)
    write_next(bulk.pk)
    sent().update(state=MessageState.SENT)
    bulk.items.filter(conversation=late).update(state=ItemState.SET_ASIDE, code="left_out")
    write_next(bulk.pk)
    bulk.refresh_from_db()

    looked = look_on_rest(bulk, Words(TEXT), user=agent)
    retry_bulk_reply(bulk)
    write_next(bulk.pk)

    assert [each.found for each in looked] == [()]
    assert states(bulk) == [(ItemState.WRITTEN, "")] * 2
