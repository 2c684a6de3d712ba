"""名寄せ: what records are compared by, which two may be one person, and merges with their way back."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from madoguchi.customers.choices import SuggestionState
from madoguchi.customers.models.customer import Customer


class MatchKey(models.Model):
    """One thing by which other records of the same person are found, such as a phone number."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="match_keys")
    key = models.CharField(max_length=130, db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "customer"], name="match_key")]

    def __str__(self) -> str:
        return self.key


class Suggestion(models.Model):
    """Two records that may be one person; `first` has the lower number."""

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    signs = models.JSONField(default=list)  #: `matching.Sign`
    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.OPEN)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="suggestion_pair"),
            models.CheckConstraint(name="suggestion_order", condition=Q(first__lt=F("second"))),
        ]
        indexes = [models.Index(fields=["state", "-score", "-id"], name="suggestion_best")]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"


class CustomerMerge(models.Model):
    """One record that went into another, with everything needed to take them apart again."""

    survivor = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    other_label = models.CharField(max_length=300)
    data: Any = models.JSONField()  #: what moved, and the fields before and after
    by_id = models.BigIntegerField(null=True)
    by_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.other_id} into {self.survivor_id}"
