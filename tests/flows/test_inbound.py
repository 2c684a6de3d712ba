"""The one door in."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation, make_inbound, make_inbox, reply_to

from madoguchi.channels.contract import Address, AutoKind, DeliveryReport, InboundAttachment
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.customers.actions import add_identity
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer, Identity
from madoguchi.events.actor import Actor
from madoguchi.events.models import Event
from madoguchi.files.queries import read_blob
from madoguchi.flows.inbound import Arrival, receive, receive_all
from madoguchi.search.models import SearchEntry

pytestmark = pytest.mark.django_db


def test_receive_stores_message_customer_event_and_search_entry():
    inbox = make_inbox()

    message = receive(inbox, make_inbound(text="土鍋が届きません。\n\n> 引用"))

    conversation = Conversation.objects.get()
    assert message.conversation == conversation
    assert (conversation.subject, conversation.preview) == ("商品がまだ届きません", "土鍋が届きません。")
    assert (conversation.status, conversation.message_count) == (Status.NEW, 1)
    assert Identity.objects.get().key == "yumiko@mail.example"
    assert Customer.objects.get().label == "髙橋 由美子"
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == [
        "customer_created",
        "conversation_opened",
        "message_received",
    ]
    assert SearchEntry.objects.get().object_id == message.pk
    assert [kind for kind, *_rest in message.spans] == ["written", "quote"]


def test_receive_keeps_one_row_on_redelivery():
    inbox = make_inbox()
    mail = make_inbound()

    first, second = receive(inbox, mail), receive(inbox, mail)

    assert (first.pk, second) == (Message.objects.get().pk, None)


def test_other_mail_under_a_reused_id_is_kept():
    inbox = make_inbox()
    mail = make_inbound()
    receive(inbox, mail)

    other = receive(inbox, replace(mail, fingerprint="other", text="別の内容"))

    assert other.external_id == f"{mail.external_id}~other"
    assert other.warnings == ["reused_id"]
    assert receive(inbox, replace(mail, fingerprint="other", text="別の内容")) is None


def test_copy_of_our_own_mail_is_not_received():
    inbox = make_inbox()
    conversation = receive(inbox, make_inbound()).conversation
    ours = reply_to(conversation, make_user())

    assert receive(inbox, make_inbound(external_id=ours.external_id, sender=Address(inbox.address))) is None


def test_attachments_are_kept_with_their_bytes():
    files = (
        InboundAttachment("写真.png", "image/png", b"\x89PNG"),
        InboundAttachment("i.gif", "image/gif", b"", is_inline=True),
    )

    message = receive(make_inbox(), make_inbound(attachments=files))

    kept = list(message.attachments.select_related("blob"))
    assert [(each.name, each.size_bytes, read_blob(each.blob)) for each in kept] == [
        ("写真.png", 4, b"\x89PNG"),
        ("i.gif", 0, b""),
    ]
    message.conversation.refresh_from_db()
    assert message.conversation.has_attachments


def test_autoreply_changes_nothing_but_the_timeline():
    inbox = make_inbox()
    conversation = receive(inbox, make_inbound()).conversation
    ours = reply_to(conversation, make_user())

    receive(inbox, make_inbound(in_reply_to=ours.external_id, auto_kind=AutoKind.AUTOREPLY, text="不在です"))

    conversation.refresh_from_db()
    assert (conversation.status, conversation.message_count, conversation.due_at) == (Status.WAIT, 3, None)
    assert "不在" not in conversation.preview


def test_bounce_brings_the_conversation_back_and_marks_mail_and_address():
    inbox = make_inbox()
    conversation = receive(inbox, make_inbound()).conversation
    ours = reply_to(conversation, make_user())
    report = DeliveryReport("yumiko@mail.example", "5.1.1", "userunknown", is_hard=True, diagnostic="550 no such user")

    receive(
        inbox,
        make_inbound(
            sender=Address("mailer-daemon@x.example"),
            auto_kind=AutoKind.BOUNCE,
            reported_id=ours.external_id,
            reports=(report,),
        ),
    )

    conversation.refresh_from_db()
    ours.refresh_from_db()
    assert conversation.status == Status.OPEN
    assert (ours.bounced_at is not None, ours.bounce[0]["status"]) == (True, "5.1.1")
    assert Identity.objects.get(key="yumiko@mail.example").bounce_reason == "userunknown"
    assert Event.objects.filter(kind="reply_bounced", data__message=ours.pk).count() == 1


def test_a_bounce_marks_only_addresses_that_the_mail_went_to():
    inbox = make_inbox()
    receive(inbox, make_inbound(sender=Address("victim@mail.example")))
    conversation = receive(inbox, make_inbound()).conversation
    add_identity(conversation.customer, IdentityKind.MAIL, "home@mail.example", by=Actor.system("test"))
    ours = reply_to(conversation, make_user())
    failed = ("victim@mail.example", "Home@mail.example", "nobody@mail.example")

    receive(
        inbox,
        make_inbound(
            sender=Address("mailer-daemon@x.example"),
            auto_kind=AutoKind.BOUNCE,
            reported_id=ours.external_id,
            reports=tuple(DeliveryReport(each, "5.1.1", "userunknown", is_hard=True) for each in failed),
        ),
    )

    bounced = Identity.objects.exclude(bounced_at=None).values_list("key", flat=True)
    assert list(bounced) == ["home@mail.example"]


def test_spam_flag_of_the_provider_is_believed_for_new_mail():
    message = receive(make_inbox(), make_inbound(headers={"x-spam-flag": "YES"}))

    message.conversation.refresh_from_db()
    assert message.conversation.status == Status.SPAM


@pytest.mark.django_db(transaction=True)
def test_two_first_mails_at_once_make_one_customer():
    inbox = make_inbox()
    start = Barrier(2)

    def deliver(mail):
        start.wait()
        receive(inbox, mail)
        connection.close()

    threads = [Thread(target=deliver, args=[make_inbound(subject=f"件{n}")]) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Customer.objects.count(), Conversation.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_one_mail_by_two_ways_at_once_is_one_message():
    inboxes = [make_inbox(), make_inbox()]
    mail = make_inbound()
    start = Barrier(2)
    outcomes = []

    def deliver(inbox):
        start.wait()
        outcomes.append(receive(inbox, mail) is None)
        connection.close()

    threads = [Thread(target=deliver, args=[inbox]) for inbox in inboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False, True]
    assert Conversation.objects.get().also_in.count() == 1


def test_a_customers_mail_under_an_id_of_ours_is_kept():
    conversation = make_conversation()
    reply = reply_to(conversation, make_user())

    again = make_inbound(external_id=reply.external_id, in_reply_to=reply.in_reply_to, text="まだ届きません。")
    message = receive(conversation.inbox, again)

    assert message is not None
    assert (message.conversation, message.warnings) == (conversation, ["reused_id"])


def test_our_own_copy_is_known():
    conversation = make_conversation()
    reply = reply_to(conversation, make_user())
    ours = Address(reply.sender_address)

    assert receive(conversation.inbox, make_inbound(external_id=reply.external_id, sender=ours)) is None


def test_who_had_no_part_in_a_conversation_is_marked():
    conversation = make_conversation()
    question = conversation.messages.get().external_id
    colleague, stranger = Address("colleague@mail.example"), Address("stranger@evil.example")
    reply_to(conversation, make_user(), cc=(colleague,))

    known = receive(conversation.inbox, make_inbound(sender=colleague, in_reply_to=question))
    unknown = receive(conversation.inbox, make_inbound(sender=stranger, in_reply_to=question))

    assert known.conversation == unknown.conversation == conversation
    assert (known.warnings, unknown.warnings) == ([], ["new_participant"])


def test_history_is_filed_under_its_own_date_and_as_done():
    inbox, at = make_inbox(), timezone.now() - timedelta(days=2000)

    [first] = receive_all([Arrival(inbox, make_inbound(), at=at, is_history=True)])
    again = make_inbound(in_reply_to=first.external_id)
    receive_all([Arrival(inbox, again, at=at - timedelta(days=1), is_history=True)])

    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.due_at, conversation.done_at) == (Status.DONE, None, at)
    assert (conversation.created_at, conversation.last_message_at, conversation.message_count) == (at, at, 2)


@pytest.mark.parametrize("sender", ["", "x" * 5000 + "@mail.example"])
def test_senders_without_an_address_are_not_taken_for_one_person(sender):
    inbox = make_inbox()

    first, second = (receive(inbox, make_inbound(sender=Address(sender, "名無し"))) for _each in range(2))

    assert first.customer != second.customer
