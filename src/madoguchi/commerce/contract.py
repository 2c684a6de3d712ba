"""What a source of orders is: an order as it tells it, what it can do, and its errors.

Differences between sources are data (`Abilities`), never an `if kind ==`. A connector talks to the outside only by
`core.http.fetch`; whatever comes back is strangers' text and goes through `reading`, which bounds it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from madoguchi.commerce.choices import OrderState
from madoguchi.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import Form
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, as the source says; by mail, phone or number the customer is found, by the name never."""

    name: str = ""
    mail: str = ""
    phone: str = ""
    number: str = ""  #: the customer number at the source


@dataclass(frozen=True, slots=True)
class FoundItem:
    """One line of an order."""

    name: str
    quantity: int = 1
    sku: str = ""
    unit_price: Decimal | None = None
    stock: int | None = None  #: how many are left in the shop; None: not told


@dataclass(frozen=True, slots=True)
class FoundShipment:
    """One parcel."""

    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    state_words: str = ""
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """One order as a source tells it; pure data, bounded by `reading`."""

    number: str
    state: OrderState = OrderState.UNKNOWN
    state_words: str = ""
    ordered_at: datetime | None = None
    total: Decimal | None = None
    currency: str = "JPY"
    payment: str = ""
    channel: str = ""
    note: str = ""
    external_id: str = ""
    buyer: Buyer = Buyer()
    postal_code: str = ""
    address: str = ""  #: where it goes
    items: tuple[FoundItem, ...] = ()
    shipments: tuple[FoundShipment, ...] = ()
    changed_at: datetime | None = None  #: by the source's clock


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed at a source since a cursor."""

    orders: tuple[FoundOrder, ...] = ()
    problems: tuple[str, ...] = ()  #: what it told and nobody can read, in words
    cursor: str = ""
    has_more: bool = False
    #: Secrets that the answer renewed (NEXT ENGINE gives new tokens with every answer); to be kept at once.
    renewed: "Mapping[str, str]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a source can do."""

    looks_up: bool = False  #: one order by its number, now
    lists_changes: bool = False  #: what changed since
    tells_stock: bool = False
    signs_webhooks: bool = False  #: sends changes by itself, signed


class SourceTrouble(DomainError):
    """A source was asked and nothing came of it; the orders that are here stay as they are.

    SourceTrouble
     ├ SourceDown      trying again later may help
     ├ SourceRefused   only a person can help: a wrong key, a missing right
     └ SourceLies      it answers what cannot be an answer
    """

    code = "source_trouble"
    status = 502


class SourceDown(SourceTrouble):
    """No connection, too slow, 5xx, a rate limit."""

    code = "source_down"


class SourceRefused(SourceTrouble):
    """The key is wrong or lacks a right."""

    code = "source_refused"


class SourceLies(SourceTrouble):
    """What it answers cannot be read as an order, or is another order than was asked for."""

    code = "source_lies"


class Source(ABC):
    """One kind of source; an instance serves one OrderSource for one errand."""

    kind: ClassVar[str]
    label: ClassVar["str | _StrPromise"]
    abilities: ClassVar[Abilities] = Abilities()
    settings_form: ClassVar["type[Form] | None"] = None
    #: Fields of the form that are sealed and never shown again.
    secret_fields: ClassVar[tuple[str, ...]] = ()
    #: Where its own pages are, if that is known of all its shops.
    order_page: ClassVar[str] = ""
    customer_page: ClassVar[str] = ""

    def __init__(self, *, settings: dict[str, object], secrets: dict[str, str]) -> None:
        """`settings` and `secrets` are the OrderSource's own, secrets already decrypted."""
        self.settings = settings
        self.secrets = secrets
        self.renewed: dict[str, str] = {}  #: secrets that an answer replaced: the caller keeps them

    @abstractmethod
    def look_up(self, number: str) -> FoundOrder | None:
        """The order of this number as it is now; None when there is none. Raises SourceTrouble and nothing else."""

    def changes(self, _cursor: str) -> Changes:
        """What has changed since; an empty cursor is the recent past. Raises SourceTrouble and nothing else."""
        return Changes()

    def try_out(self) -> str:
        """Ask for something harmless and say what was found, for the button 接続を試す. Raises SourceTrouble."""
        return ""

    @classmethod
    def read_delivery(cls, _body: bytes, _headers: "Mapping[str, str]") -> list[FoundOrder]:
        """The orders in what its webhook brought. Raises SourceLies."""
        return []

    @classmethod
    def is_signed(cls, _body: bytes, _headers: "Mapping[str, str]", _secrets: "Mapping[str, str]") -> bool:
        """Whether a delivery shows that it comes from whoever knows the secret."""
        return False


def filled(template: str, *, number: str = "", external_id: str = "", customer: str = "") -> str:
    """The address of a source's page with the values in it; empty when one that it needs is not known."""
    values = {"{number}": number, "{id}": external_id, "{customer}": customer}
    if any(name in template and not value for name, value in values.items()):
        return ""
    for name, value in values.items():
        template = template.replace(name, quote(value, safe=""))
    return template
