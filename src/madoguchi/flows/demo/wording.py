"""The demo's templates (data/templates.json) and phrases, and how often they were sent in its history."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from madoguchi.accounts.models import Team, User
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.letters import Enclosure
from madoguchi.conversations.models import Category, Message
from madoguchi.files.actions import store_blob
from madoguchi.flows.demo.source import document
from madoguchi.wording.actions.favourites import mark_favourite
from madoguchi.wording.actions.templates import change_template, create_template
from madoguchi.wording.choices import Kind, Scope
from madoguchi.wording.content import Content, content_of
from madoguchi.wording.models import Template, Use

_FIELD = re.compile(r"\{\{([a-z_.]{1,60})\}\}")
#: What the file's fields are called here; all others are blanks for the writer, named below.
_KNOWN = {
    "customer.name": "お客様名|お客様",
    "customer.honorific": "敬称",
    "company.name": "会社名",
    "agent.family_name": "担当者の姓",
    "agent.name": "担当者名",
    "order.no": "注文番号",
    "ticket.no": "受付番号",
    "ticket.received_at": "受付日時",
    "ticket.received_date_text": "受付日",
    "ticket.subject": "件名",
    "signature": "署名",
    "promise.date_text": "営業日+2",
}
_BLANKS = {
    "agent.family_name_romaji": "担当者の姓(ローマ字)",
    "auto_close.date_text": "自動で終了する日",
    "business.holiday_text": "休業期間",
    "business.next_open_text": "次の営業日",
    "company.contact_name": "ご担当者名",
    "complaint.action_text": "対応内容",
    "complaint.cause_text": "原因",
    "complaint.prevention_text": "再発防止策",
    "complaint.summary": "ご指摘の内容",
    "coupon.condition_text": "クーポンの条件",
    "customer.points": "ポイント数",
    "customer.points_expire_text": "ポイントの有効期限",
    "delay.reason": "遅延の理由",
    "exchange.deadline_text": "交換の期限",
    "exchange.item_text": "交換する商品",
    "help_center.url": "ヘルプセンターのURL",
    "incident.own_data_text": "含まれていた情報",
    "order.amount_text": "ご注文金額",
    "order.payment_method": "お支払い方法",
    "privacy.due_text": "回答の期日",
    "privacy.fee_text": "手数料",
    "privacy.form_url": "請求フォームのURL",
    "privacy_officer.family_name": "個人情報の責任者の姓",
    "product.name": "商品名",
    "product.restock_text": "再入荷の時期",
    "product.url": "商品ページのURL",
    "quote.amount_text": "お見積り金額",
    "quote.expires_text": "お見積りの有効期限",
    "quote.items_text": "品名・数量",
    "quote.lead_time_text": "納期",
    "quote.no": "見積番号",
    "quote.payment_terms": "お支払い条件",
    "receipt.addressee": "領収書の宛名",
    "receipt.description": "領収書の但し書き",
    "receipt.expires_text": "ダウンロードの期限",
    "receipt.url": "領収書のURL",
    "refund.amount_text": "返金額",
    "refund.date_text": "返金の予定日",
    "refund.method": "返金方法",
    "replacement.eta_text": "交換品のお届け予定",
    "replacement.items_text": "交換品",
    "replacement.ship_date_text": "交換品の発送日",
    "retrieval.method_text": "回収の方法",
    "shipment.eta_text": "お届け予定日",
    "shipment.eta_text_en": "New delivery date and time",
    "shipment.status_text": "配送状況",
    "shipment.tracking_no": "送り状番号",
    "shipment.tracking_url": "配送状況のURL",
    "shipping.address_masked": "お届け先",
    "shipping.postal_code": "お届け先の郵便番号",
    "shop.return_address": "返送先",
    "sla.first_response_text": "回答までの期間",
    "subscription.change_text": "変更内容",
    "subscription.count": "継続回数",
    "subscription.last_delivery_text": "最終のお届け",
    "subscription.next_delivery_text": "次回のお届け",
    "subscription.plan": "定期便のコース",
    "subscription.remaining_charge_text": "残りのご請求",
    "supervisor.family_name": "責任者の姓",
    "ticket.body_quote": "お問い合わせ内容",
    "voc.answer_text": "ご質問への回答",
    "voc.plan_text": "今後の予定",
    "voc.question": "ご質問",
    "voc.summary": "ご意見の要旨",
}
#: Name, abbreviation, text, further words.
_PHRASES = (
    ("お待たせのお詫び", "おま", "お待たせしてしまい、申し訳ございません。", "お詫び 遅れ"),
    ("お礼(ご連絡)", "おれ", "ご連絡いただき、ありがとうございます。", "感謝"),
    ("写真のお願い", "しゃ", "状態のわかるお写真を2〜3枚、このメールへのご返信に添えてお送りください。", "画像 破損"),
    ("注文番号のお願い", "ちゅう", "お手数ですが、ご注文番号(HK-から始まる番号)をお知らせください。", "番号 確認"),
    ("期日の約束", "きじ", "{{営業日+1}}17時までに、改めてご連絡いたします。", "折り返し 約束"),
    ("確認中", "かく", "ただいま担当部署に確認しております。", "調査"),
    ("結び", "むす", "ご不明な点がございましたら、このメールへご返信ください。", "締め"),
    ("よろしく", "よろ", "今後とも、はるかぜ日用品店をよろしくお願いいたします。", "締め 結び"),
    ("営業時間", "えい", "営業時間は平日10:00〜17:00です(土日祝日・年末年始は休業)。", "受付時間"),
    ("送料のご案内", "そう", "送料は全国一律660円(税込)です。8,000円(税込)以上のご注文は無料です。", "料金"),
)  # fmt: skip
#: Half sentences for phone memos, and what they are found by.
_PHONE_PHRASES = (
    "折り返しを希望", "ご自宅あて", "携帯あて", "〜とのこと", "担当者不在のため伝言", "確認のうえ、ご連絡すると案内",
    "ご了承いただいた", "お急ぎのご様子", "注文番号は不明", "けがなし、使用中止を依頼", "大きめの声で、ゆっくり",
)  # fmt: skip
#: Which template an answer of the history was written with, by what it says; by its matter where nothing here stands.
_BY_ANSWER = (
    ("キャンセルを承りました", "T08"),
    ("すでに出荷準備に入って", "T09"),
    ("中継センターを出ており", "T05"),
    ("お待たせしており", "T06"),
)
_OTHER = ("T04", "T03")
#: Nothing to begin an answer with: the end of a case, and the notice before one ends by itself.
_ON_DECISION = frozenset(("T24", "T28"))
#: The share of answers that were written with a template, and of these the share sent as it was.
_SHARE, _UNCHANGED = 0.62, 0.34


def create_templates(staff: dict[str, User]) -> dict[str, Template]:
    """The thirty templates by the id of the file, shared by all; and phrases, of everybody, of a team and of one."""
    keeper, rng = staff["渡辺"], random.Random(30)  # noqa: S311 - a story, no secret
    made: dict[str, Template] = {}
    today = timezone.localdate()
    for row in document("templates")["templates"]:
        review_on = today + timedelta(days=rng.randrange(-30, 300))
        made[row["id"]] = create_template(Content(**_content(row), review_on=review_on), user=keeper)
    for number, (name, abbreviation, text, keywords) in enumerate(_PHRASES):
        shared: dict[str, Any] = {"name": name, "abbreviation": abbreviation, "body": text, "keywords": keywords}
        scope = Scope.TEAM if number == len(_PHRASES) - 1 else Scope.ALL
        team = Team.objects.get(name="サポートチーム") if scope == Scope.TEAM else None
        create_template(
            Content(**shared, folder="定型句", kind=Kind.PHRASE.value, scope=scope.value, team=team), user=keeper
        )
    for text in _PHONE_PHRASES:
        phone = Content(name=text, body=text, folder="電話メモ", kind=Kind.PHRASE.value, scope=Scope.ALL.value)
        create_template(phone, user=keeper)
    _change(made["T13"], keeper)
    own = (
        "{{宛名}}\n\n{{挨拶}}\n担当の{{担当者の姓}}でございます。\n\n{{?用件}}\n\n{{営業日+1}}までにご連絡いたします。"
    )
    create_template(Content(name="いつもの書き出し", body=own, abbreviation="いつ"), user=staff["小林"])
    for key in ("T03", "T05", "T10"):
        mark_favourite(made[key], user=staff["小林"], is_on=True)
    return made


def _change(template: Template, keeper: User) -> None:
    """A template that was changed twice, and brings a file: its history shows what changed."""
    content = content_of(template)
    once = replace(content, body=content.body.replace("8日以内", "1週間以内"))
    changed = change_template(template, once, user=keeper, version=template.version)
    again = f"{content.body}\n\n※ 返品の手順は、添付の「返品のご案内」をご覧ください。"
    sheet = Enclosure(store_blob(_RETURNS.encode()).pk, "返品のご案内.txt", "text/plain", len(_RETURNS.encode()))
    change_template(changed, replace(content, body=again), user=keeper, version=changed.version, added=[sheet])


_RETURNS = """返品のご案内

1. 商品は未使用のまま、お届けしたときの箱に入れてください。
2. 納品書の裏に、返品の理由をお書きください。
3. 到着後8日以内に、送料元払いでお送りください。

はるかぜ日用品店
"""


def _content(row: dict[str, Any]) -> dict[str, Any]:
    note = "\n".join(filter(None, (row["when"], row["caution"] and f"注意:{row['caution']}")))
    return {
        "name": row["name"],
        "subject": _translated(row["subject"]),
        "body": _translated(row["body"]),
        "folder": row["category"],
        "note": note,
        "language": row["language"],
        "is_suggested": row["category"] != "自動返信" and row["id"] not in _ON_DECISION,
        "scope": Scope.ALL.value,
        "keywords": "承認が必要" if row["approval_required"] else "",
    }


def _translated(text: str) -> str:
    """The fields of the file in the names of the product."""
    return _FIELD.sub(lambda match: "{{" + (_KNOWN.get(match[1]) or f"?{_BLANKS[match[1]]}") + "}}", text)


def write_uses(templates: dict[str, Template], categories: dict[tuple[str, str], Category]) -> None:
    """Say of the answers of the history which template they were written with."""
    rng = random.Random(31)  # noqa: S311 - a story, no secret
    answers = Message.objects.filter(kind=MessageKind.OUTBOUND, state=MessageState.SENT, user__isnull=False)
    by_category = dict(_answering(categories))
    uses = []
    for pk, conversation, category, user, at, text in answers.order_by("pk").values_list(
        "pk", "conversation", "conversation__category", "user", "at", "text"
    ):
        said = next((key for words, key in _BY_ANSWER if words in text), "")
        key = said or by_category.get(category or 0) or (rng.choice(_OTHER) if rng.random() < _SHARE else "")
        if key and rng.random() < _SHARE:
            use = Use(template=templates[key], user_id=user, conversation_id=conversation, message_id=pk, at=at)
            use.sent_at, use.is_unchanged = at, rng.random() < _UNCHANGED
            uses.append(use)
    Use.objects.bulk_create(uses, batch_size=1000)
    figures = Use.objects.values("template").annotate(amount=Count("pk"), last=Max("sent_at"))
    for row in figures:
        Template.objects.filter(pk=row["template"]).update(used_count=row["amount"], used_at=row["last"])


def _answering(categories: dict[tuple[str, str], Category]) -> Iterator[tuple[int, str]]:
    """Categories by number, with the template that answers what is filed there."""
    for inquiry in reversed(document("inquiries")["inquiries"]):  # the first one named stays
        expected = inquiry["expected"]
        if keys := expected["templates"]:
            yield categories[expected["category"], expected["subcategory"]].pk, keys[0]
