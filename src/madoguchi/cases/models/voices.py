"""What colleagues report without their name: who wrote it is nowhere, and only the day is kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.cases.choices import MAX_TEXT, Conduct
from madoguchi.cases.models.case import case_number


class AnonymousReportQuerySet(models.QuerySet["AnonymousReport"]):
    """Selections of what was reported."""

    def visible_to(self, user: User) -> "AnonymousReportQuerySet":
        """Everything for those who oversee cases; nothing for others, whoever wrote it."""
        return self.all() if may(user, Permission.OVERSEE_CASES) else self.none()


class AnonymousReport(models.Model):
    """One report. Its number is drawn, so that not even the order within a day can be told."""

    id = models.BigIntegerField(primary_key=True, default=case_number)
    conduct = models.CharField(max_length=16, choices=Conduct, blank=True)
    text = models.TextField(max_length=MAX_TEXT)
    came_on = models.DateField(default=timezone.localdate)
    told_at = models.DateTimeField(null=True)  #: when those who oversee cases were told, on a later day
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["AnonymousReport"]] = AnonymousReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["came_on"], name="anonymous_untold", condition=Q(told_at=None)),
            models.Index(fields=["-came_on", "-id"], name="anonymous_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.came_on} {self.conduct}"
