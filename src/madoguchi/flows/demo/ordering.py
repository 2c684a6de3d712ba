"""Orders of the demo: what each customer bought, from the shop's order system, with what is left in the warehouse."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.commerce.actions.keeping import keep_orders
from madoguchi.commerce.actions.ongoing import (
    ContractDraft,
    RevenueDraft,
    SubscriptionDraft,
    keep_contract,
    keep_subscription,
    note_revenue,
    start_onboarding,
    tick_step,
)
from madoguchi.commerce.actions.sources import create_source
from madoguchi.commerce.choices import OrderState, RevenueKind, SubscriptionState
from madoguchi.commerce.contract import Buyer, FoundItem, FoundOrder, FoundShipment
from madoguchi.commerce.reading import state_of
from madoguchi.customers.models import Customer
from madoguchi.flows.demo.source import document

_ITEM = re.compile(r"(.{1,280}?)(?:×(\d{1,4}))?")
_WAREHOUSE = {"土鍋": 12, "ホーロー": 0, "リネン": 34, "ケトル": 3, "タオル": 58, "靴下": 120, "カッティング": 7}
_CARRIER = "北運輸"
_URL = "https://orders.harukaze-nichiyo.example"
_STEPS = ("初回のご注文", "請求書払いの設定", "ご担当者への操作説明", "1か月後のご様子伺い")
_SHIPPED = (OrderState.SHIPPED, OrderState.DELIVERED)


def create_orders(owner: User) -> None:
    """The shop's order system and everything that stands in it."""
    source = create_source(
        kind="push",
        name="はるかぜ受注管理",
        user=owner,
        patterns=["HK-######"],
        order_url=f"{_URL}/orders/{{number}}",
        customer_url=f"{_URL}/customers/{{customer}}",
    )
    now = timezone.now()
    told = [
        _order(customer, order, now) for customer in document("customers")["customers"] for order in customer["orders"]
    ]
    keep_orders(source, told)


def _order(customer: dict[str, Any], order: dict[str, Any], now: datetime) -> FoundOrder:
    ordered_at = (now - timedelta(days=order["days_ago"], hours=5)).replace(microsecond=0)
    state = state_of(order["status"])
    mails = [each["address"] for each in customer["emails"]]
    return FoundOrder(
        number=order["order_no"],
        state=state,
        state_words=order["status"],
        ordered_at=ordered_at,
        total=Decimal(order["amount"]),
        payment=order["payment"],
        channel=order["sales_channel"],
        buyer=Buyer(
            name=customer["display_name"],
            mail=mails[0] if mails else "",
            phone=customer["phones"][0]["number"] if customer["phones"] else "",
            number=customer["id"],
        ),
        postal_code=customer["postal_code"] or "",
        address=" ".join(customer[part] or "" for part in ("prefecture", "city", "address1", "address2")).strip(),
        items=tuple(_item(each) for each in order["items"]),
        shipments=(_parcel(order["order_no"], ordered_at, state),) if state in _SHIPPED else (),
    )


def _item(text: str) -> FoundItem:
    found = _ITEM.fullmatch(text)
    name, amount = (found[1], int(found[2] or 1)) if found else (text, 1)
    stock = next((left for word, left in _WAREHOUSE.items() if word in name), None)
    return FoundItem(name, amount, stock=stock)


def _parcel(number: str, ordered_at: datetime, state: OrderState) -> FoundShipment:
    digits = number.rpartition("-")[2]
    left = ordered_at + timedelta(days=1)
    return FoundShipment(
        carrier=_CARRIER,
        tracking_number=f"4000-{digits[:3]}-{digits[3:]}0",
        shipped_at=left,
        delivered_at=left + timedelta(days=2) if state == OrderState.DELIVERED else None,
    )


def create_subscriptions(customers: dict[str, Customer], user: User) -> None:
    """定期便 of those who have one; for two firms a contract and how far they have settled in."""
    today = timezone.localdate()
    for told in document("customers")["customers"]:
        if (kept := told["subscription"]) and told["id"] in customers:
            ended = kept["cancelled_days_ago"]
            draft = SubscriptionDraft(
                plan=kept["plan"],
                amount=Decimal(kept["monthly_amount"]),
                started_on=today - timedelta(days=kept["started_days_ago"]),
                state=SubscriptionState.ACTIVE if ended is None else SubscriptionState.ENDED,
                ended_on=None if ended is None else today - timedelta(days=ended),
                next_on=today + timedelta(days=9),
                end_reason="" if ended is None else "使いきれない",
            )
            keep_subscription(customers[told["id"]], draft, user=user)
    firms = [customers[told["id"]] for told in document("customers")["customers"] if told["company"]][:2]
    for firm, mrr in zip(firms, (48_000, 12_000), strict=False):
        begun = today - timedelta(days=200)
        contract = keep_contract(firm, ContractDraft("備品の定期納品", Decimal(mrr), begun), user=user)
        risen = ContractDraft(contract.name, Decimal(mrr) * Decimal("1.25"), begun, since_on=today - timedelta(days=40))
        keep_contract(firm, risen, user=user, contract=contract)
        start_onboarding(firm, _STEPS, user=user, due_on=today + timedelta(days=14))
        note_revenue(firm, RevenueDraft(Decimal(mrr), begun, RevenueKind.RECURRING, note="初月分"), user=user)
        tick_step(firm.onboarding.order_by("position")[0], is_done=True, user=user)
