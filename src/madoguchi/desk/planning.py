"""送信予約 on the screen: the times a writer is offered, a time of their own in a zone of their choice, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from madoguchi.calendars.checking import time_zones
from madoguchi.channels.hours import is_within_hours, next_start, zone_of
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Message
from madoguchi.conversations.plans import check_plan
from madoguchi.core.errors import Invalid
from madoguchi.desk.frame import words_now
from madoguchi.ui.dates import Words

#: The value of the button that takes the time from the fields beside it.
OWN = "own"
#: Offered below those that concern the desk and the customer.
_USUAL = ("Asia/Tokyo", "Asia/Shanghai", "Asia/Singapore", "Europe/London", "Europe/Paris", "America/New_York")
_USUAL_MORE = ("America/Los_Angeles", "Australia/Sydney", "UTC")
#: The places of those in the reader's language; every other zone is called as the tz database does.
_PLACES = {
    "Asia/Tokyo": pgettext_lazy("place", "Tokyo"),
    "Asia/Shanghai": pgettext_lazy("place", "Shanghai"),
    "Asia/Singapore": pgettext_lazy("place", "Singapore"),
    "Europe/London": pgettext_lazy("place", "London"),
    "Europe/Paris": pgettext_lazy("place", "Paris"),
    "America/New_York": pgettext_lazy("place", "New York"),
    "America/Los_Angeles": pgettext_lazy("place", "Los Angeles"),
    "Australia/Sydney": pgettext_lazy("place", "Sydney"),
}
_MORNING = 9  # o'clock: when mail of the night is read


@dataclass(frozen=True, slots=True)
class Offer:
    """One time to choose by one click."""

    value: str
    word: str
    when: str
    note: str  #: what should be known of it: the customer's own time, that nobody is at the desk


@dataclass(frozen=True, slots=True)
class Zone:
    """One time zone to choose."""

    name: str
    word: str


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What the menu beside the send button shows."""

    offers: Sequence[Offer] = ()
    zones: Sequence[Zone] = ()
    own: str = ""  #: the fields, as last filled in
    zone: str = ""
    value: str = ""  #: the time that was chosen before: of a draft that was planned, or of what was refused
    when: str = ""
    is_past: bool = False


def send_plan(inbox: Inbox, customer_zone: str = "") -> SendPlan:
    """The times offered for a mail from this 窓口 to a customer who may live in another zone."""
    words = words_now()
    own = zone_of(inbox)
    tomorrow = (words.now.astimezone(own) + timedelta(days=1)).replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    times = [(_("When the desk opens next"), opening)] if (opening := next_start(inbox, words.now)) else []
    if opening != tomorrow:
        times.append((_("Tomorrow at 9:00"), tomorrow))
    offers = [_offer(word, at, inbox, customer_zone, words) for word, at in times]
    zones = tuple(_zones(own.key, customer_zone, words.now))
    first = offers[0].value if offers else ""
    return SendPlan(offers, zones, own=_local(first, own), zone=own.key)


def _offer(word: str, at: datetime, inbox: Inbox, customer_zone: str, words: Words) -> Offer:
    return Offer(_value(at), word, words.due(at), _(", ").join(notes_about(at, inbox, customer_zone, words)))


def notes_about(at: datetime, inbox: Inbox, customer_zone: str, words: Words) -> list[str]:
    """What should be known of a time: what the customer's clock shows then, and that nobody is at the desk."""
    notes = []
    if customer_zone in time_zones() and customer_zone != settings.TIME_ZONE:
        there = replace(words, zone=ZoneInfo(customer_zone)).due(at)
        notes.append(_("%(time)s for the customer (%(zone)s)") % {"time": there, "zone": city_of(customer_zone)})
    if not is_within_hours(inbox, at):
        notes.append(_("outside of business hours"))
    return notes


def city_of(zone: str) -> str:
    """The place a zone is named after."""
    return str(_PLACES.get(zone) or zone.rpartition("/")[2].replace("_", " "))


def _zones(desk: str, customer: str, now: datetime) -> Iterator[Zone]:
    known = time_zones()
    concerned = {settings.TIME_ZONE: "", desk: "", customer: _("the customer’s")}
    for name in dict.fromkeys([*concerned, *_USUAL, *_USUAL_MORE]):
        if name not in known:
            continue
        hours = (now.astimezone(ZoneInfo(name)).utcoffset() or timedelta()).total_seconds() / 3600
        word = f"{city_of(name)} (UTC{hours:+g})"
        yield Zone(name, f"{word} {concerned[name]}" if concerned.get(name) else word)


def with_time(plan: SendPlan | None, at: datetime | None) -> SendPlan | None:
    """The menu with a time that was chosen before, which the main button then keeps."""
    if plan is None or at is None:
        return plan
    words = words_now()
    value, zone = _value(at), ZoneInfo(plan.zone or settings.TIME_ZONE)
    return replace(plan, value=value, when=words.due(at), own=_local(value, zone), is_past=at <= words.now)


def refilled(plan: SendPlan | None, values: QueryDict) -> SendPlan | None:
    """The menu with what the form sent, after a refusal."""
    if plan is None:
        return None
    zone = values.get("send_zone", "")
    own = values.get("send_at_own", "")[:16]
    plan = replace(plan, own=own or plan.own, zone=zone if zone in time_zones() else plan.zone)
    try:
        timed = with_time(plan, planned_time(values, plan.zone))
    except Invalid:
        return plan
    # A time that was refused stands in its field, not on the button that would send at it.
    return replace(timed, value="", when="", is_past=False) if timed and timed.is_past else timed


def planned_time(values: QueryDict, default_zone: str = settings.TIME_ZONE) -> datetime | None:
    """The time the form asks for; None to send as soon as the undo time is over. `Invalid` for what is no time."""
    value = values.get("send_at", "").strip()
    if not value:
        return None
    if value != OWN:
        return _read(value, ZoneInfo(default_zone))
    zone = values.get("send_zone", "") or default_zone
    if zone not in time_zones():
        raise Invalid(_("There is no such time zone."), field="send_at")
    return _read(values.get("send_at_own", "").strip(), ZoneInfo(zone))


def _read(text: str, zone: ZoneInfo) -> datetime:
    """The moment a text means; without a zone of its own, on the clocks of this one."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(_("Enter the date and the time at which the mail is to leave."), field="send_at") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
        if at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at.replace(tzinfo=None):
            message = _("There is no such time on that day: the clocks are put forward. Choose another one.")
            raise Invalid(message, field="send_at")
    return at.astimezone(UTC)


def told_time(values: QueryDict, inbox: Inbox, customer_zone: str) -> tuple[list[str], str]:
    """What is to be known of a time while it is being chosen, or why it cannot be."""
    words = words_now()
    try:
        at = planned_time(values)
        check_plan(at)
    except Invalid as error:
        return [], str(error)
    if at is None:
        return [], ""
    return [words.due(at), *notes_about(at, inbox, customer_zone, words)], ""


def sending_word(message: Message) -> str:
    """What becomes of a mail that may leave."""
    if message.planned_at is None:
        return _("The reply will be sent.")
    return _("The mail leaves %(time)s.") % {"time": words_now().due(message.planned_at)}


def _value(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _local(value: str, zone: ZoneInfo) -> str:
    """As the field for a date and a time takes it."""
    if not value:
        return ""
    return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def not_done_word(message: Message, wanted: str) -> str:
    """That 対応完了, which was wanted for after sending, is left out; empty where it is not."""
    if wanted != Status.DONE or message.before.get("status_after", wanted) == wanted:
        return ""
    return " " + _("The conversation is not done yet: a field that is required for it is empty.")
