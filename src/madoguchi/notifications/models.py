"""The table of notices."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation

REMINDED = "reminded"


class Notification(models.Model):
    """One thing one person should know; written once per event and person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)  #: mention, assigned, reply_failed, inbox_failing, sent_back
    subject = models.CharField(max_length=60)  #: as events: "conversation:123"
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event_id", "kind"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(fields=["user", "-id"], name="notification_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"


class Reminder(models.Model):
    """A person's wish to be told of a conversation at a time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reminders")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="reminder_due", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"
