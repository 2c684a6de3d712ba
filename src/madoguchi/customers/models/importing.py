"""Imports of customers from tables: how far each is, what could not be read, and what it wrote, for the way back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from madoguchi.customers.choices import Existing, ImportState, MatchBy, NameKind
from madoguchi.customers.models.customer import Customer
from madoguchi.files.models import Blob


class CustomerImport(models.Model):
    """One table on its way in; its own row is what its job holds while it writes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)  #: of the file
    source = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", null=True)  #: until it is swept
    rows = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", null=True)  #: the table as JSON lines
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    encoding = models.CharField(max_length=20, blank=True)
    is_encoding_chosen = models.BooleanField(default=False)
    sheets = models.JSONField(default=list)  #: names, of a workbook
    sheet = models.PositiveSmallIntegerField(default=0)
    header = models.JSONField(default=list)
    sample = models.JSONField(default=list)  #: the first lines, to choose the columns by
    mapping: Any = models.JSONField(default=dict)  #: number of the column to key of the target
    match_by = models.CharField(max_length=10, choices=MatchBy, default=MatchBy.MAIL)
    existing = models.CharField(max_length=10, choices=Existing, default=Existing.FILL)
    tags = models.JSONField(default=list)  #: put on everybody in the table
    consent_source = models.CharField(max_length=100, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  #: lines looked at in this run, or taken back
    position = models.BigIntegerField(default=0)  #: bytes of `rows` behind; of an undoing the last row looked at
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)  #: of an undone import: what somebody had changed since
    preview: Any = models.JSONField(default=list)  #: what the trial run makes of the first lines
    failure = models.TextField(blank=True)  #: why it failed, as told (core.telling)
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)  #: by its job; one that has been still for long died
    finished_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)  #: when the table and its wrong lines were deleted

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"customer_import:{self.pk}"

    @property
    def is_workbook(self) -> bool:
        """True for XLSX."""
        return self.name.lower().endswith((".xlsx", ".xlsm"))


class ImportedName(models.Model):
    """A company or a tag that an import made because it was not there before; a row each, as there may be many."""

    of = models.ForeignKey(CustomerImport, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(max_length=10, choices=NameKind)
    number = models.BigIntegerField()  #: of the company or tag; it may be gone

    def __str__(self) -> str:
        return f"{self.of_id}: {self.kind} {self.number}"


class ImportProblem(models.Model):
    """A line that could not be read, whole, so that it can be mended and brought in again."""

    of = models.ForeignKey(CustomerImport, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    text = models.TextField()  #: as told (core.telling)
    cells = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.line}"


class ImportedCustomer(models.Model):
    """What one line did: a customer it made, or changes it made to one."""

    of = models.ForeignKey(CustomerImport, on_delete=models.CASCADE, related_name="imported")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="imports")
    number = models.BigIntegerField()  #: of the customer then; merging moves the other
    line = models.PositiveIntegerField()
    is_new = models.BooleanField()
    version = models.PositiveIntegerField()  #: of the record afterwards
    changes = models.JSONField(default=list)  #: ids of `RecordChange`
    kept_why = models.TextField(blank=True)  #: why it was not taken back, as told

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["of", "customer"], name="imported_customer")]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.customer_id}"
