"""A bulk reply is written to whom its author may see: at the moment of writing, not at that of the preview."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox

from madoguchi.channels.contract import Address
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Message
from madoguchi.core.errors import Invalid
from madoguchi.core.telling import told
from madoguchi.outreach.actions import (
    BulkRetry,
    BulkSending,
    NothingToDo,
    preview_bulk_reply,
    retry_bulk_reply,
    start_bulk_reply,
    take_all_back,
    write_next,
)
from madoguchi.outreach.choices import NO_ACCESS, BulkState, ItemState
from madoguchi.outreach.models import BulkReply

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user()


def people(inbox, amount):
    return [make_conversation(inbox, sender=Address(f"{inbox.pk}-{at}@mail.example")) for at in range(amount)]


def letters():
    return Message.objects.filter(kind=MessageKind.OUTBOUND)


def test_after_the_inbox_was_closed_to_its_author_no_further_letter_is_written(agent):
    closing, staying = make_inbox(), make_inbox()
    chosen = [*people(closing, 3), *people(staying, 1)]
    bulk = start_bulk_reply(chosen, "お待たせしております。", user=agent)
    write_next(bulk.pk)

    closing.is_open_to_all = False
    closing.save()
    while write_next(bulk.pk):
        pass

    states = list(bulk.items.values_list("state", "code"))
    assert states == [
        (ItemState.WRITTEN, ""),
        (ItemState.SET_ASIDE, NO_ACCESS),
        (ItemState.SET_ASIDE, NO_ACCESS),
        (ItemState.WRITTEN, ""),
    ]
    assert letters().count() == 2
    assert told(bulk.items.filter(code=NO_ACCESS)[0].reason)
    assert BulkReply.objects.get().state == BulkState.DONE
    with pytest.raises(NothingToDo):
        retry_bulk_reply(BulkReply.objects.get())


def test_what_was_written_before_can_still_be_taken_back(agent):
    inbox = make_inbox()
    bulk = start_bulk_reply(people(inbox, 2), "お待たせしております。", user=agent)
    write_next(bulk.pk)
    inbox.is_open_to_all = False
    inbox.save()

    assert take_all_back(bulk) == 1


def test_nothing_is_written_for_somebody_who_has_left(agent):
    bulk = start_bulk_reply(people(make_inbox(), 2), "お待たせしております。", user=agent)
    agent.is_active = False
    agent.save()

    while write_next(bulk.pk):
        pass

    assert not letters().exists()


def test_a_restricted_inbox_open_to_the_author_is_written_to(agent):
    inbox = make_inbox(is_open_to_all=False)
    inbox.users.add(agent)
    chosen = people(inbox, 2)
    bulk = start_bulk_reply(chosen, "お待たせしております。", user=agent)

    while write_next(bulk.pk):
        pass

    assert letters().count() == 2


def test_a_conversation_that_was_chosen_twice_gets_one_letter():
    admin = make_admin()
    one, other = people(make_inbox(), 2)

    previewed = preview_bulk_reply([one, other, one], "お知らせです。", user=admin)
    bulk = start_bulk_reply([one, other, one], "お知らせです。", user=admin)

    assert [each.conversation for each in previewed] == [one, other]
    assert list(bulk.items.values_list("conversation", flat=True)) == [one.pk, other.pk]


def test_nobody_has_seen_the_future(agent):
    chosen = people(make_inbox(), 2)
    bulk = start_bulk_reply(chosen, "お知らせです。", user=agent)

    with pytest.raises(Invalid) as at_start:
        start_bulk_reply(chosen, "お知らせです。", user=agent, sending=BulkSending(9 * 10**17))
    with pytest.raises(Invalid) as at_retry:
        retry_bulk_reply(bulk, BulkRetry(seen_event_id=9 * 10**17, override_reason="急ぎ"))

    assert (at_start.value.field, at_retry.value.field) == ("seen_event_id", "seen_event_id")
