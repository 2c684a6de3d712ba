"""Orders in words: cards beside a conversation and on a customer's page, and what comes next with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.commerce.advice import Step, next_step
from madoguchi.commerce.choices import OrderState
from madoguchi.commerce.contract import filled
from madoguchi.commerce.intents import Intent, intent_of
from madoguchi.commerce.models import Order, OrderItem, Shipment
from madoguchi.commerce.queries import Beside, buying_figures, last_words, orders_beside
from madoguchi.commerce.registry import source_classes
from madoguchi.conversations.models import Conversation
from madoguchi.core.telling import told
from madoguchi.customers.models import Customer
from madoguchi.ui.dates import Words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TONES = {
    OrderState.NEW: "ai",
    OrderState.PREPARING: "yamabuki",
    OrderState.SHIPPED: "fuji",
    OrderState.DELIVERED: "wakatake",
    OrderState.CANCELLED: "outline",
    OrderState.RETURNED: "outline",
}
_INTENTS = {
    Intent.CANCEL: gettext_lazy("The customer seems to want to cancel."),
    Intent.EXCHANGE: gettext_lazy("The customer seems to need an exchange."),
    Intent.RETURN: gettext_lazy("The customer seems to want to send something back."),
    Intent.WHERE: gettext_lazy("The customer asks where the order is."),
}
_STEPS = {
    Step.STOP: gettext_lazy("Not shipped yet: cancel it in the order system, then confirm it to the customer."),
    Step.TOO_LATE: gettext_lazy("Shipped already: it cannot be stopped here. Explain how to send it back."),
    Step.SEND_BACK: gettext_lazy("Delivered: explain how to send it back."),
    Step.CANCELLED: gettext_lazy("Cancelled or returned already: say so."),
    Step.SWAP_BEFORE: gettext_lazy("Not shipped yet: change it in the order system before it leaves."),
    Step.SWAP: gettext_lazy("There is enough in stock: another one can leave at once."),
    Step.SWAP_NO_STOCK: gettext_lazy("Not enough in stock: offer the money back or to wait."),
    Step.SWAP_ASK_STOCK: gettext_lazy("The stock is not known here: look it up in the order system."),
    Step.TRACE: gettext_lazy("On its way: tell the customer how to trace it."),
    Step.TRACE_ASK: gettext_lazy("On its way, but no tracking number is known: ask the warehouse."),
    Step.NOT_YET: gettext_lazy("Not shipped yet: tell the customer when it will leave."),
    Step.ARRIVED: gettext_lazy("The shop says it was delivered: ask the carrier where it was left."),
}
#: What a letter may begin with; the one who writes completes it.
_SENTENCES = {
    Step.STOP: gettext_lazy("We have received your wish to cancel the order %(number)s."),
    Step.TOO_LATE: gettext_lazy(
        "The order %(number)s has been shipped already, so we cannot stop it any more. "
        "Once it has arrived, you can send it back to us."
    ),
    Step.SEND_BACK: gettext_lazy("We are glad to explain how to send back the order %(number)s."),
    Step.CANCELLED: gettext_lazy("The order %(number)s has been cancelled already. Please rest assured."),
    Step.SWAP_BEFORE: gettext_lazy("The order %(number)s has not been shipped yet, so we can change it."),
    Step.SWAP: gettext_lazy("We have it in stock and can send you a replacement for the order %(number)s at once."),
    Step.SWAP_NO_STOCK: gettext_lazy(
        "Unfortunately what you ordered with %(number)s is out of stock. "
        "Please tell us whether you prefer your money back or to wait for the next delivery."
    ),
    Step.TRACE: gettext_lazy("The order %(number)s is on its way: %(carrier)s, tracking number %(tracking)s."),
    Step.NOT_YET: gettext_lazy("The order %(number)s is being prepared and has not been shipped yet."),
    Step.ARRIVED: gettext_lazy(
        "According to the carrier, the order %(number)s has been delivered. We are asking where it was left."
    ),
}
#: Of a number that no source has told of nothing may be promised, whatever is wanted with it.
_UNKNOWN_STEP = gettext_lazy(
    "Nothing can be done with it here. Look for it in the order system, or ask the customer for the number again."
)
_UNKNOWN_SENTENCE = gettext_lazy(
    "We cannot find an order of the number %(number)s. "
    "Please tell us once more the number that stands in the confirmation of your order."
)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What was bought."""

    name: str
    quantity: int
    price: str
    stock: str  #: empty: not told
    is_out: bool


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """How it travels."""

    carrier: str
    number: str
    url: str
    when: str


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order."""

    pk: int
    number: str
    state: str
    tone: str
    words: str  #: the shop's own word for the state
    when: str
    total: str
    facts: str
    items: list[ItemLine]
    parcels: list[ParcelLine]
    note: str
    source: str
    order_url: str
    customer_url: str
    fetched: str
    failing: str  #: why its source cannot be asked
    owner: str = ""  #: whose it is, where that is somebody else
    owner_url: str = ""
    is_nobodys: bool = False
    can_refresh: bool = False
    step: str = ""
    sentence: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """A number that looks like ours and that no source has told of."""

    number: str
    step: str  #: empty where nothing is wanted with it
    sentence: str


@dataclass(frozen=True, slots=True)
class OrderPanel:
    """The tab 注文 beside a conversation."""

    number: int
    customer: int
    intent: str
    named: list[OrderCard]
    others: list[OrderCard]
    unknown: list[UnknownLine]
    has_more: bool
    can_change: bool
    can_ask: bool  #: a source can be asked for an order by its number
    figures: list[str] = field(default_factory=list)


def order_panel(user: User, conversation: Conversation, words: Words, *, opened: str = "") -> OrderPanel:
    """The orders a conversation speaks of with what comes next, and the customer's others; `opened` is a number."""
    beside = orders_beside(user, conversation)
    is_about_orders = beside.named or beside.others or beside.unknown
    intent = intent_of(last_words(conversation)) if is_about_orders else Intent.NONE
    subjects = _subjects(beside)
    can_change = may(user, Permission.REPLY)
    language = conversation.language or "ja"
    return OrderPanel(
        number=conversation.pk,
        customer=conversation.customer_id,
        intent=str(_INTENTS.get(intent, "")) if subjects or beside.unknown else "",
        named=[
            _advised(order_card(row, words, about=conversation.customer, opened=opened), row, intent, language)
            for row in beside.named
        ],
        others=[
            _advised(card, row, intent if row in subjects else Intent.NONE, language)
            for row in beside.others
            if (card := order_card(row, words, about=conversation.customer, opened=opened))
        ],
        unknown=[_unknown(number, intent, language) for number in beside.unknown],
        has_more=beside.has_more,
        can_change=can_change,
        can_ask=can_change and any(cls.abilities.looks_up for cls in source_classes().values()),
    )


_WAITING = (OrderState.NEW, OrderState.PREPARING, OrderState.SHIPPED)


def _subjects(beside: Beside) -> list[Order]:
    """The orders that the customer's wish is about: the named ones, or without any number the one under way.

    Who names a number that is not found means that order, and no other of theirs.
    """
    if beside.named or beside.unknown:
        return beside.named
    return [row for row in beside.others if row.state in _WAITING][:1]


def _unknown(number: str, intent: Intent, language: str) -> UnknownLine:
    if intent is Intent.NONE:
        return UnknownLine(number, "", "")
    return UnknownLine(number, str(_UNKNOWN_STEP), _in_language(_UNKNOWN_SENTENCE, {"number": number}, language))


def _advised(card: OrderCard, row: Order, intent: Intent, language: str) -> OrderCard:
    step = next_step(intent, row)
    if step is Step.NONE:
        return card
    return replace(card, step=str(_STEPS[step]), sentence=_sentence(step, row, language), is_open=True)


def _sentence(step: Step, row: Order, language: str) -> str:
    """In the customer's language, whatever the reader's is."""
    parcel = next((each for each in row.shipments.all() if each.tracking_number), None)
    facts = {
        "number": row.number,
        "carrier": parcel.carrier if parcel else "",
        "tracking": parcel.tracking_number if parcel else "",
    }
    return _in_language(_SENTENCES.get(step, ""), facts, language)


def _in_language(text: "str | _StrPromise", facts: Mapping[str, str], language: str) -> str:
    with translation.override(language if language in ("ja", "en") else "en"):
        return str(text) % facts


def order_card(row: Order, words: Words, *, about: Customer | None = None, opened: str = "") -> OrderCard:
    """One order fetched with all it has; `about` is the customer on whose page it stands."""
    is_others = about is not None and row.customer_id is not None and row.customer_id != about.pk
    state = OrderState(row.state)
    cls = source_classes().get(row.source.kind)
    return OrderCard(
        pk=row.pk,
        number=row.number,
        state=str(state.label),
        tone=_TONES.get(state, "outline"),
        words=row.state_words if row.state_words != str(state.label) else "",
        when=words.date(row.ordered_at) if row.ordered_at else "",
        total=money(row.total, row.currency, words),
        facts=" · ".join(part for part in (row.payment, row.channel) if part),
        items=[_item(each, row.currency, words) for each in row.items.all()],
        parcels=[_parcel(each, words) for each in row.shipments.all()],
        note=row.note,
        source=row.source.name,
        order_url=filled(row.source.order_url, number=row.number, external_id=row.external_id),
        customer_url=filled(row.source.customer_url, number=row.number, customer=row.buyer_number),
        fetched=words.due(row.fetched_at),
        failing=told(row.source.failure) if row.source.failing_since else "",
        owner=row.customer.label if is_others and row.customer else "",
        owner_url=reverse("desk:timeline", args=[row.customer_id]) if is_others else "",
        is_nobodys=row.customer_id is None,
        can_refresh=bool(cls and cls.abilities.looks_up and row.source.is_active),
        is_open=opened == row.number_key,
    )


def _item(item: OrderItem, currency: str, words: Words) -> ItemLine:
    is_out = item.stock is not None and item.stock < item.quantity
    stock = "" if item.stock is None else _("%(count)s in stock") % {"count": f"{item.stock:,}"}
    return ItemLine(item.name, item.quantity, money(item.unit_price, currency, words), stock, is_out)


def _parcel(parcel: Shipment, words: Words) -> ParcelLine:
    when = parcel.state_words
    if parcel.delivered_at:
        when = _("delivered %(day)s") % {"day": words.date(parcel.delivered_at)}
    elif parcel.shipped_at:
        when = _("shipped %(day)s") % {"day": words.date(parcel.shipped_at)}
    return ParcelLine(parcel.carrier, parcel.tracking_number, parcel.tracking_url, when)


def money(amount: Decimal | None, currency: str, words: Words) -> str:
    """5,940円, ¥5,940 in English, USD 12.50."""
    if amount is None:
        return ""
    if currency == "JPY":
        return f"{amount:,.0f}円" if words.language == "ja" else f"¥{amount:,.0f}"
    return f"{currency} {amount:,.2f}"


def order_cards(rows: Iterable[Order], words: Words, *, about: Customer) -> list[OrderCard]:
    """The orders of a customer's page."""
    return [order_card(row, words, about=about) for row in rows]


def figure_lines(user: User, customer: Customer, words: Words) -> list[tuple[str, str, str]]:
    """How many orders, for how much, until when; a line a currency."""
    return [
        (
            f"{each.amount:,}",
            money(each.total, each.currency, words),
            words.date(each.last_at) if each.last_at else "–",
        )
        for each in buying_figures(user, customer)
    ]
