"""What stands above a timeline: what is open with somebody, when they were last in touch, and how often."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import sight_of
from madoguchi.calls.models import Callback, Slip
from madoguchi.calls.of_person import callbacks_waiting, slips_about
from madoguchi.cases.models import Case
from madoguchi.cases.of_person import cases_under_way
from madoguchi.channels.models import eyes_of
from madoguchi.commerce.models import Order
from madoguchi.commerce.of_person import orders_under_way
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.of_person import messages_since, open_matters, requests_about
from madoguchi.conversations.phone_memos import PREFIX
from madoguchi.core.prepared import Shaped
from madoguchi.core.together import fetch_together
from madoguchi.flows.timeline.entry import Chosen, Entry, Kind
from madoguchi.flows.timeline.reading import page_of
from madoguchi.promises.models import Promise
from madoguchi.promises.of_person import promises_due

#: Of each kind of open matter, as many are shown.
SHOWN = 5
#: Nobody reads an exact number beyond it.
MOST_CONTACTS = 999
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Summary:
    """What is open, and how often one was in touch; each list has one more than is shown where there are more."""

    talks: Sequence[Conversation]
    cases: Sequence[Case]  #: of those that the person may see
    promises: Sequence[Promise]
    callbacks: Sequence[Callback]
    slips: Sequence[Slip]
    requests: Sequence[Conversation]
    orders: Sequence[Order]
    last: Entry | None  #: the last mail or call, whoever began it
    contacts: int  #: mails the customer wrote and calls, in the last 365 days, counted up to `MOST_CONTACTS`


def summary_of(user: User, customers: Collection[int], page: Sequence[Entry] = ()) -> Summary:
    """The open matters of customers whom the caller has got for this person, as far as the person sees them.

    `page` is the first page of their timeline, if that was read: the last contact mostly stands there.
    """
    values = {**eyes_of(user), "people": list(customers), "since": timezone.now() - YEAR}
    reads = [each(sight_of(user))(**values) for each in _READS]
    fetch_together(*reads)
    talks, cases, promises, callbacks, slips, asked, orders, contacts = (list(each) for each in reads)
    last = next((each for each in page if each.kind in _TOUCHED), None)
    if last is None:
        found = page_of(user, customers, Chosen(kinds=_TOUCHED), limit=1).entries
        last = found[0] if found else None
    return Summary(talks, cases, promises, callbacks, slips, asked, orders, last, len(contacts))


_TOUCHED = frozenset({Kind.RECEIVED, Kind.SENT, Kind.CALL})
_MOST = SHOWN + 1
_THEIRS = Q(kind=MessageKind.INBOUND, auto_kind="") | Q(kind=MessageKind.NOTE, external_id__startswith=PREFIX)
_READS: Sequence[Shaped[QuerySet[Any, Any]]] = (
    Shaped(lambda sight: open_matters(sight).select_related("inbox", "assignee").order_by("-last_message_at")[:_MOST]),
    Shaped(lambda sight: cases_under_way(sight).select_related("owner").order_by("-received_at", "-pk")[:_MOST]),
    Shaped(lambda sight: promises_due(sight).select_related("owner").order_by("due_at", "pk")[:_MOST]),
    Shaped(lambda sight: callbacks_waiting(sight).select_related("owner").order_by("starts_at", "pk")[:_MOST]),
    Shaped(
        lambda sight: slips_about(sight).filter(answered_at=None).select_related("recipient").order_by("-pk")[:_MOST]
    ),
    Shaped(lambda sight: requests_about(sight).filter(is_open=True).select_related("customer").order_by("-pk")[:_MOST]),
    Shaped(lambda sight: orders_under_way(sight).order_by("-ordered_at", "-pk")[:_MOST]),
    Shaped(lambda sight: messages_since(sight).filter(_THEIRS).values_list("pk")[:MOST_CONTACTS]),
)
