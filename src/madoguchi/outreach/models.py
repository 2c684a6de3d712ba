"""Tables of the bulk replies."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import Status
from madoguchi.conversations.models import Conversation, Message, OwnStatus
from madoguchi.files.models import Blob
from madoguchi.outreach.choices import BulkState, ItemState


class BulkReply(models.Model):
    """One text to the customers of several conversations."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=1000, blank=True)  #: empty: each answer keeps the subject of its conversation
    text = models.TextField()  #: with its fields (差し込み項目) unfilled
    version = models.PositiveSmallIntegerField(default=1)  #: of subject and text
    status_after = models.CharField(max_length=12, choices=Status, default=Status.WAIT)
    own_after = models.ForeignKey(OwnStatus, on_delete=models.SET_NULL, null=True, related_name="+")
    acknowledged = models.JSONField(default=list)  #: keys of findings its writer has seen in the preview
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.RUNNING)
    seen_event_id = models.BigIntegerField()  #: the newest event when its preview was looked at
    leaves_at = models.DateTimeField()  #: no letter of it leaves before, so that all can be taken back together
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["BulkReply"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="bulk_reply_user")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"bulk_reply:{self.pk}"


class BulkDraft(models.Model):
    """The letter of a bulk reply that has not been sent; one for each person and selection (`drafts`)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=40)  #: `drafts.place_of`
    conversations = models.JSONField(default=list)
    subject = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True)
    status_after = models.CharField(max_length=30, blank=True)
    files = models.JSONField(default=list)  #: blob, name, type and bytes of each
    writer = models.CharField(max_length=32, blank=True)  #: the page that wrote last
    version = models.PositiveIntegerField(default=0)
    is_over = models.BooleanField(default=False)  #: sent or thrown away; stays to know the page that did it
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["BulkDraft"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="bulk_draft_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.place}"


class BulkReplyText(models.Model):
    """A subject and text that some of its letters may have left with, before it was corrected."""

    bulk = models.ForeignKey(BulkReply, on_delete=models.CASCADE, related_name="texts")
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=1000, blank=True)
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)  #: when it was corrected

    objects: ClassVar[models.Manager["BulkReplyText"]] = models.Manager()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["bulk", "version"], name="bulk_reply_text_once")]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.version}"


class BulkReplyFile(models.Model):
    """A file that goes with each of its letters."""

    bulk = models.ForeignKey(BulkReply, on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager["BulkReplyFile"]] = models.Manager()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class BulkReplyItem(models.Model):
    """The letter to one of them."""

    bulk = models.ForeignKey(BulkReply, on_delete=models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40, blank=True)  #: why it was set aside, as a stable key,
    reason = models.TextField(blank=True)  #: and in words (core.telling)
    version = models.PositiveSmallIntegerField(default=0)  #: the text it was written with
    seen_event_id = models.BigIntegerField(default=0)  #: what was looked at before trying again; 0: the preview
    override_reason = models.CharField(max_length=200, blank=True)  #: why it goes although something happened

    objects: ClassVar[models.Manager["BulkReplyItem"]] = models.Manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "conversation"], name="bulk_reply_once"),
            models.CheckConstraint(
                name="bulk_reply_written",
                condition=Q(state__in=["written", "taken_back"], message__isnull=False)
                | Q(state__in=["waiting", "set_aside"], message=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.conversation_id} {self.state}"
