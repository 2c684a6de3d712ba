"""Tables of the workforce."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.conversations.models import Conversation
from madoguchi.workforce.choices import BulletinKind, Presence


class PresenceSpan(models.Model):
    """What one person was doing from when until when; the open one is what they do now.

    Append-only: a row gets its end and stays, for reports to come. That spans of one person never overlap is an
    exclusion constraint of the database (migration `presence`).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="presence_spans")
    state = models.CharField(max_length=10, choices=Presence)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)  #: when a window of theirs was heard of last
    is_automatic = models.BooleanField(default=False)  #: set by the rule for those not heard of, not by themselves

    objects: ClassVar[models.Manager["PresenceSpan"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="presence_one_now"),
            models.CheckConstraint(
                name="presence_ends_later", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]
        indexes = [models.Index(fields=["user", "-started_at"], name="presence_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.state}"


class Bulletin(models.Model):
    """お知らせ or 申し送り: something people of the staff have to know; who they are stands in its receipts."""

    kind = models.CharField(max_length=15, choices=BulletinKind, default=BulletinKind.ANNOUNCEMENT)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField()
    must_confirm = models.BooleanField(default=False)  #: stays at the top until its reader says they have read it
    conversations = models.ManyToManyField(Conversation, related_name="+", blank=True)  #: what it is about
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)  #: from then on it is history
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Bulletin"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["-id"], name="bulletin_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"bulletin:{self.pk}"


class BulletinReceipt(models.Model):
    """One person who has to know it, and whether they do."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="receipts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["BulletinReceipt"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "user"], name="bulletin_receipt_once")]
        indexes = [models.Index(fields=["user"], name="bulletin_unread", condition=Q(read_at=None))]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.user_id}"
