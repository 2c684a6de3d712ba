"""カスハラに対する基本方針: what the shop tells customers of how it deals with harassment; one row."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from madoguchi.accounts.models import User


class HarassmentPolicy(models.Model):
    """The policy in both languages, and whether customers can read it."""

    ja = models.TextField(blank=True)
    en = models.TextField(blank=True)
    is_public = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["HarassmentPolicy"]] = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(name="harassment_policy_single", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"policy {self.version}"
