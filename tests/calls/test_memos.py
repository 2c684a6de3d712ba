"""Phone memos: nothing typed is lost, kept once, in the right conversation of the right customer."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.calls import kept_call, memo_key, said
from tests.factories.conversations import make_conversation, make_inbox, private_inbox
from tests.factories.together import together

from madoguchi.accounts.choices import Role
from madoguchi.calls.actions.memos import (
    AlreadyKept,
    bring_back,
    discard_memo,
    end_talk,
    keep_memo,
    resume_talk,
    save_memo,
)
from madoguchi.calls.choices import CALL_KEPT, CallState, Direction, Result
from madoguchi.calls.models import Call
from madoguchi.calls.queries import callers, calls_of, memo_of, unfinished_memos
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.conversations.phone_memos import is_phone_memo
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.actions import add_identity
from madoguchi.customers.models import Customer, Identity
from madoguchi.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_user(name="中村 大輔")


@pytest.fixture
def inbox():
    return make_inbox()


def test_what_is_typed_is_kept_at_every_pause(agent):
    key = memo_key()

    save_memo(key, said(text="割れて"), user=agent)
    save_memo(key, said(text="割れていた", answers={"when": "今朝", "nonsense": "x"}), user=agent)

    memo = memo_of(agent, key)
    assert Call.objects.count() == 1
    assert (memo.state, memo.text, memo.number, memo.answers) == (
        CallState.WRITING, "割れていた", "03-1234-5678", {"when": "今朝"},
    )  # fmt: skip
    assert unfinished_memos(agent) == [memo]
    assert unfinished_memos(make_user()) == []
    assert Message.objects.count() == 0


def test_half_a_number_and_any_length_can_be_saved(agent):
    memo = save_memo(memo_key(), said(number="03-1", name="あ" * 500, text="い" * 50_000), user=agent)

    assert (memo.number, len(memo.name), len(memo.text)) == ("03-1", 100, 20_000)


def test_a_memo_opens_a_conversation_of_a_new_customer(agent, inbox):
    call = kept_call(agent, inbox=inbox, result=Result.TODO, answers={"when": "今朝", "where": "玄関"})

    conversation = Conversation.objects.get()
    message = conversation.messages.get()
    assert (conversation.subject, conversation.status, conversation.assignee, conversation.inbox) == (
        "土鍋のふたが割れていた", Status.OPEN, agent, inbox,
    )  # fmt: skip
    assert conversation.due_at is not None
    assert (message.kind, is_phone_memo(message), message.user) == (MessageKind.NOTE, True, agent)
    assert conversation.customer.label == "渡邉 節子"
    assert Identity.objects.get(customer=conversation.customer).key == "+81312345678"
    assert message.text.split("\n", 1)[1] == (
        "お名前: 渡邉 節子\n電話番号: 03-1234-5678\n用件: 土鍋のふたが割れていた\n\n交換をご希望とのこと\n\n"
        "いつ: 今朝\nどこで: 玄関\n結果: 要対応"
    )
    assert call.message == message
    event = Event.objects.get(kind=CALL_KEPT)
    assert (event.subject, event.data) == (
        conversation.event_subject, {"call": call.pk, "direction": "in", "result": "todo"},
    )  # fmt: skip


def test_the_number_gives_the_customer_however_it_is_written(agent, inbox):
    known = make_conversation(inbox).customer
    add_identity(known, "phone", "03-1234-5678", by=agent.actor)

    found = callers(agent, "＋８１ ３ １２３４ ５６７８")
    call = kept_call(agent, inbox=inbox, number="0312345678")

    assert found == [known]
    assert call.customer == known
    assert Customer.objects.count() == 1


def test_nobody_is_told_whose_number_it_is_in_a_desk_they_do_not_see(agent):
    hidden = make_conversation(private_inbox()).customer
    add_identity(hidden, "phone", "03-1234-5678", by=make_user(Role.ADMIN).actor)

    assert callers(agent, "03-1234-5678") == []


def test_a_memo_joins_a_conversation_and_brings_it_back_to_us(agent, inbox):
    conversation = make_conversation(inbox)
    change_status([conversation], Status.DONE, user=agent)

    call = kept_call(agent, joins=conversation, result=Result.TODO)

    conversation.refresh_from_db()
    assert (conversation.status, conversation.preview) == (Status.OPEN, "土鍋のふたが割れていた")
    assert conversation.due_at is not None
    assert call.message.conversation == conversation
    assert Conversation.objects.count() == 1


def test_what_was_settled_on_the_phone_is_done_at_once(agent, inbox):
    kept_call(agent, inbox=inbox, result=Result.DONE)

    assert Conversation.objects.get().status == Status.DONE


def test_a_settled_call_leaves_the_status_of_what_it_joins(agent, inbox):
    conversation = make_conversation(inbox)

    kept_call(agent, joins=conversation, result=Result.DONE)

    conversation.refresh_from_db()
    assert conversation.status == Status.NEW


def test_a_memo_for_a_merged_conversation_stands_in_the_survivor(agent, inbox):
    first, second = make_conversation(inbox), make_conversation(inbox)
    merge_conversations(first, [second], user=agent)

    call = kept_call(agent, joins=second)

    assert call.message.conversation == first


def test_a_withheld_number_makes_a_customer_without_one(agent, inbox):
    call = kept_call(agent, inbox=inbox, number="", name="")

    assert call.customer.label == "番号非通知のお客様"
    assert not Identity.objects.exists()


def test_a_number_is_added_to_the_chosen_customer_only_when_asked_for(agent, inbox):
    customer = make_conversation(inbox).customer

    kept_call(agent, inbox=inbox, customer=customer, number="03-1111-0000")
    kept_call(agent, inbox=inbox, customer=customer, number="03-2222-0000", adds_number=True)

    phones = Identity.objects.filter(customer=customer, kind="phone").values_list("shown", flat=True)
    assert list(phones) == ["03-2222-0000"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": "かくれんぼ"}, "number"),
        ({"text": " ", "subject": ""}, "text"),
        ({"inbox": None}, "inbox"),
    ],
)
def test_what_cannot_be_kept_says_why_and_stays(agent, inbox, values, field):
    key = memo_key()
    save_memo(key, said(inbox=inbox), user=agent)

    with pytest.raises(Invalid) as refused:
        keep_memo(key, said(**{"inbox": inbox} | values), user=agent)

    assert refused.value.field == field
    assert memo_of(agent, key).state == CallState.WRITING
    assert Conversation.objects.count() == 0


def test_nobody_answering_needs_no_words(agent, inbox):
    call = kept_call(agent, inbox=inbox, text="", subject="", direction=Direction.OUT, result=Result.NO_ANSWER)

    assert call.message.conversation.subject == "電話"


def test_talk_and_after_call_work_are_measured(agent, inbox):
    key, now = memo_key(), timezone.now()
    begun = said(inbox=inbox, started_at=now - timedelta(minutes=8, seconds=5))

    end_talk(key, begun, user=agent)
    Call.objects.update(ended_at=now - timedelta(minutes=2))
    call = keep_memo(key, begun, user=agent)

    assert call.talk_seconds == 365
    assert 120 <= call.wrap_up_seconds < 125
    assert "通話6分05秒、後処理2分0" in call.message.text


def test_the_talk_goes_on_after_a_slip(agent):
    key = memo_key()
    end_talk(key, said(), user=agent)

    assert resume_talk(key, said(), user=agent).ended_at is None


def test_forgotten_after_call_work_is_capped(agent, inbox):
    key, now = memo_key(), timezone.now()
    begun = said(inbox=inbox, started_at=now - timedelta(hours=5))
    end_talk(key, begun, user=agent)
    Call.objects.update(ended_at=now - timedelta(hours=4))

    call = keep_memo(key, begun, user=agent)

    assert call.wrap_up_seconds == 3600


def test_a_wrong_clock_is_not_believed(agent):
    memo = save_memo(memo_key(), said(started_at=timezone.now() + timedelta(days=3)), user=agent)

    assert memo.started_at <= timezone.now()


def test_a_discarded_memo_comes_back(agent):
    key = memo_key()
    save_memo(key, said(), user=agent)

    discard_memo(key, user=agent)
    assert unfinished_memos(agent) == []
    bring_back(key, user=agent)

    assert [each.text for each in unfinished_memos(agent)] == ["交換をご希望とのこと"]
    assert discard_memo("nothing00", user=agent) is None


def test_a_kept_memo_is_not_written_over(agent, inbox):
    call = kept_call(agent, inbox=inbox)

    with pytest.raises(AlreadyKept) as refused:
        save_memo(call.key, said(text="あとから"), user=agent)

    assert refused.value.facts["conversation"] == call.message.conversation_id


def test_who_may_not_write_to_customers_writes_no_memo(inbox):
    with pytest.raises(NotAllowed):
        save_memo(memo_key(), said(), user=make_user(Role.VIEWER))


def test_calls_are_seen_where_their_conversations_are(agent):
    boss = make_user(Role.ADMIN)
    call = kept_call(boss, inbox=private_inbox())

    assert list(calls_of(boss)) == [call]
    assert list(calls_of(agent)) == []


@pytest.mark.django_db(transaction=True)
def test_a_memo_kept_in_two_windows_together_is_one(agent, inbox):
    key, values = memo_key(), said(inbox=inbox)

    kept = together(
        lambda: keep_memo(key, values, user=agent).pk,
        lambda: keep_memo(key, values, user=agent).pk,
    )

    assert kept[0] == kept[1]
    assert (Conversation.objects.count(), Message.objects.count(), Customer.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_calls_of_one_new_number_together_are_one_customer(inbox):
    first, second = make_user(), make_user()
    values = said(inbox=inbox)

    together(
        lambda: keep_memo(memo_key(), values, user=first).pk,
        lambda: keep_memo(memo_key(), values, user=second).pk,
    )

    assert (Conversation.objects.count(), Customer.objects.count()) == (2, 1)
