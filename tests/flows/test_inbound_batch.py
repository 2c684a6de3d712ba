"""The one door in, for many at once: the outcome is that of one after the other."""

from dataclasses import replace
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction
from tests.connectors.mail.servers import until
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbound, make_inbox, reply_to

from madoguchi.channels.actions import Delivery, store_raws
from madoguchi.channels.contract import Address, AutoKind, DeliveryReport, InboundAttachment
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.choices import Status
from madoguchi.conversations.message_ids import new_message_id
from madoguchi.conversations.models import Attachment, Conversation, Message
from madoguchi.customers.actions import lock_customer
from madoguchi.customers.models import Customer, Identity
from madoguchi.events.models import Event as Happening
from madoguchi.files.models import Blob
from madoguchi.flows.inbound import Arrival, receive_all
from madoguchi.search.models import SearchEntry

pytestmark = pytest.mark.django_db

TARO = Address("taro@mail.example", "山田 太郎")


def receive_batch(inbox, *inbounds):
    return receive_all([Arrival(inbox, inbound) for inbound in inbounds])


def test_a_batch_costs_a_statement_a_table_however_large(django_assert_max_num_queries):
    inbox = make_inbox()
    senders = [Address(f"customer{n}@mail.example") for n in range(30)]
    file = InboundAttachment("a.txt", "text/plain", b"a")

    with django_assert_max_num_queries(18):
        messages = receive_batch(inbox, *(make_inbound(sender=sender, attachments=(file,)) for sender in senders))

    assert [message.sender_address for message in messages] == [sender.email for sender in senders]
    assert (Conversation.objects.count(), SearchEntry.objects.count(), Attachment.objects.count()) == (30, 30, 30)
    assert Blob.objects.count() == 1


def test_only_files_that_may_hold_words_are_looked_into():
    photo, sheet = (InboundAttachment(name, "application/octet-stream", b"x") for name in ("写真.png", "見積.xlsx"))

    receive_batch(make_inbox(), make_inbound(attachments=(photo,)), make_inbound(attachments=(photo, sheet)))

    received = Happening.objects.filter(kind="message_received").order_by("pk")
    assert [event.data["files"] for event in received] == [0, 1]
    found = SearchEntry.objects.extra(where=["vector @@ '写真'::tsquery"])
    assert found.count() == 2


def test_nobody_at_the_door_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert receive_all([]) == []


def test_answers_inside_a_batch_find_their_question():
    question = make_inbound()
    answer = make_inbound(in_reply_to=question.external_id, sender=TARO, text="答え")
    next_answer = make_inbound(references=(question.external_id, answer.external_id), text="次")

    messages = receive_batch(make_inbox(), question, answer, next_answer)

    conversation = Conversation.objects.get()
    assert {message.conversation_id for message in messages} == {conversation.pk}
    assert (conversation.message_count, conversation.version, conversation.preview) == (3, 4, "次")


def test_an_answer_before_its_question_in_a_batch_is_joined():
    question = make_inbound()

    messages = receive_batch(make_inbox(), make_inbound(in_reply_to=question.external_id), question)

    assert messages[0].conversation_id == messages[1].conversation_id


def test_the_same_mail_twice_in_a_batch_is_one_message_seen_from_both_desks():
    inboxes, mail = [make_inbox(), make_inbox()], make_inbound()

    first, second = receive_all([Arrival(inbox, mail) for inbox in inboxes])

    assert (first.pk, second) == (Message.objects.get().pk, None)
    assert list(first.conversation.also_in.all()) == [inboxes[1]]


def test_another_mail_under_the_same_id_in_a_batch_is_kept():
    mail = make_inbound()

    messages = receive_batch(make_inbox(), mail, replace(mail, fingerprint="other"))

    assert [message.external_id for message in messages] == [mail.external_id, f"{mail.external_id}~other"]


def test_a_new_customer_twice_in_a_batch_is_one():
    first, second = make_inbound(sender=TARO), make_inbound(sender=Address("TARO@mail.example", "太郎"))

    messages = receive_batch(make_inbox(), first, second)

    assert Customer.objects.get().display_name == "山田 太郎"
    assert Identity.objects.get().key == "taro@mail.example"
    assert len({message.conversation_id for message in messages}) == 2
    assert Happening.objects.filter(kind="customer_created").count() == 1


def test_a_phone_answers_what_came_in_the_same_batch():
    messages = receive_batch(make_inbox(), make_inbound(), make_inbound(subject="Re: 商品がまだ届きません"))

    assert messages[0].conversation_id == messages[1].conversation_id


def test_several_mails_into_one_conversation_are_counted_all():
    conversation = make_conversation()
    first = conversation.messages.get()
    by_id = make_inbound(in_reply_to=reply_to(conversation, make_user()).external_id)
    by_reference = make_inbound(in_reply_to=first.external_id, text="追伸")

    receive_batch(conversation.inbox, by_id, by_reference)

    conversation.refresh_from_db()
    assert (conversation.message_count, conversation.preview) == (4, "追伸")
    assert conversation.status == Status.OPEN


def test_a_conversation_of_somebody_else_is_locked_behind_its_customer():
    conversation = make_conversation(sender=TARO)
    first = conversation.messages.get()

    message = receive_batch(conversation.inbox, make_inbound(in_reply_to=first.external_id))[0]

    conversation.refresh_from_db()
    assert (message.conversation_id, conversation.message_count) == (conversation.pk, 2)
    assert message.customer_id != conversation.customer_id


def test_what_was_merged_is_continued_in_its_survivor():
    inbox = make_inbox()
    survivor, first, second = (make_conversation(inbox) for _n in range(3))
    merge_conversations(first, [second], user=make_user())
    merge_conversations(survivor, [first], user=make_user())
    by_number = [make_inbound(subject=f"Re: 件(受付番号:{number})") for number in (first.pk, second.pk)]
    by_our_id = make_inbound(in_reply_to=new_message_id(second.pk, "shop.example"), sender=TARO)

    messages = receive_batch(inbox, *by_number, by_our_id)

    assert {message.conversation_id for message in messages} == {survivor.pk}


def test_bounces_of_one_batch_are_noted_at_their_mails():
    inbox = make_inbox()
    people = [Address(f"{n}@mail.example") for n in range(2)]
    ours = [reply_to(make_conversation(inbox, sender=each), make_user(), to=(each,)) for each in people]
    reports = [
        make_inbound(
            sender=Address("mailer-daemon@x.example"),
            auto_kind=AutoKind.BOUNCE,
            reported_id=mail.external_id,
            reports=(DeliveryReport(f"{n}@mail.example", "5.1.1", "userunknown", is_hard=True),),
        )
        for n, mail in enumerate(ours)
    ]

    bounces = receive_batch(inbox, *reports)

    assert [bounce.about for bounce in bounces] == ours
    assert [conversation.status for conversation in Conversation.objects.all()] == [Status.OPEN, Status.OPEN]
    assert Identity.objects.filter(bounce_reason="userunknown").count() == 2
    bounced = Happening.objects.filter(kind="reply_bounced").order_by("pk")
    assert [event.data["message"] for event in bounced] == [mail.pk for mail in ours]


def test_events_and_times_keep_the_order_of_the_mails():
    inbox = make_inbox()
    raws = store_raws([Delivery(content=b"%d" % n, source="lmtp", inbox=inbox) for n in range(5)])
    inbounds = [make_inbound(sender=Address(f"{n}@mail.example")) for n in range(5)]

    messages = receive_all([Arrival(inbox, inbound, raw) for inbound, raw in zip(inbounds, raws, strict=True)])

    told = Happening.objects.filter(subject__startswith="conversation:").order_by("pk")
    kinds = ("conversation_opened", "message_received")
    subjects = [message.conversation.event_subject for message in messages]
    assert list(told.values_list("kind", "subject")) == [(kind, subject) for subject in subjects for kind in kinds]
    assert [message.at for message in messages] == [raw.received_at for raw in raws]


@pytest.mark.django_db(transaction=True)
def test_two_batches_at_once_agree_whatever_their_order():
    inboxes = [make_inbox(), make_inbox()]
    senders = [Address(f"customer{n}@mail.example") for n in range(20)]
    mails = [make_inbound(sender=sender) for sender in senders]
    start, outcomes = Barrier(2), []

    def deliver(inbox, batch):
        start.wait()
        outcomes.extend(receive_batch(inbox, *batch))
        connection.close()

    threads = [Thread(target=deliver, args=args) for args in zip(inboxes, (mails, mails[::-1]), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [outcomes.count(None), len(outcomes)] == [20, 40]
    assert (Customer.objects.count(), Message.objects.count(), Conversation.objects.count()) == (20, 20, 20)


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_a_batch_waits_for_whoever_writes_to_one_of_its_customers():
    conversation = make_conversation(sender=TARO)
    first = conversation.messages.get()
    held, order = Event(), []

    def deliver():
        held.wait()
        receive_batch(conversation.inbox, make_inbound(), make_inbound(in_reply_to=first.external_id))
        order.append("received")
        connection.close()

    thread = Thread(target=deliver)
    thread.start()
    with transaction.atomic():
        lock_customer(conversation.customer_id)
        held.set()
        until(is_somebody_waiting)
        order.append("written")
    thread.join()

    assert order == ["written", "received"]
    assert Message.objects.count() == 3
