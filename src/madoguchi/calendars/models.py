"""The table of the calendars: one row says all of a calendar, so that it is read and changed as a whole."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from madoguchi.calendars.plan import Plan, plan_of


class BusinessCalendar(models.Model):
    """Business hours and closed days, for any number of 窓口."""

    name = models.CharField(max_length=60, unique=True)  #: 「平日10時〜17時」
    time_zone = models.CharField(max_length=64, default="Asia/Tokyo")
    week = models.JSONField()  #: seven lists of [opens, closes] from Monday, in minutes from midnight
    has_japanese_holidays = models.BooleanField(default=True)
    closures = models.JSONField(default=list, blank=True)  #: {"first", "last", "name"}, dates included
    yearly_closures = models.JSONField(default=list, blank=True)  #: the same with [month, day]
    openings = models.JSONField(default=list, blank=True)  #: {"on", "spans", "name"}
    version = models.PositiveIntegerField(default=1)  #: goes up with each change: of two people at once one is told
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["BusinessCalendar"]] = models.Manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="calendar_week", condition=models.Q(week__6__isnull=False))]

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> Plan:
        """What it says, as a value to reckon with."""
        return plan_of(self.__dict__)
