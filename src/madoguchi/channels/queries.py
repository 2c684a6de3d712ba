"""Reads of the channels."""

from collections.abc import Collection, Iterable

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.channels.choices import RawState
from madoguchi.channels.models import Inbox, RawMessage, remember_visible_inboxes, visible_inbox_ids
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import NotFound
from madoguchi.core.prepared import OneOf, Prepared, Slot

MOST_COUNTED = 99


def remember_inboxes(user: User) -> list[Inbox]:
    """The 窓口 a person may see, asked once for the length of a request; `user` is the request's own object."""
    return remember_visible_inboxes(user)


def inboxes_of(user: User) -> QuerySet[Inbox]:
    """The 窓口 a person may see, in their order."""
    return Inbox.objects.visible_to(user)


def all_inboxes() -> QuerySet[Inbox]:
    """Every 窓口, whoever may see it: for what is about ourselves and not about what it holds."""
    return Inbox.objects.all()


def has_inboxes() -> bool:
    """Whether there is any 窓口 at all, whoever may see it."""
    return Inbox.objects.exists()


def get_inbox(user: User, pk: int) -> Inbox:
    """One 窓口 a person may see; NotFound otherwise."""
    inbox = Inbox.objects.visible_to(user).filter(pk=pk).first()
    if inbox is None:
        raise NotFound(_("There is no such desk."))
    return inbox


def who_sees_inboxes(inbox_ids: Collection[int], user_ids: Collection[int]) -> dict[int, set[int]]:
    """Which of these people may see each of these 窓口."""
    if not inbox_ids:
        return {}
    people = User.objects.filter(pk__in=user_ids)
    seen = {person.pk: set(Inbox.objects.visible_to(person).values_list("pk", flat=True)) for person in people}
    return {inbox_id: {pk for pk, visible in seen.items() if inbox_id in visible} for inbox_id in inbox_ids}


def active_inboxes(kind: str) -> QuerySet[Inbox]:
    """Every 窓口 of a kind that is switched on; for the machines, not for people."""
    return Inbox.objects.filter(kind=kind, is_active=True)


def inbox_of_addresses(addresses: Iterable[str]) -> Inbox | None:
    """The first active 窓口 that one of these addresses belongs to, in the order given."""
    folded = [fold_address(address) for address in addresses]
    candidates = list(Inbox.objects.filter(Q(address__in=folded) | Q(aliases__overlap=folded), is_active=True))
    for address in folded:
        for inbox in candidates:
            if address in inbox.addresses:
                return inbox
    return None


def quarantine_of(user: User) -> QuerySet[RawMessage]:
    """What could not be read, newest first: of the 窓口 the person may see, and what belongs to none."""
    visible = Q(inbox__in=Inbox.objects.visible_to(user)) | Q(inbox=None)
    return (
        RawMessage.objects.filter(visible, state=RawState.QUARANTINED).select_related("inbox", "blob").order_by("-pk")
    )


def quarantined_ids(user: User) -> QuerySet[RawMessage, int]:
    """The numbers of `quarantine_of`, at most 99; may be fetched together with others."""
    return _QUARANTINED(inboxes=visible_inbox_ids(user))


_QUARANTINED: Prepared[QuerySet[RawMessage, int]] = Prepared(
    lambda: (
        RawMessage.objects.filter(Q(OneOf(F("inbox_id"), Slot("inboxes"))) | Q(inbox=None), state=RawState.QUARANTINED)
        .order_by("-pk")
        .values_list("pk", flat=True)[:MOST_COUNTED]
    )
)


def get_quarantined(user: User, pk: int) -> RawMessage:
    """One quarantined raw message the person may see; NotFound otherwise."""
    raw = quarantine_of(user).filter(pk=pk).first()
    if raw is None:
        raise NotFound(_("This mail is not in quarantine any more."))
    return raw


def failing_inboxes() -> QuerySet[Inbox]:
    """The 窓口 that cannot be fetched or sent from at the moment."""
    return Inbox.objects.filter(is_active=True).exclude(failing_since=None)


def waiting_raw_count() -> int:
    """How many raw messages wait to be read."""
    return RawMessage.objects.filter(state=RawState.STORED).count()


def oldest_waiting_raw() -> RawMessage | None:
    """The raw message that waits longest."""
    return RawMessage.objects.filter(state=RawState.STORED).order_by("pk").first()
