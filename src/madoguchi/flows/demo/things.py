"""Of the demo: a request to a supplier with its answer, a linked pair, a checklist in use, a talk script."""

from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address, InboundMessage
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.guests import Shared
from madoguchi.conversations.actions.links import link_conversations
from madoguchi.conversations.guests import PLACE
from madoguchi.conversations.linking import Relation
from madoguchi.conversations.models import Category, Conversation
from madoguchi.conversations.subjects import reply_subject
from madoguchi.flows.inbound import receive
from madoguchi.guides.actions.checklists import put_on, tick
from madoguchi.guides.actions.scripts import ScriptDraft, keep_script
from madoguchi.guides.actions.templates import ChecklistDraft, keep_template

_ASKED_GUEST = "Q003"
_ASKED, _LINKED, _CHECKED = "Q005", ("Q002", "Q037"), "Q008"
_RETURNS = ("返品・交換・返金", "サイズ交換")
_SUPPLIER = Address("ito@ito-touki.example", "伊藤製陶所 伊藤")
_QUESTION = """伊藤製陶所 伊藤 様

お世話になっております。はるかぜ日用品店の渡辺でございます。

電気ケトル「コトコト」について、同じ症状のご報告がほかにもあったか、
ご確認のうえ、ご回答をお願いいたします。
"""
_CARRIER = Address("haisou@kita-unyu.example", "北運輸 配送センター")
_GUEST_QUESTION = f"""北運輸 配送センター ご担当者 様

お世話になっております。はるかぜ日用品店の小林でございます。

下記のお客様より、商品が届かないとのお問い合わせをいただきました。
現在の配送状況をご確認のうえ、こちらのページよりご回答をお願いいたします(アカウントは不要です)。

{PLACE}
"""
_ANSWER = """はるかぜ日用品店 渡辺 様

お世話になっております。伊藤です。
お問い合わせの症状は、今月ほかに1件ございました。製造番号を控えていただけますと調査を進められます。
着払いでこちらにお送りください。

> 同じ症状のご報告がほかにもあったか、
"""
_CHECKLIST = (
    "ご注文番号とお名前を確認した",
    "商品の状態(未使用・開封済み・破損)を伺った",
    "到着後8日以内か確認した",
    "送料の負担をご案内した",
    "返送先と方法をご案内した",
)
_SCRIPT = """# 商品の状態を伺う
ご注文番号を確認し、商品の状態を伺います。
+ 恐れ入りますが、ご注文番号と商品の状態をお聞かせいただけますでしょうか。
> 届いたときから不良・破損があった -> 不良・破損
> サイズや色が合わない -> お客様のご都合
> 返品はやめたい

# 不良・破損
お詫びし、写真をお願いします。送料は当店が負担します。
+ ご不便をおかけし、誠に申し訳ございません。お手数ですが、お写真をお送りいただけますでしょうか。
? けがをされていないか、必ず先に伺うこと。
> けがはない -> 交換か返金か
> けがをされた -> 責任者に引き継ぐ

# お客様のご都合
到着後8日以内・未使用に限り承ります。返送料はお客様のご負担です。
? 8日を過ぎている場合は、独断で断らずSVに相談すること。
> 8日以内で未使用 -> 交換か返金か
> 8日を過ぎている -> 責任者に引き継ぐ

# 交換か返金か
ご希望を伺い、お手続きをご案内します。
! 分類 = 返品・交換・返金 › サイズ交換
+ 交換とご返金のどちらをご希望でしょうか。
> 交換をご希望
> 返金をご希望
> もう一度状態を確認したい -> 商品の状態を伺う

# 責任者に引き継ぐ
お名前とお電話番号を伺い、折り返しの時刻をお約束します。
+ 責任者より、本日中に折り返しご連絡いたします。
"""


def stage_things(
    conversations: dict[str, Conversation], staff: dict[str, User], categories: dict[tuple[str, str], Category]
) -> None:
    """Put these onto some of today's conversations."""
    _ask(conversations[_ASKED], staff["渡辺"])
    _ask_guest(conversations[_ASKED_GUEST], staff["小林"])
    one, other = (conversations[key] for key in _LINKED)
    link_conversations(one, other, Relation.RELATED, user=staff["渡辺"])
    returns = categories.get(_RETURNS)
    owner, agent = staff["桜井"], staff["小林"]
    template = keep_template(None, ChecklistDraft("返品・交換の受付", _CHECKLIST, returns), user=owner)
    checklist = put_on(conversations[_CHECKED], template, user=agent)
    for item in checklist.items.all()[:2]:
        tick(item, is_done=True, user=agent)
    keep_script(None, ScriptDraft("返品のご案内", _SCRIPT, returns), user=owner)


def _ask_guest(parent: Conversation, asker: User) -> None:
    """Of somebody without an account, who answers on a page of their own and has not yet."""
    shown = Shared(messages=tuple(parent.messages.order_by("at", "pk")[:1]))
    wanted = timezone.localdate() + timedelta(days=1)
    question = Question(_CARRIER, "【確認のお願い】配送状況について", _GUEST_QUESTION, wanted_on=wanted, page=shown)
    ask_aside(parent, question, user=asker)


def _ask(parent: Conversation, asker: User) -> None:
    question = Question(_SUPPLIER, "【確認のお願い】電気ケトル「コトコト」の症状", _QUESTION)
    asked = ask_aside(parent, question, user=asker)
    receive(
        parent.inbox,
        InboundMessage(
            external_id="answer-kotokoto@ito-touki.example",
            sender=_SUPPLIER,
            to=(Address(parent.inbox.address),),
            subject=reply_subject(asked.subject, asked.conversation_id, language="ja"),
            text=_ANSWER,
            fingerprint="answer-kotokoto",
            in_reply_to=asked.external_id,
            language="ja",
        ),
    )
