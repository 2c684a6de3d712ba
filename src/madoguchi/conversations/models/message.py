"""Messages and their attachments."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox, RawMessage
from madoguchi.conversations.choices import NEVER_LEFT, MessageKind, MessageState
from madoguchi.conversations.models.conversation import Conversation
from madoguchi.customers.models import Customer
from madoguchi.files.models import Blob


class MessageQuerySet(models.QuerySet["Message"]):
    """Selections of messages."""

    def visible_to(self, user: User) -> "MessageQuerySet":
        """Messages of the conversations a person may see."""
        return self.filter(conversation__in=Conversation.objects.visible_to(user).values("pk"))

    def public(self) -> "MessageQuerySet":
        """What people said, the customer and we: without notes, what was taken back, and what we send by itself."""
        return self.filter(is_automatic=False).exclude(kind=MessageKind.NOTE).exclude(state__in=NEVER_LEFT)


class Message(models.Model):
    """One message of a conversation: received, sent, or an internal note."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=MessageKind)
    state = models.CharField(max_length=20, choices=MessageState)
    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, related_name="messages", db_index=False
    )  #: who wrote
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")  #: of the staff, who wrote
    sender_name = models.CharField(max_length=300, blank=True)
    sender_address = models.CharField(max_length=998, blank=True)
    to = models.JSONField(default=list)  #: [{"email": …, "name": …}]
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    reply_to = models.JSONField(default=list)
    subject = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  #: sanitised, with the mail's own sheet at its head (ADR 20)
    spans = models.JSONField(null=True)  #: folding: [[kind, start, end, label], …]; None until made
    external_id = models.CharField(max_length=1000)
    fingerprint = models.CharField(max_length=64, blank=True)
    in_reply_to = models.CharField(max_length=1000, blank=True)
    references = ArrayField(models.CharField(max_length=1000), default=list)
    raw = models.ForeignKey(RawMessage, on_delete=models.SET_NULL, null=True, related_name="+")
    auto_kind = models.CharField(max_length=10, blank=True)  #: channels.contract.AutoKind
    #: What a report is about; of a mail of ours, the one it sends again to another address.
    about = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="reports"
    )  #: of a bounce, of what is sent again
    charset = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, blank=True)
    headers = models.JSONField(default=dict)
    warnings = ArrayField(models.CharField(max_length=60), default=list)
    sent_at = models.DateTimeField(null=True)  #: inbound: the sender's clock; outbound: when it left
    at = models.DateTimeField(default=timezone.now)  #: when it reached or left us: the order of the timeline
    # On the way out
    send_after = models.DateTimeField(null=True)  #: not before this: the time in which it can be taken back
    planned_at = models.DateTimeField(null=True)  #: 送信予約: the time a person chose for it to leave
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)  #: what is wrong and what to do, for the agent
    failure_detail = models.TextField(blank=True)  #: the remote server's words
    bounced_at = models.DateTimeField(null=True)
    bounce = models.JSONField(default=list)  #: channels.contract.DeliveryReport as objects
    request_key = models.CharField(max_length=64, null=True, unique=True)  #: idempotency  # noqa: DJ001 - unique
    before = models.JSONField(default=dict)  #: of the conversation, for taking back: actions.replies.Before
    is_automatic = models.BooleanField(default=False)  #: of ours, and nobody wrote it (actions.automatic): no answer
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    mentions = models.ManyToManyField(User, related_name="+", blank=True)

    objects: ClassVar[models.Manager["Message"]] = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["external_id"], name="message_external_id"),
            models.CheckConstraint(
                name="message_approved",
                condition=Q(approved_by=None, approved_at=None) | Q(approved_at__isnull=False),
            ),
        ]
        indexes = [
            # What they include lets the timeline of a person with thousands of messages be read from them alone.
            models.Index(fields=["conversation", "at", "id"], include=["kind", "state"], name="message_timeline"),
            models.Index(fields=["customer", "-at", "-id"], include=["conversation", "state"], name="message_customer"),
            models.Index(fields=["in_reply_to"], name="message_in_reply_to", condition=~Q(in_reply_to="")),
            models.Index(
                fields=["state", "send_after"],
                name="message_outgoing",
                condition=Q(state__in=["queued", "sending", "retrying", "failed", "uncertain"]),
            ),
            models.Index(
                fields=["planned_at", "id"],
                name="message_planned",
                condition=Q(planned_at__isnull=False, state__in=["queued", "awaiting_approval", "stopped"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attachment(models.Model):
    """A file of a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    content_id = models.CharField(max_length=998, blank=True)
    is_inline = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
