"""自動受付メール in the demo: the support 窓口 has it on, and the new inquiries have had theirs."""

from datetime import timedelta

from madoguchi.accounts.models import User
from madoguchi.acknowledgements.actions import acknowledge, change_acknowledgement
from madoguchi.acknowledgements.texts import Text, Wanted
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import MessageKind, Status
from madoguchi.conversations.models import Message

_WITHIN = """{{宛名}}

このたびは{{店名}}へお問い合わせいただき、誠にありがとうございます。
下記のとおり受け付けました。担当者が順に拝見し、メールでお返事いたします。

受付番号: {{受付番号}}
件名: {{件名}}

このメールは自動でお送りしています。お問い合わせに追加がございましたら、このメールにそのままご返信ください。

{{署名}}"""
_OUTSIDE = """{{宛名}}

このたびは{{店名}}へお問い合わせいただき、誠にありがとうございます。
ただいま営業時間外のため、{{次回営業開始|次の営業日}}より順に拝見し、メールでお返事いたします。

受付番号: {{受付番号}}
件名: {{件名}}

このメールは自動でお送りしています。お問い合わせに追加がございましたら、このメールにそのままご返信ください。

{{署名}}"""
_ENGLISH = """{{customer.salutation}}

Thank you for contacting us. We have received your inquiry and will answer by mail.
Number: {{inquiry.number}}

This mail was sent automatically. If you want to add something, simply answer it.

{{signature}}"""
_CLOSED = _ENGLISH.replace(
    "will answer by mail", "will answer by mail after we open on {{opening|our next business day}}"
)
_TEXTS = {
    "ja_within": Text("【自動受付】お問い合わせを受け付けました", _WITHIN),
    "ja_outside": Text("【自動受付】お問い合わせを受け付けました", _OUTSIDE),
    "en_within": Text("We have received your inquiry", _ENGLISH),
    "en_outside": Text("We have received your inquiry", _CLOSED),
}


def acknowledge_inquiries(inbox: Inbox, owner: User) -> None:
    """Switch it on, and tell those whose inquiry of today is still new; the letters leave seconds after theirs came."""
    change_acknowledgement(inbox, Wanted(is_on=True, texts=_TEXTS), user=owner, version=0)
    asked = Message.objects.filter(
        conversation__inbox=inbox, conversation__status=Status.NEW, kind=MessageKind.INBOUND
    ).order_by("pk")
    for received in asked:
        if sent := acknowledge(received.pk):
            Message.objects.filter(pk=sent.pk).update(at=received.at + timedelta(seconds=4))
