"""Trying a bulk reply again: nothing is taken as seen but what whoever tries again has named."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_inbox, receive_mail
from tests.factories.outreach import someone, states, work_off
from tests.factories.together import together

from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Message, ReplyLock
from madoguchi.core.errors import Invalid
from madoguchi.core.telling import told
from madoguchi.outreach.actions import (
    BulkRetry,
    BulkSending,
    NothingToDo,
    newest_event_id,
    retry_bulk_reply,
    start_bulk_reply,
)
from madoguchi.outreach.choices import ItemState
from madoguchi.outreach.looking import groups_of, look_on_rest
from madoguchi.outreach.models import BulkReply
from madoguchi.outreach.personal import Words
from madoguchi.outreach.queries import rest_of
from madoguchi.preflight.actions import add_watch_words
from madoguchi.preflight.choices import Level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]


TEXT = "{{customer.name}} 様\n\n発送が遅れております。"


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def inbox():
    return make_inbox()


def texts():
    return list(Message.objects.filter(kind=MessageKind.OUTBOUND).order_by("pk").values_list("text", flat=True))


def watch(word, level=Level.WARN):
    add_watch_words([(word, "")], inbox=None, level=level, user=make_admin())


def begun(conversations, agent, **sending):
    bulk = start_bulk_reply(conversations, TEXT, user=agent, sending=BulkSending(**sending))
    work_off(bulk)
    return bulk


def keys_of(bulk):
    looked = look_on_rest(bulk, Words(bulk.text, bulk.subject), user=bulk.user)
    return frozenset(key for group in groups_of(looked) for key in group.keys)


def again(bulk, **decided):
    amount = retry_bulk_reply(bulk, BulkRetry(**decided))
    work_off(bulk)
    return amount


def test_a_finding_that_was_not_named_sets_it_aside_again(agent, inbox):
    watch("発送が遅れて")
    bulk = begun([someone(inbox, "taro")], agent)

    again(bulk)

    assert states(bulk) == [(ItemState.SET_ASIDE, "preflight")]
    assert texts() == []


@pytest.mark.parametrize(("level", "amount"), [(Level.WARN, 1), (Level.BLOCK, 0)])
def test_a_finding_that_was_named_lets_it_go_unless_it_blocks(agent, inbox, level, amount):
    watch("発送が遅れて", level)
    bulk = begun([someone(inbox, "taro")], agent)

    again(bulk, acknowledged=keys_of(bulk))

    assert len(texts()) == amount


def test_what_is_new_since_is_not_taken_as_seen(agent, inbox):
    watch("発送が遅れて")
    bulk = begun([someone(inbox, "taro")], agent)
    seen = keys_of(bulk)
    watch("おります")

    again(bulk, acknowledged=seen)

    assert "おります" in told(bulk.items.get().reason)
    assert texts() == []


def test_a_finding_of_all_letters_is_one_group(agent, inbox):
    watch("発送が遅れて")
    bulk = begun([someone(inbox, "taro"), someone(inbox, "jiro")], agent)

    groups = groups_of(look_on_rest(bulk, Words(TEXT), user=agent))

    assert [(each.letters, each.words) for each in groups] == [(2, ("発送が遅れて",))]


def disturbed(inbox, agent):
    """A bulk reply that was set aside, because its customer wrote again after the preview."""
    one = someone(inbox, "taro")
    seen = newest_event_id()
    receive_mail(inbox, sender=Address("taro@mail.example"), in_reply_to=one.messages.get().external_id)
    return begun([one], agent, seen_event_id=seen)


def test_what_happened_meanwhile_stays_in_the_way_until_it_was_shown(agent, inbox):
    bulk = disturbed(inbox, agent)

    again(bulk)

    assert states(bulk) == [(ItemState.SET_ASIDE, "something_happened")]
    assert texts() == []


def test_what_happened_meanwhile_needs_a_reason(agent, inbox):
    bulk = disturbed(inbox, agent)

    with pytest.raises(Invalid) as refused:
        again(bulk, seen_event_id=newest_event_id())
    amount = again(bulk, seen_event_id=newest_event_id(), override_reason="催促のメールだった")

    assert refused.value.field == "reason"
    assert (amount, len(texts())) == (1, 1)
    assert bulk.items.get().override_reason == "催促のメールだった"


def test_who_was_answered_by_another_bulk_reply_is_not_written_to_again(agent, inbox):
    answered, locked = someone(inbox, "taro"), someone(inbox, "jiro")
    take_lock(answered, user=make_user())
    bulk = begun([answered, locked], agent)
    ReplyLock.objects.all().delete()
    begun([answered], make_user())

    looked = look_on_rest(bulk, Words(bulk.text), user=agent)
    again(bulk)

    assert [each.kind for each in looked[0].happened] == ["assigned", "reply_written"]
    assert states(bulk) == [(ItemState.SET_ASIDE, "something_happened"), (ItemState.WRITTEN, "")]
    assert len(texts()) == 2


def test_what_is_not_chosen_stays_and_what_was_left_is_left_out(agent, inbox):
    first, second, third = (someone(inbox, name) for name in ("taro", "jiro", "saburo"))
    lock = take_lock(first, user=make_user())
    bulk = begun([first, second, third], agent)
    lock.delete()
    bulk.items.filter(conversation__in=[second, third]).update(state=ItemState.WAITING, message=None)

    amount = again(bulk, conversations=frozenset({second.pk}))

    assert amount == 1
    assert [code for _state, code in states(bulk)] == ["locked", "", "left_out"]


def test_a_corrected_text_is_for_what_was_not_written_and_the_old_one_is_kept(agent, inbox):
    first, second = someone(inbox, "taro"), someone(inbox, "jiro")
    lock = take_lock(second, user=make_user())
    bulk = begun([first, second], agent)
    lock.delete()

    again(bulk, text="{{customer.name}} 様\n\n本日発送いたします。", subject="発送のお知らせ")

    assert [("本日" in text) for text in texts()] == [False, True]
    assert list(bulk.items.values_list("version", flat=True)) == [1, 2]
    assert [(each.version, each.text) for each in bulk.texts.all()] == [(1, TEXT)]
    assert Message.objects.filter(kind=MessageKind.OUTBOUND).latest("pk").subject == "発送のお知らせ"


@pytest.mark.parametrize(("changed", "field"), [({"text": " "}, "text"), ({"subject": "{{nonsense}}"}, "subject")])
def test_a_faulty_correction_changes_nothing(agent, inbox, changed, field):
    one = someone(inbox, "taro")
    take_lock(one, user=make_user())
    other = someone(inbox, "jiro")
    bulk = begun([one, other], agent)

    with pytest.raises(Invalid) as refused:
        again(bulk, **changed)

    bulk.refresh_from_db()
    assert refused.value.field == field
    assert (bulk.text, bulk.version, bulk.texts.count()) == (TEXT, 1, 0)


def test_what_one_does_not_see_any_more_is_not_tried_again(agent, inbox):
    one, other = someone(inbox, "taro"), someone(inbox, "jiro")
    lock = take_lock(one, user=make_user())
    bulk = begun([one, other], agent)
    lock.delete()
    inbox.is_open_to_all = False
    inbox.save(update_fields=["is_open_to_all"])

    assert list(rest_of(bulk)) == []
    with pytest.raises(NothingToDo):
        again(bulk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_who_try_again_at_once_begin_it_once(_round):
    agent, inbox = make_user(), make_inbox()
    one, other = someone(inbox, "taro"), someone(inbox, "jiro")
    lock = take_lock(one, user=make_user())
    bulk = begun([one, other], agent)
    lock.delete()
    outcomes = []

    def attempt():
        try:
            outcomes.append(retry_bulk_reply(BulkReply.objects.get(pk=bulk.pk)))
        except NothingToDo:
            outcomes.append(0)

    together(attempt, attempt)
    work_off(bulk)

    assert sorted(outcomes) == [0, 1]
    assert len(texts()) == 2
