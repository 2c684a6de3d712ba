"""自動受付メール: who gets one, which words, once, and that it is no answer."""

import re
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from tests.factories.accounts import make_user
from tests.factories.acknowledgements import TEXTS, acknowledgements, make_answering_inbox, run_acknowledgements
from tests.factories.calendars import make_calendar
from tests.factories.conversations import make_conversation, make_inbound, make_inbox, receive_mail, reply_to, seen

from madoguchi.accounts.choices import Role
from madoguchi.acknowledgements.actions import acknowledge
from madoguchi.acknowledgements.models import Acknowledgement, ToldAddress
from madoguchi.acknowledgements.texts import Text
from madoguchi.channels.contract import Address, AutoKind
from madoguchi.connectors.mail.compose import compose
from madoguchi.conversations.actions.cancelling import NotCancellable, cancel_reply
from madoguchi.conversations.actions.delivery import mark_failed, send_again
from madoguchi.conversations.actions.replies import write_reply
from madoguchi.conversations.actions.summary import recount
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.choices import MessageState, Status
from madoguchi.conversations.deadlines import waiting_since
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.errors import Invalid
from madoguchi.desk.new_matters import new_matters_in
from madoguchi.flows.delivery import deliver, outbound
from madoguchi.flows.inbound import Arrival, receive_all
from madoguchi.flows.reactor import drain
from madoguchi.notifications.actions import AUTOMATIC_FAILED
from madoguchi.notifications.models import Notification

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
OPEN = datetime(2026, 4, 28, 11, 0, tzinfo=TOKYO)  # a Tuesday; the day after is 昭和の日
CLOSED = datetime(2026, 4, 28, 20, 0, tzinfo=TOKYO)


def test_a_first_mail_is_acknowledged_by_a_marked_letter_of_its_thread():
    inbox = make_answering_inbox(name="サポート窓口", address="support@shop.example")
    received = receive_mail(inbox, external_id="first@customer.example")

    [sent] = run_acknowledgements()

    mail = message_from_bytes(compose(outbound(sent)), policy=default)
    number = received.conversation_id
    assert (sent.state, sent.user, sent.sender_address) == (MessageState.QUEUED, None, "support@shop.example")
    assert mail["Subject"] == f"お問い合わせを受け付けました(受付番号:{number})"
    assert mail.get_content().split() == ["髙橋", "由美子", "様", "受け付けました。", "サポート窓口"]
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert (mail["To"].addresses[0].addr_spec, mail["In-Reply-To"]) == (
        "yumiko@mail.example",
        "<first@customer.example>",
    )


def test_an_answer_to_it_lands_in_the_conversation_and_is_not_acknowledged():
    inbox = make_answering_inbox()
    received = receive_mail(inbox)
    [sent] = run_acknowledgements()
    ToldAddress.objects.all().delete()

    answer = receive_mail(inbox, subject="ありがとうございます", in_reply_to=sent.external_id)

    assert answer.conversation_id == received.conversation_id
    assert run_acknowledgements() == []


def test_an_answer_to_it_begins_nothing_and_is_answered_under_the_conversations_subject():
    received = receive_mail(make_answering_inbox(), subject="届きません")
    [sent] = run_acknowledgements()
    receive_mail(received.inbox, subject=f"Re: {sent.subject}", in_reply_to=sent.external_id)
    conversation = Conversation.objects.select_related("inbox", "customer").get(pk=received.conversation_id)

    letter = reply_to(conversation, make_user(), subject="")

    thread = list(conversation.messages.order_by("pk"))
    assert letter.subject == f"Re: 届きません(受付番号:{conversation.pk})"
    assert new_matters_in(thread[:3], conversation, None) == set()


def test_it_is_no_answer():
    inbox = make_answering_inbox()
    received = receive_mail(inbox)
    fields = (
        "status", "due_at", "queue_at", "first_reply_at", "preview", "message_count", "assignee_id", "version",
        "last_message_at", "has_failed",
    )  # fmt: skip
    before = Conversation.objects.values(*fields).get()

    run_acknowledgements()

    assert Conversation.objects.values(*fields).get() == before
    conversation = Conversation.objects.get()
    assert waiting_since(conversation) == received.at
    recount(conversation)
    assert Conversation.objects.values(*fields).get() | {"version": before["version"]} == before


def test_who_was_writing_is_not_disturbed_by_it():
    inbox = make_answering_inbox()
    conversation = make_conversation(inbox)
    sending = seen(conversation)
    run_acknowledgements()

    letter = Letter(to=(Address("yumiko@mail.example"),), subject="Re: 件", text="本日発送いたします。")
    reply = write_reply(conversation, letter, user=make_user(), sending=sending)

    conversation.refresh_from_db()
    assert (conversation.status, conversation.first_reply_at) == (Status.WAIT, reply.at)
    assert reply.references == [received.external_id for received in conversation.messages.order_by("pk")[:2]]


@pytest.mark.parametrize(
    ("moment", "language", "subject", "words"),
    [
        (OPEN, "ja", "お問い合わせを受け付けました", "受け付けました。"),
        (CLOSED, "ja", "Re: 商品がまだ届きません", "営業時間外です。4月30日(木) 10:00に再開します。"),
        (OPEN, "en", "We have received your inquiry", "Dear 髙橋 由美子,\n\nThank you."),
        (CLOSED, "en", "We have received your inquiry", "Thank you."),
        (OPEN, "zh", "We have received your inquiry", "Thank you."),
    ],
)
def test_the_words_are_those_of_the_hour_and_the_language(moment, language, subject, words):
    with time_machine.travel(moment, tick=False):
        receive_mail(make_answering_inbox(calendar=make_calendar()), language=language)
        [sent] = run_acknowledgements()

    assert sent.subject.startswith(subject)
    assert words in sent.text


def test_without_english_words_the_japanese_ones_go_to_all():
    receive_mail(make_answering_inbox(texts={"ja_within": TEXTS["ja_within"]}), language="en")

    [sent] = run_acknowledgements()

    assert "受け付けました。" in sent.text


@pytest.mark.parametrize(
    "mail",
    [
        {"auto_kind": AutoKind.AUTOREPLY},
        {"auto_kind": AutoKind.BOUNCE},
        {"auto_kind": AutoKind.BULK},
        {"auto_kind": AutoKind.LOOP},
        {"sender": Address("noreply@kyaku.example")},
        {"sender": Address("mailer-daemon@kyaku.example")},
        {"sender": Address("")},
        {"reply_to": (Address("no-reply@kyaku.example"),)},
        {"reply_to": (Address("support@shop.example"),)},
        {"sender": Address("SUPPORT@shop.example")},
        {"sender": Address("other@second.example")},
        {"sender": Address("colleague@shop.example")},
        {"sender": Address("home@freelance.example")},
        {"headers": {"x-spam-flag": "YES"}},
        {"headers": {"authentication-results": "mx.shop.example; spf=fail; dmarc=fail (p=none)"}},
        {"sender": Address("x@noreply.kyaku.example")},
        {"sent_at": datetime(2020, 1, 1, tzinfo=TOKYO)},
    ],
)
def test_machines_lists_and_ourselves_hear_nothing(mail):
    inbox = make_answering_inbox(address="support@shop.example")
    make_inbox(address="sales@shop.example", aliases=["other@second.example"])
    make_user(email="home@freelance.example")

    receive_mail(inbox, **mail)

    assert run_acknowledgements() == []


def test_a_customer_with_the_same_free_mailer_as_ours_is_told():
    receive_mail(make_answering_inbox(address="shop@gmail.com"), sender=Address("hanako@gmail.com"))

    assert len(run_acknowledgements()) == 1


def test_nothing_is_sent_while_it_is_off_or_the_desk_has_never_set_it():
    off = make_answering_inbox()
    Acknowledgement.objects.filter(inbox=off).update(is_on=False)

    receive_mail(off)
    receive_mail(make_inbox(), sender=Address("kenji@mail.example"))

    assert run_acknowledgements() == []


def test_an_archive_is_not_acknowledged():
    inbox = make_answering_inbox()

    receive_all([Arrival(inbox, make_inbound(), at=timezone.now(), is_history=True)])

    assert run_acknowledgements() == []


@pytest.mark.parametrize("status", [Status.OPEN, Status.SPAM, Status.NOREPLY, Status.DONE])
def test_what_somebody_has_taken_on_or_put_away_is_not_acknowledged(status):
    conversation = make_conversation(make_answering_inbox())
    change_status([conversation], status, user=make_user())

    assert run_acknowledgements() == []


def test_who_has_been_answered_already_is_not_told():
    conversation = make_conversation(make_answering_inbox())
    reply_to(conversation, make_user())

    assert run_acknowledgements() == []


@pytest.mark.parametrize(
    "text", [Text("", "{{宛名}}\n件名:{{件名}}"), Text("{{件名}}", "{{お客様名|お客様}} {{件名}}")]
)
def test_what_the_sender_wrote_cannot_be_clicked_in_it(text):
    inbox = make_answering_inbox(texts={"ja_within": text})

    receive_mail(
        inbox, sender=Address("v@mail.example", "www.evil.example"), subject="当選https://evil.example/1 evil.co/x"
    )
    [sent] = run_acknowledgements()

    assert "当選(リンク省略) evil .co/x" in sent.text
    assert not re.search(r"https?:|www\.|\w\.[a-z]", sent.text + sent.subject)


def test_the_job_may_run_twice():
    received = receive_mail(make_answering_inbox())
    first = acknowledge(received.pk)
    ToldAddress.objects.all().delete()

    assert acknowledge(received.pk) is None
    assert acknowledgements() == [first]


def test_words_that_cannot_be_filled_any_more_are_not_sent():
    inbox = make_answering_inbox(calendar=make_calendar())
    texts = {"ja_within": {"subject": "", "body": "{{次回営業開始}}"}}
    Acknowledgement.objects.update(texts=texts)
    inbox.calendar = None
    inbox.save(update_fields=["calendar"])

    receive_mail(inbox)

    assert run_acknowledgements() == []
    assert not ToldAddress.objects.exists()


def test_a_mail_without_a_subject_is_told_so():
    inbox = make_answering_inbox(texts={"ja_within": Text("", "件名: {{件名}}")})

    receive_mail(inbox, subject="")
    [sent] = run_acknowledgements()

    assert sent.text == "件名: (件名なし)"


def test_one_that_cannot_be_delivered_brings_nothing_back(in_english):
    inbox = make_answering_inbox()
    conversation, agent = make_conversation(inbox), make_user()
    [sent] = run_acknowledgements()
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENDING)
    change_status([conversation], Status.DONE, user=agent)

    mark_failed(sent, reason="no such user", detail="550")

    conversation.refresh_from_db()
    sent.refresh_from_db()
    assert (sent.state, conversation.status, conversation.has_failed) == (MessageState.FAILED, Status.DONE, False)
    with pytest.raises(Invalid, match="by itself"):
        send_again(sent, user=agent)


@pytest.mark.parametrize(("name", "subject"), [("髙﨑 太郎", "商品について"), ("山田 太郎", "😀 届きました")])
def test_a_desk_of_iso_2022_jp_writes_what_that_lacks_in_utf_8(name, subject, settings, tmp_path):
    inbox = make_answering_inbox(send_charset="iso-2022-jp", texts={"ja_within": Text("", "{{宛名}}\n{{件名}}")})

    receive_mail(inbox, sender=Address("taro@mail.example", name), subject=subject)
    [sent] = run_acknowledgements()
    deliver(sent.pk)

    sent.refresh_from_db()
    letter = outbound(sent)
    assert (sent.state, sent.failure, letter.charset) == (MessageState.SENT, "", "utf-8")
    assert subject in letter.text


def test_a_desk_of_iso_2022_jp_keeps_to_it_where_it_can():
    make_conversation(make_answering_inbox(send_charset="iso-2022-jp"), sender=Address("taro@mail.example", "山田"))

    [sent] = run_acknowledgements()

    assert outbound(sent).charset == "iso-2022-jp"


def test_one_that_fails_is_told_to_administrators_once_until_they_have_read_it():
    inbox, admin, agent = make_answering_inbox(), make_user(role=Role.ADMIN), make_user()
    for number in range(2):
        make_conversation(inbox, sender=Address(f"taro{number}@mail.example", "山田"))
    for sent in run_acknowledgements():
        Message.objects.filter(pk=sent.pk).update(state=MessageState.SENDING)
        mark_failed(sent, reason="no", detail="550")

    while drain():
        pass

    notices = Notification.objects.filter(kind=AUTOMATIC_FAILED)
    assert (notices.filter(user=admin).count(), notices.filter(user=agent).count()) == (1, 0)


def test_it_cannot_be_taken_back_into_a_draft():
    make_conversation(make_answering_inbox())
    [sent] = run_acknowledgements()
    Message.objects.filter(pk=sent.pk).update(state=MessageState.RETRYING)

    with pytest.raises(NotCancellable):
        cancel_reply(sent, user=make_user())
