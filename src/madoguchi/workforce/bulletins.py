"""Reads of お知らせ and 申し送り: what somebody has to know, the history, who has read what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import NotFound
from madoguchi.workforce.choices import BulletinKind
from madoguchi.workforce.models import Bulletin, BulletinReceipt

#: The most that is offered above somebody's work, one in sight and the others folded; the rest is in the list.
PINNED = 30


def bulletins_for(user: User, *, like: str = "", kind: str = "") -> QuerySet[Bulletin]:
    """What concerns a person or was written by them, newest first; supervisors see all of it.

    Each with `is_unread` for this person, and how many have to know it (`n`) and do (`n_read`).
    """
    mine = BulletinReceipt.objects.filter(bulletin=OuterRef("pk"), user=user)
    rows = Bulletin.objects.annotate(
        is_unread=Exists(mine.filter(read_at=None)),
        n=Count("receipts", distinct=True),
        n_read=Count("receipts", filter=Q(receipts__read_at__isnull=False), distinct=True),
    ).select_related("author")
    if not may(user, Permission.APPROVE):
        rows = rows.filter(Q(author=user) | Exists(mine))
    if like:
        rows = rows.filter(Q(title__icontains=like) | Q(text__icontains=like))
    return (rows.filter(kind=kind) if kind else rows).order_by("-pk")


def titles_of_bulletins(ids: Iterable[int], user: User) -> dict[int, str]:
    """The titles of these, as far as they concern the person."""
    return dict(bulletins_for(user).filter(pk__in=set(ids)).values_list("pk", "title"))


def unread_by(user: User) -> QuerySet[Bulletin]:
    """What a person has not read and still has to, the most urgent first.

    That is 申し送り before お知らせ, of each kind what must be confirmed, then what is newest.
    """
    unread = BulletinReceipt.objects.filter(bulletin=OuterRef("pk"), user=user, read_at=None)
    rows = Bulletin.objects.filter(Exists(unread), withdrawn_at=None).exclude(expires_at__lte=timezone.now())
    is_note = Case(When(kind=BulletinKind.HANDOVER_NOTE, then=0), default=1)
    return rows.select_related("author").order_by(is_note, "-must_confirm", "-pk")


@dataclass(frozen=True, slots=True)
class Pinned:
    """What stands above somebody's work: one in sight, the others folded."""

    first: Bulletin | None
    others: Sequence[Bulletin]
    n_others: int  #: also those past `PINNED`


def pinned_for(user: User) -> Pinned:
    """What a person has not read: asks once, and again only where there is more than can be offered."""
    rows = list(unread_by(user)[:PINNED])
    total = len(rows) if len(rows) < PINNED else unread_by(user).count()
    return Pinned(rows[0], rows[1:], total - 1) if rows else Pinned(None, [], 0)


def get_bulletin(user: User, pk: int) -> Bulletin:
    """One that concerns the person; NotFound otherwise."""
    bulletin = bulletins_for(user).filter(pk=pk).first()
    if bulletin is None:
        raise NotFound(_("There is no such bulletin, or it does not concern you."))
    return bulletin


def receipts_of(bulletin: Bulletin) -> QuerySet[BulletinReceipt]:
    """Who has to know it, those who do not yet first."""
    return bulletin.receipts.select_related("user").order_by("read_at", "user__name")


def conversations_of(bulletin: Bulletin, user: User) -> QuerySet[Conversation]:
    """What it is about, as far as the reader may see it."""
    visible = Conversation.objects.visible_to(user).values("pk")
    return bulletin.conversations.filter(pk__in=visible).select_related("customer").order_by("pk")
