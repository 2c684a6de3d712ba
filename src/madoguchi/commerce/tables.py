"""A table of orders (CSV) read into orders: any shop's columns, one line an item, every wrong line with its reason.

Pure. Bounded in bytes and lines; nothing is run that stands in a cell, and nothing guessed that a person did not see.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.commerce.choices import MAX_ITEMS, MAX_SHIPMENTS, MAX_TABLE_BYTES, MAX_TABLE_LINES
from madoguchi.commerce.contract import FoundOrder
from madoguchi.commerce.numbers import number_key
from madoguchi.commerce.reading import Unreadable, order_of
from madoguchi.core.errors import Invalid

#: Our columns, and what shops and their tools call them; compared without blanks, width and case.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("注文番号", "受注番号", "ご注文番号", "オーダー番号", "order number", "order_no", "order id", "name"),
    "ordered_at": ("注文日時", "受注日時", "注文日", "受注日", "購入日時", "created at", "order date"),
    "state": ("状態", "ステータス", "受注ステータス", "注文ステータス", "状況", "受注状態", "status",
              "fulfillment status"),
    "total": ("合計金額", "請求金額", "合計", "総額", "注文金額", "お支払い金額", "total", "amount"),
    "currency": ("通貨", "currency"),
    "payment": ("支払方法", "決済方法", "お支払い方法", "payment method", "payment"),
    "channel": ("店舗名", "販売チャネル", "モール", "サイト", "店舗", "channel", "source"),
    "buyer.name": ("注文者名", "購入者名", "お名前", "氏名", "注文者氏名", "顧客名", "billing name", "customer"),
    "buyer.mail": (
        "メールアドレス", "注文者メールアドレス", "購入者メールアドレス", "メール", "e-mail", "email", "mail",
    ),
    "buyer.phone": ("電話番号", "注文者電話番号", "購入者電話番号", "tel", "phone", "billing phone"),
    "buyer.number": ("会員番号", "顧客番号", "会員id", "顧客id", "顧客コード", "customer number", "customer id"),
    "postal_code": ("郵便番号", "送付先郵便番号", "お届け先郵便番号", "shipping zip", "postal code"),
    "address": ("住所", "送付先住所", "お届け先住所", "shipping address", "address"),
    "note": ("備考", "備考欄", "ご要望", "notes", "note"),
    "external_id": ("伝票番号", "管理番号", "id", "external id"),
    "item.name": ("商品名", "商品", "品名", "lineitem name", "item", "product"),
    "item.sku": ("商品コード", "商品番号", "品番", "sku", "lineitem sku", "jan"),
    "item.quantity": ("数量", "個数", "受注数", "lineitem quantity", "quantity"),
    "item.unit_price": ("単価", "売単価", "販売価格", "lineitem price", "price", "unit price"),
    "item.stock": ("在庫数", "在庫", "stock"),
    "shipment.carrier": ("配送業者", "配送会社", "運送会社", "発送方法", "carrier", "shipping method"),
    "shipment.tracking_number": ("追跡番号", "送り状番号", "お問い合わせ番号", "発送伝票番号", "tracking number"),
    "shipment.shipped_at": ("出荷日", "発送日", "出荷確定日", "fulfilled at", "shipped at"),
    "shipment.delivered_at": ("配達日", "お届け完了日", "delivered at"),
}  # fmt: skip
_ENCODINGS = ("utf-8-sig", "cp932", "euc_jp")
_MOST_COLUMNS = 200
#: Problems that are told one by one; the rest is counted.
MOST_PROBLEMS = 100
_FORMULA = "=+-@\t\r"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line."""

    line: int
    column: str  #: as the table's first line calls it
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was sent: its first line, and the lines below with their numbers in the file."""

    header: list[str]
    lines: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """What a table says under a mapping."""

    orders: list[FoundOrder]
    problems: list[Problem]
    bad_orders: int = 0  #: that are left out because of a problem
    lines: int = 0


def read_lines(content: bytes) -> Table:
    """The lines of a table; Invalid with the line where it stops being one. UTF-8, UTF-16, Shift_JIS, EUC-JP."""
    if len(content) > MAX_TABLE_BYTES:
        raise Invalid(_("The table is larger than 10 MB. Import it in parts."), field="file")
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header, rows = [], []
    try:
        header = [" ".join(cell.split())[:100] for cell in next(lines, [])]
        if len(header) > _MOST_COLUMNS:
            raise Invalid(_("The table has more than 200 columns."), field="file")
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((lines.line_num, cells))
            if len(rows) > MAX_TABLE_LINES:
                raise Invalid(_("The table has more than 20,000 lines. Import it in parts."), field="file")
    except csv.Error as error:
        text = _("Line %(line)s cannot be read: a quotation mark or a cell is broken. Save the table as CSV again.")
        raise Invalid(text % {"line": lines.line_num}, field="file") from error
    if not any(header):
        raise Invalid(_("The table is empty: its first line must name the columns."), field="file")
    if not rows:
        raise Invalid(_("The table has no lines below its first."), field="file")
    return Table(header, rows)


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace").replace("\x00", "")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise Invalid(_("The characters of the table cannot be read. Save it as CSV in UTF-8."), field="file")


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).lower().replace("_", "").split())


def guessed(header: list[str]) -> dict[str, int]:
    """Where each of our columns stands, as far as its name tells."""
    places = {_folded(cell): place for place, cell in reversed(list(enumerate(header))) if cell}
    return {
        column: places[_folded(name)]
        for column, names in COLUMNS.items()
        for name in reversed((column, *names))
        if _folded(name) in places
    }


def read_orders(table: Table, mapping: Mapping[str, int]) -> ReadTable:
    """The orders of a table: lines of one number are one order, and each says one item. Invalid without a number."""
    if "number" not in mapping:
        raise Invalid(_("Choose the column with the order number."), field="number")
    orders: dict[str, FoundOrder] = {}
    problems: list[Problem] = []
    bad: set[str] = set()
    totals: dict[str, tuple[int, str]] = {}  # which line of an order stated its total first, and how
    count = 0
    for line, key, told in _told(table, mapping):
        if not key:
            problems.append(Problem(line, _named(table, mapping, "number"), _("There is no order number.")))
            bad.add(f"line {line}")
            continue
        count += 1
        try:
            found = order_of(told)
            before = orders.get(key)
            if before and None not in (before.total, found.total) and before.total != found.total:
                problems += _two_totals(_named(table, mapping, "total"), totals[key], (line, told["total"]))
                bad.add(key)
                continue
            if found.total is not None:
                totals.setdefault(key, (line, told["total"]))
            orders[key] = _joined(before, found)
        except Unreadable as error:
            problems.append(Problem(line, _named(table, mapping, _column(error.field)), str(error.user_message)))
            bad.add(key)
    good = [order for key, order in orders.items() if key not in bad]
    return ReadTable(good, problems, len(bad), count)


def _two_totals(column: str, one: tuple[int, str], other: tuple[int, str]) -> list[Problem]:
    """Two lines of one order state different totals: which is right nobody can tell, so both are named."""
    text = _("The lines of this order state different totals: %(here)s here, %(there)s in line %(line)s.")
    return [
        Problem(line, column, text % {"here": here, "there": there, "line": elsewhere})
        for (line, here), (elsewhere, there) in ((one, other), (other, one))
    ]


def _told(table: Table, mapping: Mapping[str, int]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Each line as one order with one item and one parcel, in our own words, with the key of its number."""
    for line, cells in table.lines:
        said: dict[str, Any] = {"buyer": {}}
        parts: dict[str, dict[str, str]] = {"item": {}, "shipment": {}}
        for column, place in mapping.items():
            value = _cell(cells[place]) if place < len(cells) else ""
            group, _dot, name = column.partition(".")
            if not value:
                continue
            if group in parts:
                parts[group][name] = value
            elif name:
                said["buyer"][name] = value
            else:
                said[group] = value
        said["items"] = [parts["item"]] if parts["item"] else []
        said["shipments"] = [parts["shipment"]] if parts["shipment"] else []
        yield line, number_key(said.get("number", "")), said


def _cell(text: str) -> str:
    """A cell without the mark by which tables keep spreadsheets from running it."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def _joined(before: FoundOrder | None, line: FoundOrder) -> FoundOrder:
    """One order of its lines: items add up, parcels are named once, what a later line leaves empty stays."""
    if before is None:
        return line
    items = (*before.items, *line.items)
    new = [each for each in line.shipments if each not in before.shipments]
    if len(items) > MAX_ITEMS or len(before.shipments) + len(new) > MAX_SHIPMENTS:
        raise Unreadable(_("This order has more lines than %(most)s.") % {"most": MAX_ITEMS}, field="item.name")
    stated = line if before.total is None else before
    return replace(
        before, items=items, shipments=(*before.shipments, *new), total=stated.total, currency=stated.currency
    )


def _column(name: str) -> str:
    """Our column of a field that an error names: `items.0.quantity` is `item.quantity`."""
    group, _dot, rest = name.partition(".")
    last = rest.rpartition(".")[2]
    return {"items": f"item.{last}", "shipments": f"shipment.{last}"}.get(group, name)


def _named(table: Table, mapping: Mapping[str, int], column: str) -> str:
    place = mapping.get(column)
    return table.header[place] if place is not None and place < len(table.header) else ""
