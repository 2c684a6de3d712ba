"""What comes next with an order when a customer wants something: by its state and stock, never done by itself."""

from collections.abc import Iterable
from enum import StrEnum

from madoguchi.commerce.choices import NOT_SHIPPED, OrderState
from madoguchi.commerce.intents import Intent
from madoguchi.commerce.models import Order


class Step(StrEnum):
    """The next step, for the one who answers."""

    NONE = ""
    STOP = "stop"  #: not shipped: cancel it in the order system, confirm
    TOO_LATE = "too_late"  #: on its way: it can be sent back once it has arrived
    SEND_BACK = "send_back"  #: arrived: returning is explained
    CANCELLED = "cancelled"  #: it is cancelled already
    SWAP_BEFORE = "swap_before"  #: not shipped: change it before it leaves
    SWAP = "swap"  #: there is enough in stock to send another one at once
    SWAP_NO_STOCK = "swap_no_stock"  #: nothing left to exchange it for
    SWAP_ASK_STOCK = "swap_ask_stock"  #: the source tells no stock
    TRACE = "trace"  #: on its way: the number by which it is traced
    TRACE_ASK = "trace_ask"  #: on its way, and no such number is known
    NOT_YET = "not_yet"  #: it has not left
    ARRIVED = "arrived"  #: it says it arrived: the carrier is asked


def next_step(intent: Intent, order: Order) -> Step:
    """What to do next with this order; items and shipments are fetched with it."""
    if intent is Intent.NONE or order.state == OrderState.UNKNOWN:
        return Step.NONE
    if order.state in (OrderState.CANCELLED, OrderState.RETURNED):
        return Step.CANCELLED
    match intent:
        case Intent.CANCEL:
            return _not_shipped(order, Step.STOP) or _arrived(order, Step.SEND_BACK) or Step.TOO_LATE
        case Intent.RETURN:
            return _not_shipped(order, Step.STOP) or _arrived(order, Step.SEND_BACK) or Step.TOO_LATE
        case Intent.EXCHANGE:
            return _not_shipped(order, Step.SWAP_BEFORE) or _swap(order)
    return _not_shipped(order, Step.NOT_YET) or _arrived(order, Step.ARRIVED) or _trace(order)


def _not_shipped(order: Order, step: Step) -> Step:
    return step if order.state in NOT_SHIPPED else Step.NONE


def _arrived(order: Order, step: Step) -> Step:
    return step if order.state == OrderState.DELIVERED else Step.NONE


def _swap(order: Order) -> Step:
    stocks = [(item.stock, item.quantity) for item in order.items.all()]
    if not stocks or any(stock is None for stock, _quantity in stocks):
        return Step.SWAP_ASK_STOCK
    return Step.SWAP if _enough(stocks) else Step.SWAP_NO_STOCK


def _enough(stocks: Iterable[tuple[int | None, int]]) -> bool:
    return all(stock is not None and stock >= quantity for stock, quantity in stocks)


def _trace(order: Order) -> Step:
    return Step.TRACE if any(each.tracking_number for each in order.shipments.all()) else Step.TRACE_ASK
