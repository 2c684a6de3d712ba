"""Shopify's GraphQL Admin API and webhooks as published at shopify.dev (read 2026-11-23).

Asked by POST to `/admin/api/<version>/graphql.json` with the header X-Shopify-Access-Token; orders older than 60 days
need the scope read_all_orders beside read_orders. A webhook is signed with X-Shopify-Hmac-Sha256: base64 of the
HMAC-SHA-256 of its body under the app's secret. It brings the order in the form of the older REST API.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.asking import ask, read_json
from madoguchi.commerce.contract import (
    Abilities,
    Changes,
    FoundOrder,
    Source,
    SourceDown,
    SourceLies,
    SourceRefused,
)
from madoguchi.commerce.numbers import number_key
from madoguchi.commerce.reading import Unreadable, text_of
from madoguchi.connectors.shopify.reading import order_of_graph, order_of_rest
from madoguchi.core.telling import telling as _told

SIGNATURE = "x-shopify-hmac-sha256"
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.myshopify\.com")
_VERSION = re.compile(r"20\d\d-(?:01|04|07|10)")
_PAGE = 25
_ORDER = """
id legacyResourceId name createdAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus
email phone note paymentGatewayNames sourceName
customer { id displayName }
currentTotalPriceSet { shopMoney { amount currencyCode } }
shippingAddress { zip province city address1 address2 }
lineItems(first: 50) { nodes {
  name sku quantity originalUnitPriceSet { shopMoney { amount } } variant { inventoryQuantity }
} }
fulfillments(first: 10) { createdAt deliveredAt displayStatus trackingInfo { company number url } }
"""
_QUERY = (
    "query Orders($first: Int!, $after: String, $query: String) {"
    " orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {"
    f" nodes {{ {' '.join(_ORDER.split())} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)


class ShopifyForm(forms.Form):
    """The shop and the keys of an app of its own."""

    shop = forms.CharField(label=_("Shop"), max_length=80, help_text=_("Such as example-shop.myshopify.com."))
    version = forms.CharField(
        label=_("API version"), max_length=7, initial="2025-10", help_text=_("As your app is set up: 2025-10.")
    )
    access_token = forms.CharField(
        label=_("Admin API access token"),
        max_length=500,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("Of an app with the right read_orders; read_all_orders for orders older than 60 days."),
    )
    webhook_secret = forms.CharField(
        label=_("API secret key of the app"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("With it webhooks are signed. Without it nothing is taken at the address of the webhook."),
    )

    def clean_shop(self) -> str:
        """Shopify's own name of the shop."""
        shop = str(self.cleaned_data["shop"]).lower().removeprefix("https://").rstrip("/")
        if not _SHOP.fullmatch(shop):
            raise forms.ValidationError(_("Enter the shop's name at Shopify: example-shop.myshopify.com."))
        return shop

    def clean_version(self) -> str:
        """A version as Shopify names them."""
        version: str = self.cleaned_data["version"]
        if not _VERSION.fullmatch(version):
            raise forms.ValidationError(_("A version is named like 2025-10."))
        return version


class ShopifySource(Source):
    """Shopify."""

    kind = "shopify"
    label = _("Shopify")
    abilities = Abilities(looks_up=True, lists_changes=True, tells_stock=True, signs_webhooks=True)
    settings_form = ShopifyForm
    secret_fields: ClassVar[tuple[str, ...]] = ("access_token", "webhook_secret")
    api: ClassVar[str] = "https://{shop}"

    def look_up(self, number: str) -> FoundOrder | None:
        """By the name of the order, such as #1001, with or without its #."""
        bare = number_key(number)
        found, _more = self._orders({"first": 5, "query": f'name:"{bare.replace(chr(34), "")}"'})
        named = [row for row in found if number_key(text_of(row.get("name"), 60)) == bare]
        return self._read(named[0]) if named else None

    def changes(self, cursor: str) -> Changes:
        """What was updated since, the oldest first; the cursor is a moment, and Shopify's own while there are pages."""
        since, _sign, after = cursor.partition("#")
        asked: dict[str, Any] = {"first": _PAGE}
        if since:
            asked["query"] = f"updated_at:>='{since}'"
        if after:
            asked["after"] = after
        found, page = self._orders(asked)
        orders, problems = [], []
        for row in found:
            try:
                orders.append(self._read(row))
            except SourceLies as error:
                problems.append(str(error.user_message))
        end = text_of(page.get("endCursor"), 120)
        if page.get("hasNextPage") is True and end:
            return Changes(tuple(orders), tuple(problems), f"{since}#{end}", has_more=True)
        last = [text_of(row.get("updatedAt"), 40) for row in found]
        return Changes(tuple(orders), tuple(problems), max(last, default=since))

    def try_out(self) -> str:
        """Ask for one order, whichever."""
        self._orders({"first": 1})
        return ""

    def _orders(self, variables: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
        shop, version = str(self.settings["shop"]), str(self.settings["version"])
        told = read_json(
            ask(
                "POST",
                f"{self.api.format(shop=shop)}/admin/api/{version}/graphql.json",
                headers={"X-Shopify-Access-Token": self.secrets.get("access_token", "")},
                json={"query": _QUERY, "variables": dict(variables)},
            )
        )
        if isinstance(told, dict) and told.get("errors"):
            raise _trouble(told["errors"])
        try:
            orders = told["data"]["orders"]
            nodes, page = orders["nodes"], orders["pageInfo"]
        except (TypeError, KeyError) as error:
            raise SourceLies(_told("The answer of the order system cannot be read.")) from error
        if not isinstance(nodes, list) or not all(isinstance(row, dict) for row in nodes) or not isinstance(page, dict):
            raise SourceLies(_told("The answer of the order system cannot be read."))
        return nodes, page

    def _read(self, row: Mapping[str, Any]) -> FoundOrder:
        try:
            return order_of_graph(row)
        except Unreadable as error:
            raise SourceLies(_told("The order system told something unreadable: %(why)s") % {"why": error}) from error

    @classmethod
    def read_delivery(cls, body: bytes, _headers: Mapping[str, str]) -> list[FoundOrder]:
        """The one order of orders/create, orders/updated, orders/cancelled and the like."""
        try:
            told = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise SourceLies(_("This is no JSON.")) from error
        if not isinstance(told, dict) or "name" not in told or "line_items" not in told:
            raise SourceLies(_("This delivery holds no order. Subscribe to the topics of orders only."))
        try:
            return [order_of_rest(told)]
        except Unreadable as error:
            raise SourceLies(error.user_message) from error

    @classmethod
    def is_signed(cls, body: bytes, headers: Mapping[str, str], secrets: Mapping[str, str]) -> bool:
        """By the app's secret."""
        secret = secrets.get("webhook_secret", "")
        expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
        return bool(secret) and hmac.compare_digest(expected, headers.get(SIGNATURE, "").encode())


def _trouble(errors: object) -> SourceDown | SourceRefused | SourceLies:
    """Errors that came with 200: a limit of cost passes by, a lacking right does not."""
    first = errors[0] if isinstance(errors, list) and errors else errors
    said = first if isinstance(first, dict) else {}
    extensions = said.get("extensions")
    code = text_of(extensions.get("code"), 40) if isinstance(extensions, dict) else ""
    why = text_of(said.get("message") if said else first if isinstance(first, str) else "", 200)
    if code == "THROTTLED":
        return SourceDown(_told("Shopify is asked too often at the moment. It is asked again later."))
    error = SourceRefused if code == "ACCESS_DENIED" else SourceLies
    return error(_told("Shopify refused: %(why)s") % {"why": why})
