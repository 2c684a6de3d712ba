"""Strangers' values as what they mean: amounts, times, states, whole orders in JSON. Pure, bounded, in full width too.

What cannot be read is `Unreadable` with a sentence that names the field; nothing is guessed and nothing cut silently
that a customer would miss.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.choices import MAX_ITEMS, MAX_NUMBER, MAX_SHIPMENTS, OrderState
from madoguchi.commerce.contract import Buyer, FoundItem, FoundOrder, FoundShipment
from madoguchi.commerce.numbers import number_key
from madoguchi.core.errors import Invalid
from madoguchi.core.storable import is_storable_text

#: What shops call their states, folded; the shop's own word is kept beside ours.
_STATES: dict[OrderState, tuple[str, ...]] = {
    OrderState.CANCELLED: ("キャンセル", "取消", "cancel", "void"),
    OrderState.RETURNED: ("返品", "返金済", "returned", "refunded"),
    OrderState.DELIVERED: ("お届け済", "配達完了", "配達済", "到着", "受取済", "delivered"),
    OrderState.PREPARING: (
        "準備", "引当", "印刷", "入金", "確認", "取寄", "保留", "予約", "発売日待", "preparing", "processing",
        "in_progress", "pending", "on_hold",
    ),
    OrderState.SHIPPED: ("出荷済", "発送済", "出荷完了", "発送完了", "配送中", "出荷確定済", "shipped", "fulfilled"),
    OrderState.NEW: ("新規", "受付", "注文", "未処理", "new", "open", "received", "unfulfilled"),
}  # fmt: skip
#: What only looks like one of them.
_NOT_YET = ("unfulfilled", "未出荷", "未発送")
#: What says neither that it can be stopped nor that it cannot.
_NEITHER = ("partially", "一部", "キャンセル不可", "キャンセル待", "キャンセル依頼")
_AMOUNT = re.compile(r"[+-]?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,6})?")
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]{0,3}"
    r"(\d{1,2})[:時](\d{1,2})(?:[:分](\d{1,2})(?:\.\d{1,9})?)?[秒分]?)? ?(Z|[+-]\d{2}:?\d{2})?"
)
_CURRENCY = re.compile(r"[A-Z]{3}")


class Unreadable(Invalid):
    """A value says nothing that it could mean; `field` names it."""

    code = "unreadable"


def text_of(value: object, limit: int, *, field: str = "", is_cut: bool = True) -> str:
    """One line of text; longer ones are cut where that loses nothing of use."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float | Decimal):
        raise Unreadable(_("%(field)s must be a text.") % {"field": field}, field=field)
    text = " ".join(str(value).replace("\x00", "").split())
    if not is_storable_text(text):
        raise Unreadable(_("%(field)s holds characters that cannot be stored.") % {"field": field}, field=field)
    if len(text) > limit and not is_cut:
        raise Unreadable(
            _("%(field)s is longer than %(limit)s characters.") % {"field": field, "limit": limit}, field=field
        )
    return text[:limit]


def amount_of(value: object, *, field: str = "") -> Decimal | None:
    """12,800円, ￥１２，８００ or 128.5 as a number; None for nothing."""
    text = unicodedata.normalize("NFKC", text_of(value, 40, field=field)).replace(" ", "")
    text = text.removesuffix("円").removesuffix("JPY").removeprefix("¥").removeprefix("JPY")
    if not text or text == "-":
        return None
    if not _AMOUNT.fullmatch(text):
        raise Unreadable(_("“%(value)s” is no amount. Write it as 12800.") % {"value": text}, field=field)
    try:
        return Decimal(text.replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise Unreadable(_("“%(value)s” is no amount. Write it as 12800.") % {"value": text}, field=field) from error


def count_of(value: object, *, field: str = "") -> int:
    """How many; from 0 to 100,000."""
    found = amount_of(value, field=field)
    if found is None:
        return 1
    if found != int(found) or not 0 <= found <= 100_000:
        raise Unreadable(_("“%(value)s” is no number of pieces.") % {"value": text_of(value, 40)}, field=field)
    return int(found)


def stock_of(value: object, *, field: str = "") -> int | None:
    """How many are left; below zero where more was sold than there is, None when nothing is said."""
    found = amount_of(value, field=field)
    return None if found is None else max(-1_000_000, min(int(found), 1_000_000))


def moment_of(value: object, *, field: str = "") -> datetime | None:
    """2026/3/1 12:30, 2026年3月1日 or ISO 8601 as a moment; without a zone it is the desk's. None for nothing."""
    text = unicodedata.normalize("NFKC", text_of(value, 60, field=field))
    if not text or text.startswith("0000"):
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise _no_date(text, field)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        zone = found[7]
        if zone is None:
            moment = timezone.make_aware(moment.replace(tzinfo=None))
        elif zone != "Z":
            moment = datetime.fromisoformat(f"{moment.replace(tzinfo=None).isoformat()}{zone}")
    except (ValueError, OverflowError) as error:
        raise _no_date(text, field) from error
    if not 1990 <= year <= 2100:
        raise _no_date(text, field)
    return moment


def _no_date(text: str, field: str) -> Unreadable:
    return Unreadable(
        _("“%(value)s” is no date. Write it as 2026-03-01 or 2026-03-01 12:30.") % {"value": text}, field=field
    )


def state_of(words: str) -> OrderState:
    """What a shop's word for a state means; UNKNOWN rather than a guess."""
    folded = unicodedata.normalize("NFKC", words).lower().replace(" ", "_")
    if folded in OrderState.values:
        return OrderState(folded)
    if any(each in folded for each in _NEITHER):
        return OrderState.UNKNOWN
    if any(each in folded for each in _NOT_YET):
        return OrderState.PREPARING
    for state, names in _STATES.items():
        if any(name in folded for name in names):
            return state
    return OrderState.UNKNOWN


def number_of(value: object, *, field: str = "number") -> str:
    """An order number as it is shown."""
    number = text_of(value, MAX_NUMBER, field=field, is_cut=False)
    if not number_key(number):
        raise Unreadable(_("Each order needs its number."), field=field)
    return number


def url_of(value: object) -> str:
    """An address that a browser may be led to; nothing for anything else."""
    text = text_of(value, 500)
    return text if text.startswith(("https://", "http://")) else ""


def order_of(told: object) -> FoundOrder:
    """One order in our own JSON, as the API, the webhook and the general HTTP source take it. Raises Unreadable."""
    if not isinstance(told, Mapping):
        raise Unreadable(_("An order must be an object with fields."), field="order")
    words = text_of(told.get("state_words"), 60)
    state = text_of(told.get("state"), 60)
    buyer = _mapping(told, "buyer")
    currency = (text_of(told.get("currency"), 3) or "JPY").upper()
    if not _CURRENCY.fullmatch(currency):
        raise Unreadable(_("A currency has three letters: JPY, USD."), field="currency")
    return FoundOrder(
        number=number_of(told.get("number")),
        state=state_of(state or words),
        state_words=words or ("" if state in OrderState.values else state),
        ordered_at=moment_of(told.get("ordered_at"), field="ordered_at"),
        total=amount_of(told.get("total"), field="total"),
        currency=currency,
        payment=text_of(told.get("payment"), 60),
        channel=text_of(told.get("channel"), 60),
        note=text_of(told.get("note"), 2000),
        external_id=text_of(told.get("external_id"), 100, field="external_id", is_cut=False),
        buyer=Buyer(
            name=text_of(buyer.get("name"), 200),
            mail=text_of(buyer.get("mail") or buyer.get("email"), 320, field="buyer.mail", is_cut=False),
            phone=text_of(buyer.get("phone"), 60),
            number=text_of(buyer.get("number"), 60, field="buyer.number", is_cut=False),
        ),
        postal_code=text_of(told.get("postal_code"), 16),
        address=text_of(told.get("street") or told.get("address"), 600),
        items=tuple(_several(told, "items", _item, MAX_ITEMS)),
        shipments=tuple(_several(told, "shipments", _shipment, MAX_SHIPMENTS)),
        changed_at=moment_of(told.get("changed_at"), field="changed_at"),
    )


def _mapping(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = told.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unreadable(_("%(field)s must be an object with fields.") % {"field": name}, field=name)
    return value


def _several[T](told: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], str], T], most: int) -> list[T]:
    rows = told.get(name)
    if rows is None:
        return []
    if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
        raise Unreadable(_("%(field)s must be a list.") % {"field": name}, field=name)
    if len(rows) > most:
        raise Unreadable(_("%(field)s has more than %(most)s lines.") % {"field": name, "most": most}, field=name)
    if not all(isinstance(row, Mapping) for row in rows):
        raise Unreadable(_("%(field)s must be a list of objects.") % {"field": name}, field=name)
    return [read(row, f"{name}.{place}") for place, row in enumerate(rows)]


def _item(row: Mapping[str, Any], at: str) -> FoundItem:
    return FoundItem(
        name=text_of(row.get("name"), 300, field=f"{at}.name") or text_of(row.get("sku"), 100) or "–",
        quantity=count_of(row.get("quantity"), field=f"{at}.quantity"),
        sku=text_of(row.get("sku"), 100),
        unit_price=amount_of(row.get("unit_price"), field=f"{at}.unit_price"),
        stock=stock_of(row.get("stock"), field=f"{at}.stock"),
    )


def _shipment(row: Mapping[str, Any], at: str) -> FoundShipment:
    return FoundShipment(
        carrier=text_of(row.get("carrier"), 60),
        tracking_number=text_of(row.get("tracking_number"), 60),
        tracking_url=url_of(row.get("tracking_url")),
        state_words=text_of(row.get("state_words"), 60),
        shipped_at=moment_of(row.get("shipped_at"), field=f"{at}.shipped_at"),
        delivered_at=moment_of(row.get("delivered_at"), field=f"{at}.delivered_at"),
    )
