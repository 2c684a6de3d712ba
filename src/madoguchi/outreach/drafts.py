"""The letter of a bulk reply while it is written: kept as typed, one for each person and selection.

It survives a reload, a crash, a log-out and another device. Two pages that have it open at once do not write over each
other: whoever opened it before the other one wrote is refused (`DraftChanged`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.conversations.letters import Enclosure
from madoguchi.core.errors import DomainError, Invalid
from madoguchi.customers.masking import cut_whole
from madoguchi.outreach.choices import MAX_BULK_CHARS
from madoguchi.outreach.models import BulkDraft


class DraftChanged(DomainError):
    """Another page of the same person has written since this one was opened."""

    code = "draft_changed"
    status = 409

    def __init__(self) -> None:
        """Say where the newer words are."""
        super().__init__(
            _(
                "This was written on in another window, so it is not saved. Reload the page: the newer text stands "
                "there then, and you choose whether what you wrote here takes its place."
            )
        )


@dataclass(frozen=True, slots=True)
class Begun:
    """What is kept of a letter."""

    conversations: tuple[int, ...] = ()
    subject: str = ""
    text: str = ""
    status_after: str = ""
    files: tuple[Enclosure, ...] | None = None  #: None leaves those that are kept


@dataclass(frozen=True, slots=True)
class Page:
    """The page that writes: a name of its own, and the version that it was opened with."""

    writer: str
    opened_with: int = 0


def place_of(conversations: Sequence[int], *, retries: int = 0) -> str:
    """What the draft is for: a selection in whatever order, or the rest of a bulk reply."""
    if retries:
        return f"retry:{retries}"
    return hashlib.sha256(",".join(map(str, sorted(set(conversations)))).encode()).hexdigest()[:32]


def bulk_drafts_of(user: User) -> QuerySet[BulkDraft]:
    """What one has begun and not sent, newest first."""
    return BulkDraft.objects.filter(user=user, is_over=False).order_by("-updated_at", "-pk")


def bulk_draft(user: User, place: str) -> BulkDraft | None:
    """What one has begun for this, if anything."""
    return bulk_drafts_of(user).filter(place=place).first()


@transaction.atomic
def keep_bulk_draft(place: str, begun: Begun, *, page: Page, user: User) -> BulkDraft | None:
    """Save what is being written; None from a page whose letters are sent already. Records nothing.

    `DraftChanged` when another page wrote since this one was opened; Invalid for a text that no letter may have.
    """
    if len(begun.text) > MAX_BULK_CHARS:
        raise Invalid(_("The text is too long. Send long documents as an attachment."), field="text")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two first keys at once make one draft
    draft = BulkDraft.objects.filter(user=user, place=place).first() or BulkDraft(user=user, place=place)
    if draft.is_over and draft.writer == page.writer:
        return None
    if not draft.is_over and draft.writer != page.writer and draft.version != page.opened_with:
        raise DraftChanged
    draft.conversations = list(begun.conversations)
    draft.subject, draft.text = cut_whole(begun.subject, 1000), begun.text
    draft.status_after = begun.status_after[:30]
    if begun.files is not None:
        draft.files = [[each.blob_id, each.name, each.content_type, each.size_bytes] for each in begun.files]
    elif draft.is_over:
        draft.files = []
    draft.writer, draft.is_over = page.writer[:32], False
    draft.version, draft.updated_at = draft.version + 1, timezone.now()
    draft.save()
    return draft


@transaction.atomic
def end_bulk_draft(place: str, *, user: User, writer: str = "") -> None:
    """The letters are sent, or the draft is thrown away; what the page `writer` still saves afterwards is left."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    values = {"is_over": True, "writer": writer[:32], "text": "", "subject": "", "files": [], "conversations": []}
    BulkDraft.objects.update_or_create(user=user, place=place, defaults=values)


def enclosures_of_draft(draft: BulkDraft) -> tuple[Enclosure, ...]:
    """The files that are kept with it."""
    return tuple(Enclosure(*each) for each in draft.files)
