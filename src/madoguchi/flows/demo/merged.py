"""Of the demo: a customer who wrote twice about one matter, merged, so that 統合を取り消す can be tried."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address, InboundMessage
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.restructure import merge_conversations
from madoguchi.conversations.actions.triage import assign, change_tags, set_priority
from madoguchi.conversations.choices import Priority
from madoguchi.conversations.models import Conversation
from madoguchi.flows.inbound import receive

_SENDER = Address("mayumi.okada@mail.example", "岡田 真由美")
_FIRST = """はるかぜ日用品店 御中

昨日届いた土鍋のふたに、ひびが入っていました。
交換していただけますでしょうか。

岡田 真由美
"""
_SECOND = """はるかぜ日用品店 御中

先ほど土鍋の件でお送りした岡田です。写真を送り忘れておりました。
ひびは持ち手の横から縁まで、5センチほどです。今週末に使う予定のため、急いでおります。

岡田 真由美
"""
_NOTE = "同じ土鍋の件で2通いただいていたため、統合しました。在庫は倉庫に確認中です。"


def merge_pair(inbox: Inbox, staff: dict[str, User]) -> None:
    """Two mails of one matter, each filed by somebody else, and one conversation of both."""
    first = _write(inbox, "土鍋のふたのひびについて", _FIRST, timedelta(hours=5))
    second = _write(inbox, "写真を送り忘れました", _SECOND, timedelta(hours=4))
    assign([first], staff["小林"], user=staff["渡辺"])
    set_priority([second], Priority.URGENT, user=staff["佐々木"])
    change_tags([second], add=["写真待ち"], user=staff["佐々木"])
    merge_conversations(first, [second], user=staff["渡辺"])
    add_note(first, _NOTE, user=staff["渡辺"])


def _write(inbox: Inbox, subject: str, text: str, before: timedelta) -> Conversation:
    key = f"merged-{before.seconds}"
    mail = InboundMessage(
        external_id=f"{key}@mail.example",
        sender=_SENDER,
        to=(Address(inbox.address),),
        subject=subject,
        text=text,
        fingerprint=key,
        language="ja",
    )
    message = receive(inbox, mail, at=timezone.now() - before)
    assert message is not None
    return Conversation.objects.get(pk=message.conversation_id)
