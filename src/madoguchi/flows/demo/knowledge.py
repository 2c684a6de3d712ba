"""The demo's articles (data/faq.json), what the shop tells only its own people, and how often they were sent."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import MessageKind, MessageState
from madoguchi.conversations.models import Message
from madoguchi.flows.demo.source import document
from madoguchi.knowledge.actions.articles import archive_article, change_article, create_article, publish_article
from madoguchi.knowledge.actions.categories import create_category
from madoguchi.knowledge.choices import Audience
from madoguchi.knowledge.content import Content, content_of
from madoguchi.knowledge.models import Article, Category, Use

_INTERNAL = "社内向け"
#: What customers are not to read: title, keywords, text, note.
_DISCRETION = """## オペレーターの判断でできること

- 送料のご返金(1件1,000円まで)
- お詫びのクーポン(500円分まで)

## SVの承認が必要なこと

1. 社内メモに経緯と金額を書きます。
2. 返信の下書きを作り、「承認を依頼する」を押します。
3. 承認されるまで、お客様に金額を伝えないでください。

**法的な主張がある場合**は、金額にかかわらず責任者に相談してください。"""
_TRACING = """1. 追跡番号で最終の状況を確認します。
2. 営業所に電話し、配達員への確認を依頼します(平日9時~18時)。
3. 回答の期日を「約束した期日」に入れます。
4. 2営業日たっても回答がないときは、再送をSVに相談します。"""
_OLD_BASIS = "2026年10月改定。以前の基準(2,000円まで)は使わないでください。"
_FOR_COLLEAGUES = (
    ("返金・値引きの裁量と承認の基準", ("返金", "値引き", "お詫びクーポン", "承認"), _DISCRETION, _OLD_BASIS),
    ("配送業者への調査依頼の手順", ("追跡", "未着", "配達完了", "調査"), _TRACING, ""),
)
_ENGLISH = Content(
    title="I would like to cancel my order",
    summary="You can cancel it yourself until we begin to prepare the shipment.",
    body=(
        "Orders can be cancelled from My Page until we begin to prepare the shipment.\n\n"
        "1. Open “Order history” on My Page.\n2. Choose “Cancel this order”.\n3. Confirm the cancellation.\n\n"
        "If the order shows “Preparing shipment”, please return the goods after they have arrived."
    ),
    keywords=("cancel", "cancellation"),
    language="en",
)


def create_articles(staff: dict[str, User]) -> None:
    """The articles of the file, published; with those for colleagues, a draft, and one that has been put away."""
    keeper = staff["渡辺"]
    categories: dict[str, Category] = {}
    made = [_article(row, categories, keeper) for row in document("faq")["articles"]]
    for title, words, body, note in _FOR_COLLEAGUES:
        inside = Content(title, body, keywords=words, note=note, audience=Audience.INTERNAL.value)
        kept = create_article(replace(inside, category=_category(_INTERNAL, categories, keeper)), user=keeper)
        publish_article(kept, user=keeper)
    first = categories[document("faq")["articles"][0]["category"]]
    publish_article(create_article(replace(_ENGLISH, category=first), user=keeper), user=keeper)
    gift = Content("ギフトレシートを同封したい", "納品書の代わりに、金額の入らないギフトレシートを同封できます。")
    create_article(replace(gift, keywords=("ギフトレシート",)), user=staff["小林"])
    old = create_article(Content("年末年始の出荷について(2025年)", "12月29日から1月3日は休業します。"), user=keeper)
    archive_article(publish_article(old, user=keeper), user=keeper)
    _change(made[3], keeper)
    _write_uses(made)


def _article(row: dict[str, Any], categories: dict[str, Category], keeper: User) -> Article:
    content = Content(
        title=row["title"],
        body=row["body"],
        keywords=tuple(row["keywords"]),
        colloquial=tuple(row["colloquial"]),
        note=row["internal_note"],
        audience=row["visibility"],
        category=_category(row["category"], categories, keeper),
        review_on=timezone.localdate() + timedelta(days=row["review_due_days"]),
    )
    article = publish_article(create_article(content, user=keeper), user=keeper)
    Article.objects.filter(pk=article.pk).update(
        updated_at=timezone.now() - timedelta(days=row["updated_days_ago"], hours=3)
    )
    return article


def _category(name: str, categories: dict[str, Category], keeper: User) -> Category:
    if name not in categories:
        categories[name] = create_category(name, user=keeper)
    return categories[name]


def _change(article: Article, keeper: User) -> None:
    """An article that was changed: its history shows what."""
    content = content_of(article)
    summary = "出荷から2~4営業日でお届けします。追跡番号でご確認いただけます。"
    change_article(article, replace(content, summary=summary), user=keeper, version=article.version)


def _write_uses(articles: list[Article]) -> None:
    """How often they were sent within the last weeks: some much, most little; every third time as a link."""
    rng = random.Random(27)  # noqa: S311 - a story, no secret
    sent = Message.objects.filter(kind=MessageKind.OUTBOUND, state=MessageState.SENT, user__isnull=False)
    letters = list(sent.order_by("-at").values_list("pk", "conversation", "user", "at")[:120])
    uses = []
    for pk, conversation, user, at in letters:
        article = articles[min(int(rng.expovariate(0.25)), len(articles) - 1)]
        is_link = rng.random() < 1 / 3
        uses.append(
            Use(article=article, message_id=pk, conversation_id=conversation, user_id=user, at=at, sent_at=at,
                is_link=is_link, is_unchanged=is_link)
        )  # fmt: skip
    Use.objects.bulk_create(uses)
    figures = Use.objects.values("article").annotate(
        amount=Count("pk"), links=Count("pk", filter=Q(is_link=True)), last=Max("sent_at")
    )
    for each in figures:
        Article.objects.filter(pk=each["article"]).update(
            used_count=each["amount"], link_count=each["links"], used_at=each["last"]
        )
