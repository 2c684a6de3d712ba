"""Reads of お知らせ and 申し送り: what somebody has to know, the history, who has read what."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import NotFound
from madoguchi.workforce.models import Bulletin, BulletinReceipt

#: The most that stands above somebody's work; the rest is in the list.
PINNED = 5


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


def pinned_for(user: User) -> list[Bulletin]:
    """What a person has not read and still has to, what must be confirmed first."""
    now = timezone.now()
    unread = BulletinReceipt.objects.filter(bulletin=OuterRef("pk"), user=user, read_at=None)
    rows = Bulletin.objects.filter(Exists(unread), withdrawn_at=None).exclude(expires_at__lte=now)
    return list(rows.select_related("author").order_by("-must_confirm", "-pk")[:PINNED])


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
