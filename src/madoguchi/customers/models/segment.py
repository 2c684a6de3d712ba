"""Saved conditions on customers, and tables of customers on their way out."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from madoguchi.customers.choices import ExportFormat, ExportState
from madoguchi.files.models import Blob


class Segment(models.Model):
    """Conditions on customers under a name (セグメント): one's own, or everybody's."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    all_of: Any = models.JSONField(default=list)  #: [what, how, value] of each condition that must hold
    any_of: Any = models.JSONField(default=list)  #: of which one at least must hold
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"segment:{self.pk}"


class CustomerExport(models.Model):
    """A table of customers that one person asked for; only they fetch it, and only for a while."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    format = models.CharField(max_length=10, choices=ExportFormat)
    columns = models.JSONField(default=list)  #: keys of `exporting.columns_for`
    wanted: Any = models.JSONField(default=dict)  #: which customers, as the list has it in its address
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)  #: characters that the encoding does not have
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", null=True)
    failure = models.TextField(blank=True)
    is_masked = models.BooleanField(default=False, db_default=False)  #: written for somebody who reads masked
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"customer_export:{self.pk}"

    @property
    def file_name(self) -> str:
        """What the browser calls the file."""
        ending = "xlsx" if self.format == ExportFormat.XLSX else "csv"
        return f"customers-{timezone.localtime(self.created_at):%Y%m%d-%H%M}.{ending}"
