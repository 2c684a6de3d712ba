"""Mails of the demo that have been sent: a bulk reply, and one that came back and went to another address."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address, AutoKind, DeliveryReport, InboundMessage
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.locks import take_lock
from madoguchi.conversations.actions.replies import Sending, write_reply
from madoguchi.conversations.actions.resending import readdress
from madoguchi.conversations.choices import MessageState
from madoguchi.conversations.disturbances import latest_event_id
from madoguchi.conversations.letters import Enclosure, Letter
from madoguchi.conversations.models import Conversation, Message, ReplyLock
from madoguchi.conversations.subjects import reply_subject
from madoguchi.files.actions import store_blob
from madoguchi.flows.inbound import receive
from madoguchi.outreach.actions import BulkRetry, BulkSending, retry_bulk_reply, start_bulk_reply, write_next
from madoguchi.outreach.models import BulkReply

_LATE = (
    ("森本 さくら", "sakura.morimoto", "荷物が届きません", "昨日届くはずの荷物がまだ届きません。いつ届きますか。"),
    ("今井 健太", "kenta.imai", "配送状況について", "追跡番号を見ても「輸送中」のまま動きません。確認をお願いします。"),
    ("西村 美咲", "misaki.nishimura", "配達の遅れ", "本日中に受け取れますでしょうか。"),
    ("原田 大輔", "daisuke.harada", "荷物の件", "まだ届いていません。状況を教えてください。"),
)
_STANDSTILL = """{{customer.salutation}}

お問い合わせいただき、ありがとうございます。はるかぜ日用品店でございます。

大雪の影響により、配送会社の一部の地域でお荷物のお届けが遅れております。
お急ぎのところご不便をおかけし、誠に申し訳ございません。
地域ごとの状況を添付のお知らせにまとめました。ご確認いただけますと幸いです。

{{signature}}
"""
_CORRECTED = ("地域ごとの状況を", "11時現在の地域ごとの状況を")
_NOTICE = "配送遅延のお知らせ\n\n北海道・東北: 1〜2日の遅れ\n北陸: 1日の遅れ\nその他の地域: 通常どおり\n"
_ASKED = ("上田 直子", "naoko.ueda", "領収書の再発行", "先日の注文の領収書をもう一度送っていただけますか。")
_RECEIPT = """上田 直子 様

お問い合わせいただき、ありがとうございます。はるかぜ日用品店の小林でございます。

領収書は、マイページの「ご注文履歴」からいつでも再発行いただけます。
ご不明な点がございましたら、このメールへのご返信でお知らせください。
"""


def send_mails(inbox: Inbox, staff: dict[str, User]) -> None:
    """A bulk reply with a corrected letter and one set aside; a mail that did not arrive and was sent once more."""
    _reply_to_all([_ask(inbox, *each) for each in _LATE], staff)
    _send_elsewhere(_ask(inbox, *_ASKED), staff["小林"])


def _ask(inbox: Inbox, name: str, local: str, subject: str, text: str) -> Conversation:
    mail = InboundMessage(
        external_id=f"demo.{local}@mail.example",
        sender=Address(f"{local}@mail.example", name),
        to=(Address(inbox.address),),
        subject=subject,
        text=f"はるかぜ日用品店 御中\n\n{text}\n\n{name}\n",
        fingerprint=f"sent-{local}",
        language="ja",
    )
    message = receive(inbox, mail, at=timezone.now() - timedelta(hours=3))
    assert message is not None
    return Conversation.objects.get(pk=message.conversation_id)


def _reply_to_all(conversations: Sequence[Conversation], staff: dict[str, User]) -> None:
    """The last two are being answered by somebody else; of one the letter is corrected, the other stays set aside."""
    for each in conversations[-2:]:
        take_lock(each, user=staff["小林"])
    locks = ReplyLock.objects.filter(conversation__in=conversations)
    locks.update(expires_at=timezone.now() + timedelta(hours=8))
    notice = store_blob(_NOTICE.encode())
    file = Enclosure(notice.pk, "配送遅延のお知らせ.txt", "text/plain", notice.size_bytes)
    bulk = start_bulk_reply(conversations, _STANDSTILL, user=staff["佐々木"], sending=BulkSending(files=(file,)))
    _write_all(bulk)
    again = conversations[-2]
    locks.filter(conversation=again).delete()
    retry_bulk_reply(bulk, BulkRetry(conversations=frozenset({again.pk}), text=_STANDSTILL.replace(*_CORRECTED)))
    _write_all(bulk)


def _write_all(bulk: BulkReply) -> None:
    while write_next(bulk.pk):
        pass


def _send_elsewhere(conversation: Conversation, author: User) -> None:
    """The customer's first address had a slip in it: 「uedaa」."""
    wrong, right = "naoko.uedaa@mail.example", "naoko.ueda@mail.example"
    first = _reply(conversation, author, wrong)
    Message.objects.filter(pk=first.pk).update(state=MessageState.SENT, sent_at=timezone.now())
    receive(conversation.inbox, _came_back(conversation.inbox, first, wrong))
    first.refresh_from_db()
    readdress(first, {wrong: right}, user=author, is_customers=False)
    _reply(conversation, author, right, resends=first.pk)


def _reply(conversation: Conversation, author: User, address: str, *, resends: int | None = None) -> Message:
    letter = Letter(
        to=(Address(address, conversation.customer.label),),
        subject=reply_subject(conversation.subject, conversation.pk, language="ja"),
        text=_RECEIPT,
    )
    sending = Sending(latest_event_id(conversation), resends=resends)
    return write_reply(conversation, letter, user=author, sending=sending)


def _came_back(inbox: Inbox, sent: Message, address: str) -> InboundMessage:
    return InboundMessage(
        external_id=f"bounce.{sent.external_id}",
        sender=Address("mailer-daemon@mail.example"),
        to=(Address(inbox.address),),
        subject="Undelivered Mail Returned to Sender",
        text=f"<{address}>: 550 5.1.1 User unknown\n",
        fingerprint="sent-bounce",
        auto_kind=AutoKind.BOUNCE,
        reports=(DeliveryReport(address, "5.1.1", "userunknown", is_hard=True, diagnostic="550 5.1.1 User unknown"),),
        reported_id=sent.external_id,
        in_reply_to=sent.external_id,
        references=(sent.external_id,),
        language="en",
    )
