"""What a timeline is made of: kinds of entries, an entry, places in the order, and what narrows it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Nobody searches a timeline for more.
MAX_SEARCH = 200
_PLACE = re.compile(r"([0-9]{1,17})\.([0-9]{1,2})\.([0-9]{1,19})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Kind(models.TextChoices):
    """What an entry is."""

    RECEIVED = "received", _("Received")
    SENT = "sent", _("Sent")
    CALL = "call", _("Phone memo")
    NOTE = "note", _("Internal note")
    REQUEST = "request", _("Request to others")
    CALLBACK = "callback", _("Callback")
    SLIP = "slip", _("Message to a colleague")
    PROMISE = "promise", _("Promise")
    CASE = "case", _("Cases")
    ORDER = "order", pgettext_lazy("purchase", "Order")
    SUBSCRIPTION = "subscription", _("Subscription")
    CONTRACT = "contract", _("Contract")
    RECORD = "record", _("Customer record")
    MERGE = "merge", _("Records merged")


class Way(models.TextChoices):
    """Who turned to whom."""

    IN = "in", pgettext_lazy("timeline", "From the customer")
    OUT = "out", pgettext_lazy("timeline", "From us")


#: What a telephone call is called among the channels.
PHONE = "phone"


class Place(NamedTuple):
    """Where an entry stands: later moments first, then the higher rank, then the higher id."""

    at: datetime
    rank: int
    id: int

    def __str__(self) -> str:
        """As it stands in an address: microseconds, rank and id."""
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.rank}.{self.id}"


def place_of(text: str) -> Place | None:
    """The place that `str` gave; None for anything else."""
    found = _PLACE.fullmatch(text)
    if found is None or int(found[3]) >= 1 << 63:
        return None
    try:
        moment = _EPOCH + int(found[1]) * _MICROSECOND
    except OverflowError:
        return None
    return Place(moment, int(found[2]), int(found[3]))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, whatever room keeps it."""

    at: datetime
    kind: Kind
    id: int  #: of its row
    rank: int  #: of its source
    row: models.Model  #: for faces that tell more of it
    customer: int  #: whose it is
    title: str = ""
    summary: str = ""  #: the beginning of its words
    who: str = ""  #: who did or wrote it
    way: str = ""  #: Way; empty for what is no contact
    channel: str = ""  #: a kind of channel
    inbox: str = ""  #: the name of the 窓口
    conversation: int | None = None
    state: str = ""  #: in a word
    is_red: bool = False  #: it waits for somebody, and is late

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.at, self.rank, self.id)

    @property
    def key(self) -> str:
        """What tells it from all others, for addresses and ids of elements."""
        return f"{self.rank}-{self.id}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What narrows a timeline; empty values let everything through."""

    kinds: frozenset[Kind] = frozenset()
    way: str = ""
    channel: str = ""
    inbox: int | None = None
    since: date | None = None  #: the first day
    until: date | None = None  #: the last day
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing is left out."""
        return self == Chosen()
