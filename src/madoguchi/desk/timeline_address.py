"""What narrows a timeline, as it stands in addresses and in the form above the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.models import User
from madoguchi.channels.queries import remember_inboxes
from madoguchi.channels.registry import channel_classes
from madoguchi.flows.timeline.entry import MAX_SEARCH, PHONE, Chosen, Kind, Place, Way, place_of
from madoguchi.flows.timeline.reading import beginning_of

#: What the choice above the list offers: a word for some kinds together.
GROUPS: Mapping[str, tuple[object, tuple[Kind, ...]]] = {
    "mail": (gettext_lazy("Mail and messages"), (Kind.RECEIVED, Kind.SENT)),
    "call": (gettext_lazy("Phone memos and callbacks"), (Kind.CALL, Kind.CALLBACK, Kind.SLIP)),
    "slip": (gettext_lazy("Message to a colleague"), (Kind.SLIP,)),
    "note": (gettext_lazy("Internal notes"), (Kind.NOTE,)),
    "buying": (gettext_lazy("Orders and contracts"), (Kind.ORDER, Kind.SUBSCRIPTION, Kind.CONTRACT)),
    "promise": (gettext_lazy("Promises"), (Kind.PROMISE,)),
    "request": (gettext_lazy("Requests to others"), (Kind.REQUEST,)),
    "case": (gettext_lazy("Cases"), (Kind.CASE,)),
    "record": (gettext_lazy("Customer record"), (Kind.RECORD, Kind.MERGE)),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a timeline asks for."""

    chosen: Chosen
    before: Place | None = None
    after: Place | None = None
    day: date | None = None  #: jumped to
    group: str = ""

    def address(self, path: str, **more: object) -> str:
        """The same timeline, narrowed alike, with what is added."""
        chosen = self.chosen
        kept = {
            "kind": self.group, "way": chosen.way, "channel": chosen.channel, "inbox": chosen.inbox,
            "since": chosen.since, "until": chosen.until, "q": chosen.text,
        } | more  # fmt: skip
        query = urlencode({name: str(value) for name, value in kept.items() if value})
        return f"{path}?{query}" if query else path


def asked_of(request: HttpRequest) -> Asked:
    """What an address asks for; what nobody can have meant narrows nothing."""
    said = request.GET
    group, inbox = said.get("kind", ""), said.get("inbox", "")
    kinds = GROUPS[group][1] if group in GROUPS else (Kind(group),) if group in Kind.values else ()
    chosen = Chosen(
        kinds=frozenset(kinds),
        way=way if (way := said.get("way", "")) in Way.values else "",
        channel=channel if (channel := said.get("channel", "")) in {PHONE, *channel_classes()} else "",
        inbox=int(inbox) if inbox.isascii() and inbox.isdecimal() and len(inbox) < 19 else None,
        since=day_of(said.get("since", "")),
        until=day_of(said.get("until", "")),
        text=" ".join(said.get("q", "").split())[:MAX_SEARCH],
    )
    day, before = day_of(said.get("day", "")), place_of(said.get("before", ""))
    if day and before is None:
        before = Place(beginning_of(day + timedelta(days=1)), 0, 0)
    return Asked(chosen, before, place_of(said.get("after", "")), day, group if kinds else "")


def day_of(text: str) -> date | None:
    """The day of a date field; None for none."""
    try:
        found = parse_date(text[:10])
    except ValueError:
        return None
    return found if found and date(1970, 1, 1) <= found <= date(9990, 1, 1) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values."""

    value: str
    word: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The form above the list."""

    kinds: list[Choice]
    ways: list[Choice]
    channels: list[Choice]
    inboxes: list[Choice]


def choices_of(user: User, asked: Asked) -> Choices:
    """Everything there is to choose, for this person."""
    chosen = asked.chosen
    channels = {key: str(each.label) for key, each in channel_classes().items()} | {PHONE: _("Phone")}
    return Choices(
        kinds=[Choice(key, str(word), key == asked.group) for key, (word, _kinds) in GROUPS.items()],
        ways=[Choice(str(way), str(way.label), way == chosen.way) for way in Way],
        channels=[Choice(key, word, key == chosen.channel) for key, word in channels.items()],
        inboxes=[Choice(str(box.pk), box.name, box.pk == chosen.inbox) for box in remember_inboxes(user)],
    )
