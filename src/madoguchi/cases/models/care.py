"""Care of the staff: what a colleague was offered or asked for after harassment. Never part of any ranking."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import MAX_REASON, CareKind, CareState
from madoguchi.cases.models.case import Case


class CareQuerySet(models.QuerySet["Care"]):
    """Selections of what is done for colleagues."""

    def visible_to(self, user: User) -> "CareQuerySet":
        """For the colleague it is about, who wrote it, and those who oversee cases; nobody else."""
        if not may(user, Permission.REPLY):
            return self.none()
        if may(user, Permission.OVERSEE_CASES):
            return self.all()
        return self.filter(Q(person=user) | Q(by=user))


class Care(models.Model):
    """One offer, wish or note."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="care")
    kind = models.CharField(max_length=10, choices=CareKind)
    state = models.CharField(max_length=10, choices=CareState, default=CareState.OFFERED)
    text = models.CharField(max_length=MAX_REASON, blank=True)
    follow_up_on = models.DateField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  #: when its author was told that the follow-up is due

    objects: ClassVar[models.Manager["Care"]] = CareQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="care_person"),
            models.Index(
                fields=["follow_up_on"], name="care_follow_up", condition=Q(follow_up_on__isnull=False, told_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
