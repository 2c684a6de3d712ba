"""NEXT ENGINE's API as published at developer.next-engine.com (read 2026-11-23).

Every call is a POST of a form with `access_token` and `refresh_token`. An access token lives a day, a refresh token
three; answers may carry new ones, which replace ours at once (`renewed`). `result` is success, error or redirect; the
last means that both have died and somebody has to sign in again. Conditions are `<field>-<operator>`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.asking import ask, read_json
from madoguchi.commerce.choices import OrderState
from madoguchi.commerce.contract import (
    Abilities,
    Buyer,
    Changes,
    FoundItem,
    FoundOrder,
    FoundShipment,
    Source,
    SourceDown,
    SourceLies,
    SourceRefused,
)
from madoguchi.commerce.numbers import number_key
from madoguchi.commerce.reading import (
    Unreadable,
    amount_of,
    count_of,
    moment_of,
    number_of,
    state_of,
    stock_of,
    text_of,
)
from madoguchi.core.telling import telling as _told

_ORDER = "receive_order_"
_FIELDS = (
    "id", "shop_id", "shop_cut_form_id", "date", "cancel_type_id", "cancel_type_name", "order_status_id",
    "order_status_name", "delivery_name", "payment_method_name", "total_amount", "note", "send_date",
    "delivery_cut_form_id", "customer_id", "purchaser_name", "purchaser_zip_code", "purchaser_address1",
    "purchaser_address2", "purchaser_tel", "purchaser_mail_address", "last_modified_date",
)  # fmt: skip
_ROW = "receive_order_row_"
_ROW_FIELDS = ("receive_order_id", "no", "goods_id", "goods_name", "quantity", "unit_price", "cancel_flag")
_STOCK_FIELDS = "stock_goods_id,stock_free_quantity"
#: 受注状態区分: 50 is 出荷確定済(完了).
_SHIPPED_STATUS = "50"
_VALID = "0"
#: 受注キャンセル区分 that are returns.
_RETURNED = frozenset({"6", "8", "14", "15", "16", "17"})
_PAGE = 100
#: Asked for again, so that what was written at the same second is not missed.
_OVERLAP = timedelta(minutes=2)
_FIRST = timedelta(days=30)
#: メイン機能過負荷.
_BUSY_CODES = ("003002", "003004")


class NextEngineForm(forms.Form):
    """The tokens that an app of one's own was given."""

    access_token = forms.CharField(
        label=_("access_token"),
        max_length=500,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )
    refresh_token = forms.CharField(
        label=_("refresh_token"),
        max_length=500,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("Both are given by api_neauth to your app. From then on they are renewed by themselves."),
    )
    shop_id = forms.IntegerField(
        label=_("Shop number in NEXT ENGINE"),
        required=False,
        min_value=1,
        max_value=999_999,
        help_text=_("Only orders of this shop are read. Empty: all shops."),
    )


class NextEngineSource(Source):
    """NEXT ENGINE."""

    kind = "nextengine"
    label = _("NEXT ENGINE")
    abilities = Abilities(looks_up=True, lists_changes=True, tells_stock=True)
    settings_form = NextEngineForm
    secret_fields: ClassVar[tuple[str, ...]] = ("access_token", "refresh_token")
    api: ClassVar[str] = "https://api.next-engine.org"

    def look_up(self, number: str) -> FoundOrder | None:
        """By the number that the customer knows (受注番号), not the one of the slip (伝票番号)."""
        found = self._orders({f"{_ORDER}shop_cut_form_id-eq": number}, limit=20)
        key = number_key(number)
        wanted = [row for row in found if number_key(text_of(row.get(f"{_ORDER}shop_cut_form_id"), 60)) == key]
        # Slips that were joined or copied have the number, too: the one that counts is valid, else the newest.
        wanted.sort(key=lambda row: (text_of(row.get(f"{_ORDER}cancel_type_id"), 10) != _VALID, -_id_of(row)))
        if not wanted:
            return None
        lines = self._lines(wanted[:1])
        return _read(wanted[0], lines, self._stocks(lines))

    def changes(self, cursor: str) -> Changes:
        """What was modified since, the oldest first; the cursor is its moment, with a place while there are pages."""
        moment, _sign, place = cursor.partition("#")
        since = moment_of(moment) or timezone.now() - _FIRST
        start = int(place or 0)
        local = timezone.localtime(since - _OVERLAP).strftime("%Y-%m-%d %H:%M:%S")
        asked = {f"{_ORDER}last_modified_date-gte": local, "sort": f"{_ORDER}last_modified_date-asc"}
        found = self._orders({**asked, "offset": str(start)}, limit=_PAGE)
        lines = self._lines(found) if found else []
        orders, problems = [], []
        for row in found:
            try:
                orders.append(_read(row, lines, {}))
            except SourceLies as error:
                problems.append(str(error.user_message))
        if len(found) == _PAGE:
            return Changes(tuple(orders), tuple(problems), f"{since.isoformat()}#{start + _PAGE}", has_more=True)
        last = max((order.changed_at for order in orders if order.changed_at), default=since)
        return Changes(tuple(orders), tuple(problems), last.isoformat())

    def try_out(self) -> str:
        """Ask for one order, whichever."""
        self._orders({}, limit=1)
        return ""

    def _orders(self, conditions: Mapping[str, str], *, limit: int) -> list[Mapping[str, Any]]:
        asked = {"fields": ",".join(f"{_ORDER}{name}" for name in _FIELDS), "offset": "0", "limit": str(limit)}
        if shop := self.settings.get("shop_id"):
            asked[f"{_ORDER}shop_id-eq"] = str(shop)
        return self._search("receiveorder_base", {**asked, **conditions})

    def _lines(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The lines of all these orders in one call (calls are counted and paid for), without cancelled ones."""
        asked = {
            "fields": ",".join(f"{_ROW}{name}" for name in _ROW_FIELDS),
            f"{_ROW}receive_order_id-in": ",".join(str(_id_of(row)) for row in rows),
            "offset": "0",
            "limit": "10000",
        }
        found = self._search("receiveorder_row", asked)
        return [line for line in found if text_of(line.get(f"{_ROW}cancel_flag"), 5) in ("", "0")]

    def _stocks(self, lines: Iterable[Mapping[str, Any]]) -> dict[str, int | None]:
        """How many of each can be sold now (フリー在庫数)."""
        goods = sorted({text_of(line.get(f"{_ROW}goods_id"), 100).lower() for line in lines} - {""})
        if not goods:
            return {}
        found = self._search(
            "master_stock",
            {"fields": _STOCK_FIELDS, "stock_goods_id-in": ",".join(goods[:100]), "offset": "0", "limit": "100"},
        )
        return {
            text_of(row.get("stock_goods_id"), 100).lower(): stock_of(row.get("stock_free_quantity")) for row in found
        }

    def _search(self, what: str, asked: Mapping[str, str]) -> list[Mapping[str, Any]]:
        tokens = {name: self.renewed.get(name) or self.secrets.get(name, "") for name in self.secret_fields}
        told = read_json(ask("POST", f"{self.api}/api_v1_{what}/search", form={**tokens, "wait_flag": "1", **asked}))
        if not isinstance(told, dict):
            raise SourceLies(_told("The answer of the order system cannot be read."))
        self._keep_tokens(told)
        match told.get("result"):
            case "success":
                rows = told.get("data")
                if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                    raise SourceLies(_told("The answer of the order system cannot be read."))
                return rows
            case "redirect":
                raise SourceRefused(_told("The tokens of NEXT ENGINE have expired. Enter new ones in its settings."))
        code, why = text_of(told.get("code"), 20), text_of(told.get("message"), 200)
        error = SourceDown if code in _BUSY_CODES else SourceRefused
        raise error(_told("NEXT ENGINE refused: %(why)s (%(code)s)") % {"why": why, "code": code})

    def _keep_tokens(self, told: Mapping[str, Any]) -> None:
        for name in self.secret_fields:
            token = told.get(name)
            if isinstance(token, str) and 0 < len(token) <= 500 and token != self.secrets.get(name):
                self.renewed[name] = token


def _id_of(row: Mapping[str, Any]) -> int:
    text = text_of(row.get(f"{_ORDER}id"), 18)
    if not (text.isascii() and text.isdecimal()):
        raise SourceLies(_told("The answer of the order system cannot be read."))
    return int(text)


def _read(row: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], left: Mapping[str, int | None]) -> FoundOrder:
    try:
        return _order(row, lines, left)
    except Unreadable as error:
        raise SourceLies(_told("The order system told something unreadable: %(why)s") % {"why": error}) from error


def _order(row: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], left: Mapping[str, int | None]) -> FoundOrder:
    def said(name: str, limit: int = 100) -> str:
        return text_of(row.get(f"{_ORDER}{name}"), limit)

    slip = str(_id_of(row))
    cancelled = said("cancel_type_id") or _VALID
    sent_at, tracking = moment_of(said("send_date")), said("delivery_cut_form_id", 60)
    shipment = FoundShipment(carrier=said("delivery_name", 60), tracking_number=tracking, shipped_at=sent_at)
    return FoundOrder(
        number=number_of(said("shop_cut_form_id", 60) or slip),
        external_id=slip,
        state=_state(cancelled, said("order_status_id"), said("order_status_name")),
        state_words=said("order_status_name", 60) if cancelled == _VALID else said("cancel_type_name", 60),
        ordered_at=moment_of(said("date")),
        total=amount_of(said("total_amount", 40), field="total"),
        payment=said("payment_method_name", 60),
        note=said("note", 2000),
        buyer=Buyer(
            name=said("purchaser_name", 200),
            mail=said("purchaser_mail_address", 320),
            phone=said("purchaser_tel", 60),
            number=said("customer_id", 60),
        ),
        postal_code=said("purchaser_zip_code", 16),
        address=f"{said('purchaser_address1', 300)} {said('purchaser_address2', 299)}".strip(),
        items=tuple(_item(line, left) for line in lines if text_of(line.get(f"{_ROW}receive_order_id"), 18) == slip),
        shipments=(shipment,) if tracking or sent_at else (),
        changed_at=moment_of(said("last_modified_date")),
    )


def _state(cancelled: str, status: str, words: str) -> OrderState:
    if cancelled in _RETURNED:
        return OrderState.RETURNED
    if cancelled != _VALID:
        return OrderState.CANCELLED
    return OrderState.SHIPPED if status == _SHIPPED_STATUS else state_of(words)


def _item(line: Mapping[str, Any], left: Mapping[str, int | None]) -> FoundItem:
    sku = text_of(line.get(f"{_ROW}goods_id"), 100)
    return FoundItem(
        name=text_of(line.get(f"{_ROW}goods_name"), 300) or sku or "–",
        quantity=count_of(line.get(f"{_ROW}quantity"), field="items.quantity"),
        sku=sku,
        unit_price=amount_of(line.get(f"{_ROW}unit_price"), field="items.unit_price"),
        stock=left.get(sku.lower()),
    )
