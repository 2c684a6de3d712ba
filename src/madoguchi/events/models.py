"""The table of events."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from madoguchi.events.actor import Actor, ActorKind

if TYPE_CHECKING:
    from collections.abc import Iterable


class EventQuerySet(models.QuerySet["Event"]):
    """Selections of events."""

    def about(self, *subjects: str) -> "EventQuerySet":
        """Events of these subjects, e.g. "conversation:123", oldest first."""
        return self.filter(subject__in=subjects).order_by("id")

    def of_the_desk(self) -> "EventQuerySet":
        """What concerns no conversation: people, 窓口, keys, words; newest first."""
        return self.exclude(subject__startswith="conversation:").order_by("-id")

    def pending(self) -> "EventQuerySet":
        """Events whose reactions have not run yet, oldest first."""
        return self.filter(is_pending=True).order_by("id")


class Event(models.Model):
    """One thing that happened. Append-only; personal data stays out of `data` (ids only)."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)  #: "conversation:123"
    scope_id = models.BigIntegerField(null=True)  #: who may hear of it live: an inbox; None is everybody of the staff
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    cause = models.CharField(max_length=60, blank=True)  #: "event:77" or "rule:3", for the loop guard
    depth = models.PositiveSmallIntegerField(default=0)  #: how many rules stand between this and a person
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    is_pending = models.BooleanField(default=True)  #: its reactions have still to run
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)  #: why its reactions failed last

    objects: ClassVar[models.Manager["Event"]] = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="event_subject"),
            models.Index(fields=["at"], name="event_at"),
            models.Index(fields=["id"], name="event_pending", condition=models.Q(is_pending=True)),
            # Of millions of events only these few are ever read as the audit log (`EventQuerySet.of_the_desk`).
            models.Index(fields=["-id"], name="event_audit", condition=~models.Q(subject__startswith="conversation:")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def actor(self) -> Actor:
        """Who did it."""
        return Actor(ActorKind(self.actor_kind), self.actor_id, self.actor_label)


def subject_ids(subjects: "Iterable[str]") -> list[int]:
    """The numbers of subjects: ["conversation:7"] gives [7]."""
    return [int(subject.partition(":")[2]) for subject in subjects]
