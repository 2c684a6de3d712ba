"""What was told of deadlines."""

from typing import ClassVar

from django.db import models

from madoguchi.conversations.models.conversation import Conversation


class DeadlineAlarm(models.Model):
    """One step (due soon, late, escalated) that was told of one 返信期限; its being there is the claim."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=20)  #: the kind of its event
    step = models.PositiveSmallIntegerField(default=0)  #: of escalation, from 0
    due_at = models.DateTimeField()

    objects: ClassVar[models.Manager["DeadlineAlarm"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "kind", "due_at", "step"], name="alarm_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.conversation_id}"
