"""NEXT ENGINE on this machine: checks each request against developer.next-engine.com (read 2026-11-23), then answers.

Addresses, names of fields, operators and the shape of answers are those of its published description; tokens are
renewed with every answer, as it says they may be.
"""

from dataclasses import dataclass, field
from typing import Any

from madoguchi.commerce.rehearsal import AgainstTheContract, Reply, Request

_OPERATORS = {"eq", "neq", "gt", "gte", "lt", "lte", "like", "nlike", "in", "nin", "blank", "nblank", "null", "nnull"}
_BASE_NAMES = (
    "id shop_id shop_cut_form_id date import_date cancel_type_id cancel_type_name cancel_date order_status_id",
    "order_status_name delivery_id delivery_name payment_method_id payment_method_name total_amount tax_amount",
    "goods_amount note send_date delivery_cut_form_id customer_id purchaser_name purchaser_kana purchaser_zip_code",
    "purchaser_address1 purchaser_address2 purchaser_tel purchaser_fax purchaser_mail_address",
    "last_modified_date last_modified_null_safe_date",
)
_ROW_NAMES = (
    "receive_order_id shop_cut_form_id no shop_row_no goods_id goods_name quantity unit_price sub_total_price",
    "goods_option cancel_flag stock_allocation_quantity creation_date last_modified_date",
)
_BASE = {f"receive_order_{name}" for line in _BASE_NAMES for name in line.split()}
_ROWS = {f"receive_order_row_{name}" for line in _ROW_NAMES for name in line.split()}
_STOCK = {"stock_goods_id", "stock_quantity", "stock_allocation_quantity", "stock_free_quantity"}
_FIELDS = {
    "/api_v1_receiveorder_base/search": _BASE,
    "/api_v1_receiveorder_row/search": _ROWS,
    "/api_v1_master_stock/search": _STOCK,
}
_COMMON = {"access_token", "refresh_token", "wait_flag", "fields", "offset", "limit", "sort"}


@dataclass
class FakeNextEngine:
    """One shop's data, and which tokens it takes now."""

    orders: list[dict[str, str]] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    stocks: list[dict[str, str]] = field(default_factory=list)
    token: int = 1
    trouble: dict[str, Any] | None = None  #: answered to everything, if set
    asked: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        """The answer to one request."""
        known = _FIELDS.get(request.path)
        if request.method != "POST" or known is None:
            raise AgainstTheContract(f"{request.method} {request.path}")
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise AgainstTheContract("not a form")
        form = request.form
        self.asked.append(request.path)
        conditions = self._checked(form, known)
        if self.trouble is not None:
            return Reply(self.trouble)
        if form.get("access_token") != f"access-{self.token}" or form.get("refresh_token") != f"refresh-{self.token}":
            return Reply({"result": "redirect", "code": "002002", "message": "アクセストークンが不正です"})
        self.token += 1
        return Reply(self._found(request.path, form, conditions))

    def _checked(self, form: dict[str, str], known: set[str]) -> list[tuple[str, str, str]]:
        if not form.get("access_token"):
            raise AgainstTheContract("access_token is required")
        wanted = form.get("fields", "").split(",")
        if not set(wanted) <= known:
            raise AgainstTheContract(f"unknown fields: {set(wanted) - known}")
        if not form.get("limit", "1").isdecimal() or not 1 <= int(form.get("limit", "1")) <= 10_000:
            raise AgainstTheContract("limit is 1 to 10000")
        conditions = []
        for name, value in form.items():
            if name in _COMMON:
                continue
            column, _dash, operator = name.rpartition("-")
            if column not in known or operator not in _OPERATORS:
                raise AgainstTheContract(f"unknown condition: {name}")
            conditions.append((column, operator, value))
        return conditions

    def _found(self, path: str, form: dict[str, str], conditions: list[tuple[str, str, str]]) -> dict[str, Any]:
        rows = {"base": self.orders, "row": self.rows}.get(path.split("/")[1].rpartition("_")[2], self.stocks)
        rows = [row for row in rows if all(_meets(row, *condition) for condition in conditions)]
        if sort := form.get("sort"):
            column, _dash, way = sort.rpartition("-")
            rows = sorted(rows, key=lambda row: row[column], reverse=way == "desc")
        start, limit = int(form.get("offset", "0")), int(form.get("limit", "100"))
        shown = [{name: row.get(name, "") for name in form["fields"].split(",")} for row in rows[start : start + limit]]
        return {
            "result": "success",
            "count": str(len(rows)),
            "data": shown,
            "access_token": f"access-{self.token}",
            "access_token_end_date": "2026-12-01 00:00:00",
            "refresh_token": f"refresh-{self.token}",
            "refresh_token_end_date": "2026-12-03 00:00:00",
        }


def _meets(row: dict[str, str], column: str, operator: str, value: str) -> bool:
    have = row.get(column, "")
    match operator:
        case "eq":
            return have == value
        case "gte":
            return have >= value
        case "in":
            return have in value.split(",")
    raise AgainstTheContract(f"{operator} is not rehearsed")
