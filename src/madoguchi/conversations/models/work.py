"""What people work with: drafts, saved views, and steps that can be undone."""

from collections.abc import Container

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import Team, User
from madoguchi.channels.models import Inbox
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.models.conversation import Conversation
from madoguchi.conversations.models.message import Message
from madoguchi.files.models import Blob


class Draft(models.Model):
    """What somebody is writing, saved as typed; one per person, conversation and kind."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    kind = models.CharField(max_length=10, choices=DraftKind, default=DraftKind.REPLY)
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, related_name="+")  #: for new mail
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    subject = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True)
    is_rich = models.BooleanField(default=False)  #: the Markdown subset is also sent as HTML
    seen_event_id = models.BigIntegerField(default=0)  #: the last event the writer had before their eyes
    request_key = models.CharField(max_length=64, blank=True)  #: sent with the reply, so that a repeat is one mail
    resends = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")  #: a mail that failed
    planned_at = models.DateTimeField(null=True)  #: when it was to leave, of a planned mail that is edited again
    is_private = models.BooleanField(default=False)  #: kept from colleagues, who else may read it and take it over
    #: What brings something along when it leaves (一緒に行う操作), as the room `wording` numbers it.
    along = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "conversation", "kind"],
                name="draft_one_each",
                condition=Q(conversation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DraftAttachment(models.Model):
    """A file waiting in a draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.name


class SavedView(models.Model):
    """よく使う条件: a named filter; without an owner it is everybody's."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="views")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")  #: only theirs
    default_for = models.ManyToManyField(User, related_name="+", blank=True)  #: whom it greets after logging in
    name = models.CharField(max_length=60)
    conditions = models.JSONField(default=dict)  #: conversations.filters.Filter as plain values
    icon = models.CharField(max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(name="view_for_one_or_many", condition=Q(owner=None) | Q(team=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"view:{self.pk}"

    def is_for(self, inbox_ids: Container[int]) -> bool:
        """False for a shared view of a 窓口 that is not among those a person sees: its name would tell of it."""
        inbox = self.conditions.get("inbox")
        return self.owner_id is not None or inbox is None or inbox in inbox_ids


class UndoStep(models.Model):
    """How to take one change back: the values before it, per conversation, with the version they led to."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)  #: bulk, split, merge
    label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label
