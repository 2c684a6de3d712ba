"""Drafts of replies that colleagues may read: those of everybody who writes where one sees the conversation."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.models import Conversation, Draft
from madoguchi.core.errors import NotFound


def shared_drafts_of(user: User) -> QuerySet[Draft]:
    """What colleagues have begun to reply and not kept private, where this person sees it; newest first."""
    seen = Conversation.objects.visible_to(user).values("pk")
    # What waits since a merge where it was begun is seen where it would be written on.
    survives = Q(conversation__merged_into=None) | Q(conversation__merged_into__in=seen)
    rows = Draft.objects.filter(survives, kind=DraftKind.REPLY, is_private=False, conversation__in=seen)
    rows = rows.exclude(user=user).exclude(text="").select_related("user", "conversation__customer")
    return rows.order_by("-updated_at")


def shared_drafts_in(user: User, conversation: Conversation) -> QuerySet[Draft]:
    """The drafts of colleagues on one conversation and on those merged into it, with their files."""
    here = Q(conversation=conversation) | Q(conversation__merged_into=conversation)
    return shared_drafts_of(user).filter(here).prefetch_related("attachments__blob")


def get_shared_draft(user: User, pk: int, *, writer: int | None = None) -> Draft:
    """One draft of a colleague (of this `writer`); NotFound for one that is private, gone, or where one may not see."""
    rows = shared_drafts_of(user).filter(pk=pk)
    found = (rows if writer is None else rows.filter(user=writer)).first()
    if found is None:
        raise NotFound(_("This draft is not there any more: it was sent, discarded, taken over or made private."))
    return found
