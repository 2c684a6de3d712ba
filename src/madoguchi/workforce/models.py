"""Tables of the workforce."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.workforce.choices import Presence


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
