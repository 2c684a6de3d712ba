"""Tables of the pre-flight: what is set."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.models import Inbox
from madoguchi.preflight.choices import MAX_ADVICE, MAX_REASON, MAX_WORD, Level


class CheckPlan(models.Model):
    """How strict the checks are in one 窓口 for one role; without one or the other it holds for all of them.

    The most particular one that names a check decides: 窓口 and role, then 窓口, then role, then everybody.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=12, choices=Role, blank=True)
    levels = models.JSONField(default=dict)  #: choices.Check to choices.Level; what is not named is inherited
    version = models.PositiveIntegerField(default=1)  #: goes up with each change: of two people at once one is told

    objects: ClassVar[models.Manager["CheckPlan"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inbox", "role"], name="check_plan_scope", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.role}"


class WatchWord(models.Model):
    """警告ワード: a word that letters of one 窓口, or of all, are asked about."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    word = models.CharField(max_length=MAX_WORD)
    folded = models.CharField(max_length=MAX_WORD * 2)  #: as it is compared: the same word is there once
    level = models.CharField(max_length=5, choices=Level, default=Level.WARN)
    advice = models.CharField(max_length=MAX_ADVICE, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["WatchWord"]] = models.Manager()

    class Meta:
        ordering = ["folded", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inbox", "folded"], name="watch_word_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.word


class SilencedRule(models.Model):
    """A rule of the 敬語 lint that this shop does not want to hear."""

    rule = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=MAX_REASON, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["SilencedRule"]] = models.Manager()

    class Meta:
        ordering = ["rule"]

    def __str__(self) -> str:
        return self.rule
