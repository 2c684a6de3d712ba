"""Statuses of one's own: what they stand for, how they come and go, and that nothing is lost with them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, make_inbox, make_letter, receive_mail, reply_to
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approvals import approve_reply
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.own_statuses import (
    StatusDefinition,
    change_own_status,
    create_status,
    delete_status,
    empty_status,
    restore_status,
    retire_status,
)
from madoguchi.conversations.actions.planning import claim_planned
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.actions.undo import undo
from madoguchi.conversations.choices import STATUS_CHANGED, Status
from madoguchi.conversations.counts import fold_counts
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.listed import listed_page, listed_rows
from madoguchi.conversations.models import Conversation, OwnStatus
from madoguchi.conversations.own import find_status, use_of_statuses
from madoguchi.conversations.searching import search_conversations
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.core.fields.keeping import StillInUse
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


def make_status(name="返品待ち", state=Status.WAIT, **values):
    return create_status(StatusDefinition(name, state, **values), user=make_admin())


def give(conversation, own, user=None):
    return change_status([conversation], own.state, user=user or make_user(), own=own)


def test_it_stands_for_the_systems_status_and_leaves_with_it():
    own, conversation, user = make_status(), make_conversation(), make_user()

    give(conversation, own, user)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status, conversation.due_at) == (Status.WAIT, own, None)
    event = Event.objects.about(conversation.event_subject).filter(kind=STATUS_CHANGED).get()
    assert event.data == {"before": "new", "after": "wait", "own_before": None, "own_after": own.pk}

    first = conversation.messages.get()
    receive_mail(
        conversation.inbox, sender=Address(first.sender_address), in_reply_to=first.external_id, subject="Re: x"
    )
    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.NEW, None)


def test_undo_brings_it_back_unless_it_has_been_deleted():
    own, conversation, user = make_status(), make_conversation(), make_user()
    give(conversation, own, user)
    step = change_status([conversation], Status.OPEN, user=user)
    undo(step.pk, user=user)
    conversation.refresh_from_db()
    assert conversation.own_status == own

    step = change_status([conversation], Status.WAIT, user=user)
    delete_status(own, user=make_admin())
    undo(step.pk, user=user)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.WAIT, None)


def test_a_reply_taken_back_gives_it_back():
    own, conversation, user = make_status("返金手続き中", Status.OPEN), make_conversation(), make_user()
    give(conversation, own, user)

    cancel_reply(reply_to(conversation, user), user=user)

    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.OPEN, own)


def test_it_is_offered_where_it_belongs_and_while_it_is_not_retired():
    here, there, user = make_inbox(), make_inbox(), make_user()
    own, conversation = make_status(inboxes=[there.pk]), make_conversation(here)

    with pytest.raises(Invalid):
        give(conversation, own, user)
    everywhere = make_status("倉庫確認中", Status.INTERNAL)
    with pytest.raises(Invalid):
        change_status([conversation], Status.WAIT, user=user, own=everywhere)
    retire_status(everywhere, user=make_admin())
    with pytest.raises(Invalid):
        give(conversation, everywhere, user)
    restore_status(everywhere, user=make_admin())
    give(conversation, everywhere, user)


def test_lists_and_searches_find_it_and_the_counts_follow():
    own, user = make_status(name_en="Parcel"), make_admin()
    conversation, other = make_conversation(), make_conversation()
    give(conversation, own, user)
    change_status([other], Status.WAIT, user=user)

    chosen = Filter(own_status=own.pk)
    (row,) = listed_page(user, listed_rows(user, chosen), sort=chosen.sort).rows
    assert (row.pk, row.own.name) == (conversation.pk, "返品待ち")
    for text in ("status:返品待ち", "status:parcel"):
        assert [each.conversation.pk for each in search_conversations(user, text).found] == [conversation.pk]
    assert use_of_statuses() == {own.pk: 1}
    give(other, own, user)
    change_status([conversation], Status.DONE, user=user)
    fold_counts()
    assert use_of_statuses() == {own.pk: 1}
    assert Filter.from_values(chosen.values()) == chosen


def test_one_in_use_goes_only_after_its_conversations_have_gone_over():
    admin, own, other = make_admin(), make_status(), make_status("部品待ち")
    conversation = make_conversation()
    give(conversation, own, admin)

    with pytest.raises(StillInUse) as refused:
        delete_status(own, user=admin)
    with pytest.raises(StillInUse):
        change_own_status(own, StatusDefinition("返品待ち", Status.OPEN), user=admin)
    amount, step = empty_status(own, other, user=admin)

    conversation.refresh_from_db()
    own.refresh_from_db()
    assert (refused.value.facts, amount) == ({"amount": 1}, 1)
    assert (conversation.own_status, own.retired_at is not None, use_of_statuses()[other.pk]) == (other, True, 1)
    undo(step.pk, user=admin)
    conversation.refresh_from_db()
    own.refresh_from_db()
    assert (conversation.own_status, own.retired_at) == (own, None)
    amount, step = empty_status(own, None, user=admin)
    delete_status(own, user=admin)
    with pytest.raises(NotFound):
        undo(step.pk, user=admin)


def test_conversations_go_over_only_to_what_stands_for_the_same():
    admin, own = make_admin(), make_status()

    with pytest.raises(Invalid):
        empty_status(own, make_status("倉庫確認中", Status.INTERNAL), user=admin)


def test_nothing_in_it_needs_no_way_back():
    assert empty_status(make_status(), None, user=make_admin()) == (0, None)


@pytest.mark.parametrize(
    "wanted",
    [
        StatusDefinition(" ", Status.WAIT),
        StatusDefinition("x" * 31, Status.WAIT),
        StatusDefinition("承認", Status.APPROVAL),
        StatusDefinition("緑", Status.WAIT, tone="green"),
        StatusDefinition("返品待ち", Status.WAIT),
        StatusDefinition("対応中", Status.OPEN),
        StatusDefinition("進行", Status.OPEN, name_en="ＩＮ ＰＲＯＧＲＥＳＳ"),
        StatusDefinition("Hold", Status.HOLD),
        StatusDefinition("noreply", Status.DONE),
        StatusDefinition("回答待ち", Status.WAIT, name_en="返品待ち"),
    ],
)
def test_a_status_that_makes_no_sense_is_refused(wanted):
    make_status()

    with pytest.raises(Invalid):
        create_status(wanted, user=make_admin())


def test_a_status_keeps_its_own_name_and_takes_none_of_another():
    first, second = make_status(name_en="Parcel"), make_status("入荷待ち")

    kept = change_own_status(first, StatusDefinition("返品待ち", Status.WAIT, name_en="parcel"), user=make_admin())

    assert kept.name_en == "parcel"
    with pytest.raises(Invalid):
        change_own_status(second, StatusDefinition("入荷待ち", Status.WAIT, name_en="Parcel"), user=make_admin())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_name_at_once_the_second_is_refused():
    admin = make_admin()

    done = together(
        lambda: create_status(StatusDefinition("ﾊﾟｰﾂ待ち", Status.WAIT), user=admin),
        lambda: create_status(StatusDefinition("パーツ待ち", Status.WAIT), user=admin),
    )

    assert done.count("invalid") == 1
    assert OwnStatus.objects.count() == 1


def test_only_administrators_keep_statuses():
    with pytest.raises(NotAllowed):
        create_status(StatusDefinition("返品待ち", Status.WAIT), user=make_user())


def test_its_name_follows_the_reader_and_a_form_names_it():
    own = make_status(name_en="Parcel")

    with translation.override("en"):
        assert own.word == "Parcel"
    with translation.override("ja"):
        assert own.word == "返品待ち"
    assert (find_status(own.key), find_status("wait")) == (own, None)
    with pytest.raises(NotFound):
        find_status("own-999999")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_a_status_retired_or_deleted_while_it_is_set(number):
    admin, own = make_admin(), make_status(f"返品待ち{number}")
    conversation = make_conversation(sender=Address(f"customer{number}@mail.example"))

    outcomes = together(
        lambda: give(conversation, own, admin) and "set",
        lambda: delete_status(own, user=admin) or "deleted",
    )

    assert outcomes in (["set", "in_use"], ["invalid", "deleted"])
    assert Conversation.objects.filter(own_status__isnull=False).count() == OwnStatus.objects.count()


def reply_with(own, conversation, user, **how):
    sending = Sending(latest_event_id(conversation), status_after=own.state, own_after=own, **how)
    return write_reply(conversation, make_letter(), user=user, sending=sending)


def test_a_reply_brings_it_and_taken_back_takes_it():
    own, conversation, user = make_status(), make_conversation(), make_user()

    message = reply_with(own, conversation, user)

    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.WAIT, own)
    cancel_reply(message, user=user)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.NEW, None)


def test_a_reply_that_waits_for_approval_brings_it_once_approved():
    own, conversation, trainee = make_status(), make_conversation(), make_user(Role.TRAINEE)

    message = reply_with(own, conversation, trainee)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.APPROVAL, None)
    approve_reply(message, user=make_user(Role.SUPERVISOR))

    conversation.refresh_from_db()
    assert (conversation.status, conversation.own_status) == (Status.WAIT, own)


def test_a_planned_reply_brings_it_when_it_leaves_if_it_is_still_there():
    own, gone, user = make_status(), make_status("入金待ち"), make_user()
    one, other = make_conversation(), make_conversation(sender=Address("else@mail.example"))
    tomorrow = timezone.now() + timedelta(days=1)
    messages = [reply_with(own, one, user, send_at=tomorrow), reply_with(gone, other, user, send_at=tomorrow)]
    delete_status(gone, user=make_admin())

    with time_machine.travel(tomorrow + timedelta(minutes=5)):
        claimed = [claim_planned(message.pk) for message in messages]

    one.refresh_from_db()
    other.refresh_from_db()
    assert claimed == [True, True]
    assert (one.status, one.own_status) == (Status.WAIT, own)
    assert (other.status, other.own_status) == (Status.WAIT, None)


def test_one_that_is_not_offered_here_refuses_the_reply():
    elsewhere = make_status(inboxes=(make_inbox().pk,))
    conversation = make_conversation()

    with pytest.raises(Invalid) as refused:
        reply_with(elsewhere, conversation, make_user())

    assert refused.value.field == "status_after"
    assert conversation.messages.count() == 1
