"""Reads of calls: one's unfinished memos, and who may be calling."""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.calls.choices import UNFINISHED_SHOWN
from madoguchi.calls.models import Call
from madoguchi.conversations.customers import customers_of
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.queries import conversations_of
from madoguchi.core.errors import NotFound
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.models import Customer
from madoguchi.customers.phones import is_phone, phone_key

#: A number that more people share is that of a switchboard: one asks for the name.
_MOST_CALLERS = 8
_LAST_MATTERS = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """One customer who may be on the line, and what they asked last."""

    customer: Customer
    matters: list[Conversation] = field(default_factory=list)


def memo_of(user: User, key: str) -> Call | None:
    """A person's own memo by its key, whatever became of it."""
    rows = Call.objects.filter(user=user, key=key).select_related("customer", "joins", "inbox", "message")
    return rows.first() if key else None


def unfinished_memos(user: User, *, but: str = "") -> list[Call]:
    """The memos that a person has begun and not kept, the newest first; five at most."""
    rows = Call.objects.written_by(user).exclude(key=but).order_by("-updated_at")
    return list(rows[:UNFINISHED_SHOWN])


def calls_of(user: User) -> QuerySet[Call]:
    """The kept calls a person may see, the newest first."""
    rows = Call.objects.visible_to(user).select_related("user", "message__conversation__customer")
    return rows.order_by("-pk")


def get_call(user: User, pk: int) -> Call:
    """One kept call a person may see; NotFound otherwise."""
    found = calls_of(user).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such call, or you may not see it."))
    return found


def callers(user: User, number: str) -> list[Customer]:
    """Who has this phone number, however it is written, of the customers a person may see; eight at most."""
    if not is_phone(number):
        return []
    key = phone_key(number)
    rows = customers_of(user).filter(identities__kind=IdentityKind.PHONE, identities__key=key)
    return list(rows.order_by("reading", "pk").distinct()[:_MOST_CALLERS])


def caller(user: User, customer: Customer) -> Caller:
    """A customer with their last matters."""
    return Caller(customer, conversations_of(user, customer, limit=_LAST_MATTERS))
