"""Shopify on this machine: checks each request against shopify.dev (Admin GraphQL, read 2026-11-23), then answers.

A query is read far enough to see that every field stands under a type that has it, and that lists say how many.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from madoguchi.commerce.rehearsal import AgainstTheContract, Reply, Request

_PATH = re.compile(r"/admin/api/20\d\d-(?:01|04|07|10)/graphql\.json")
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\{|\}|\([^()]*\)")
#: The part of the published schema that we may use: type, its fields, and the type behind those that have one.
_SCHEMA: dict[str, dict[str, str]] = {
    "QueryRoot": {"orders": "OrderConnection"},
    "OrderConnection": {"nodes": "Order", "pageInfo": "PageInfo"},
    "PageInfo": dict.fromkeys(("hasNextPage", "endCursor"), ""),
    "Order": {
        **dict.fromkeys(
            (
                "id", "legacyResourceId", "name", "createdAt", "updatedAt", "cancelledAt", "displayFinancialStatus",
                "displayFulfillmentStatus", "email", "phone", "note", "paymentGatewayNames", "sourceName",
            ),
            "",
        ),
        "customer": "Customer",
        "currentTotalPriceSet": "MoneyBag",
        "shippingAddress": "MailingAddress",
        "lineItems": "LineItemConnection",
        "fulfillments": "Fulfillment",
    },
    "Customer": dict.fromkeys(("id", "displayName"), ""),
    "MoneyBag": {"shopMoney": "MoneyV2"},
    "MoneyV2": dict.fromkeys(("amount", "currencyCode"), ""),
    "MailingAddress": dict.fromkeys(("zip", "province", "city", "address1", "address2", "country"), ""),
    "LineItemConnection": {"nodes": "LineItem"},
    "LineItem": {
        **dict.fromkeys(("name", "sku", "quantity"), ""),
        "originalUnitPriceSet": "MoneyBag",
        "variant": "ProductVariant",
    },
    "ProductVariant": {"inventoryQuantity": ""},
    "Fulfillment": {
        **dict.fromkeys(("createdAt", "deliveredAt", "displayStatus"), ""),
        "trackingInfo": "FulfillmentTrackingInfo",
    },
    "FulfillmentTrackingInfo": dict.fromkeys(("company", "number", "url"), ""),
}  # fmt: skip
_CONNECTIONS = {"orders", "lineItems"}


@dataclass
class FakeShopify:
    """One shop's orders, in the form of its GraphQL API."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    key: str = "shpat_rehearsal"
    trouble: Reply | None = None  #: answered to everything, if set
    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        """The answer to one request."""
        if request.method != "POST" or not _PATH.fullmatch(request.path):
            raise AgainstTheContract(f"{request.method} {request.path}")
        told = json.loads(request.body)
        if set(told) != {"query", "variables"}:
            raise AgainstTheContract(f"fields of the request: {sorted(told)}")
        check_query(told["query"])
        if self.trouble is not None:
            return self.trouble
        if request.headers.get("x-shopify-access-token") != self.key:
            return Reply({"errors": "[API] Invalid API key or access token"}, 401)
        self.asked.append(told["variables"])
        return Reply({"data": {"orders": self._page(told["variables"])}})

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        rows = sorted(self.orders, key=lambda row: row["updatedAt"])
        text = asked.get("query", "")
        if found := re.fullmatch(r'name:"(.*)"', text):
            rows = [row for row in rows if row["name"].lstrip("#") == found[1]]
        elif found := re.fullmatch(r"updated_at:>='(.*)'", text):
            rows = [row for row in rows if row["updatedAt"] >= found[1]]
        elif text:
            raise AgainstTheContract(f"search: {text}")
        start = int(asked.get("after") or 0)
        end = start + asked["first"]
        return {"nodes": rows[start:end], "pageInfo": {"hasNextPage": end < len(rows), "endCursor": str(end)}}


def check_query(query: str) -> None:
    """Raise AgainstTheContract for a field that its type has not, or a connection without its number."""
    body = query[query.index("{") :]
    kinds, last, arguments = ["QueryRoot"], "", ""
    for part in _TOKEN.findall(body)[1:]:
        if part.startswith("("):
            arguments = part
        elif part == "{":
            if last in _CONNECTIONS and "first:" not in arguments:
                raise AgainstTheContract(f"{last} without first")
            kinds.append(_SCHEMA[kinds[-1]][last])
            arguments = ""
        elif part == "}":
            kinds.pop()
        elif part not in _SCHEMA[kinds[-1]]:
            raise AgainstTheContract(f"{kinds[-1]} has no field {part}")
        else:
            last = part
