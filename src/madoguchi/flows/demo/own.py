"""What the demo's administrators have made their own: statuses, folders, custom fields and what stands in them."""

import re
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.actions.field_keeping import Definition, change_field, create_field
from madoguchi.conversations.actions.fields import set_fields
from madoguchi.conversations.actions.folders import create_folder, move_to_folder
from madoguchi.conversations.actions.own_statuses import StatusDefinition, create_status
from madoguchi.conversations.actions.triage import change_status
from madoguchi.conversations.actions.views import save_view
from madoguchi.conversations.choices import MessageKind, Status, Tone
from madoguchi.conversations.field_store import new_rows
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import Category, Conversation, CustomField, FieldValue, Message
from madoguchi.core.conditions import Condition
from madoguchi.core.fields.kinds import FieldKind, Option

_ORDER = re.compile(r"HK-[0-9]{5,6}")
_PRODUCTS = ("土鍋", "湯のみ", "箸", "バスタオル", "エプロン", "弁当箱", "風呂敷", "ほうき")
_WISHES = ("返金", "交換", "修理", "部品の送付", "返答のみ")
_WAYS = (("カード会社経由", "返金"), ("銀行口座へ", "返金"), ("同じ品", "交換"), ("色・サイズ違い", "交換"))


_STATUSES = (
    ("返品待ち", "Waiting for the parcel", Status.WAIT, Tone.WAIT, "truck"),
    ("倉庫確認中", "Warehouse checks", Status.INTERNAL, Tone.INTERNAL, "box"),
    ("返金手続き中", "Refund under way", Status.OPEN, Tone.OPEN, "refresh"),
)
_FOLDERS = (("返品・交換", ("破損", "色違い・サイズ違い")), ("配送", ("遅延",)), ("お礼・ご意見", ()))


def create_own_statuses(owner: User) -> None:
    """The statuses of the shop, and some conversations that have them."""
    for position, (name, english, state, tone, icon) in enumerate(_STATUSES, start=1):
        definition = StatusDefinition(name, state, english, tone, icon, position=position)
        own = create_status(definition, user=owner)
        wanted = Conversation.objects.filter(status=state, category__parent__name__contains="返品")
        some = list(wanted.order_by("-last_message_at")[:2]) or list(Conversation.objects.filter(status=state)[:2])
        change_status(some, state, user=owner, own=own)


def create_folders(inbox: Inbox, owner: User) -> None:
    """A small tree as Mail Dealer's users know it, with what belongs there."""
    for main, subs in _FOLDERS:
        folder = create_folder(inbox, main, user=owner)
        word = main.partition("・")[0]
        for position, sub in enumerate(subs):
            below = create_folder(inbox, sub, user=owner, parent=folder)
            rows = Conversation.objects.filter(inbox=inbox, is_open=True, category__parent__name__contains=word)
            move_to_folder(list(rows.order_by("-pk")[position * 3 : position * 3 + 3]), below, user=owner)


def create_fields(owner: User, categories: dict[tuple[str, str], Category]) -> dict[str, CustomField]:
    """The fields of the shop, by name."""
    returns = sorted({row.pk for (main, sub), row in categories.items() if "返品" in main and not sub})
    order = _create(owner, 1, "注文番号", FieldKind.TEXT, help_text="HK-で始まる番号")
    product = _create(owner, 2, "商品", FieldKind.MULTI, options=_options(_PRODUCTS))
    happened = _create(owner, 3, "発生日", FieldKind.DATE, help_text="お客様が気づかれた日")
    wish = _create(
        owner, 4, "希望対応", FieldKind.CHOICE, section="返品・交換", options=_options(_WISHES), categories=returns
    )
    way = _create(
        owner,
        5,
        "対応方法",
        FieldKind.CHOICE,
        section="返品・交換",
        options=_options(name for name, _wish in _WAYS),
        categories=returns,
        depends_on=wish.pk,
    )
    numbers = {option.name: option.id for option in wish.all_options}
    tied = [
        Option(each.id, each.name, (numbers[wanted],))
        for each, (_name, wanted) in zip(way.all_options, _WAYS, strict=True)
    ]
    definition = Definition(
        "対応方法", FieldKind.CHOICE, "", "返品・交換", 5, categories=returns, depends_on=wish.pk, options=tied
    )
    way = change_field(way, definition, user=owner)
    refund = _create(owner, 6, "返金額", FieldKind.NUMBER, section="返品・交換", categories=returns)
    stock = _create(owner, 7, "在庫確認済み", FieldKind.CHECK, section="返品・交換", categories=returns)
    return {field.name: field for field in (order, product, happened, wish, way, refund, stock)}


def _create(owner: User, position: int, name: str, kind: str, **values: object) -> CustomField:
    return create_field(Definition(name, kind, position=position, **values), user=owner)  # type: ignore[arg-type]


def _options(names: Iterator[str] | tuple[str, ...]) -> list[Option]:
    return [Option(0, name) for name in names]


def fill_fields(fields: dict[str, CustomField], owner: User) -> None:
    """Order numbers and products as the customers named them, and the wishes of those who send something back."""
    received = Message.objects.filter(kind=MessageKind.INBOUND).order_by("conversation_id", "pk")
    texts = dict(received.values_list("conversation_id", "text").iterator())
    rows: list[FieldValue] = []
    names = {option.name: option.id for option in fields["商品"].all_options}
    for number, text in texts.items():
        if found := _ORDER.search(text):
            rows += new_rows(number, fields["注文番号"], found[0])
        rows += new_rows(number, fields["商品"], [pk for name, pk in names.items() if name in text] or None)
    FieldValue.objects.bulk_create(rows, batch_size=2000)
    _wish(fields, owner)


def _wish(fields: dict[str, CustomField], owner: User) -> None:
    """Of the newest returns that are not done, what the customer wishes."""
    returns = Conversation.objects.filter(category__parent__in=fields["希望対応"].categories, is_open=True)
    today = timezone.localdate()
    for position, conversation in enumerate(returns.order_by("-last_message_at")[:12]):
        wish = _WISHES[position % 3]
        values: dict[int, object] = {
            fields["希望対応"].pk: wish,
            fields["発生日"].pk: (today - timedelta(days=2 + position)).isoformat(),
        }
        if wish == "返金":
            values |= {fields["対応方法"].pk: "カード会社経由", fields["返金額"].pk: str(3_980 + 1_250 * position)}
        set_fields([conversation], values, user=owner)


def create_table_view(fields: dict[str, CustomField], owner: User) -> None:
    """A view with conditions and columns: returns that are not done, with what the customers wish."""
    wish, order, refund = fields["希望対応"], fields["注文番号"], fields["返金額"]
    own = tuple(f"field-{field.pk}" for field in (order, wish, refund))
    chosen = Filter(
        all_of=(Condition(f"field-{wish.pk}", "filled"),),
        columns=("number", "customer", "subject", "status", "assignee", *own, "due"),
        sort=f"-field-{refund.pk}",
    )
    save_view("返品・交換の一覧", chosen, user=owner, is_shared=True, icon="list")
