"""What else is kept of a customer: postal addresses, consents, files, and every change with what stood there before."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.customers.choices import ChangeKind, ConsentPurpose
from madoguchi.customers.models.customer import Customer
from madoguchi.files.models import Blob


class PostalAddress(models.Model):
    """A postal address in the parts of Japanese ones; abroad everything stands in `street`."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=40, blank=True)  #: 「自宅」, 「お届け先」
    postal_code = models.CharField(max_length=16, blank=True)  #: of Japan as 150-0001
    prefecture = models.CharField(max_length=40, blank=True)  #: 都道府県
    city = models.CharField(max_length=100, blank=True)  #: 市区町村
    street = models.CharField(max_length=300, blank=True)  #: 町名・番地
    building = models.CharField(max_length=200, blank=True)  #: 建物名・部屋番号
    country = models.CharField(max_length=2, default="JP")  #: ISO 3166-1
    is_primary = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], name="address_primary", condition=Q(is_primary=True)),
        ]

    def __str__(self) -> str:
        return self.line

    @property
    def line(self) -> str:
        """The address in one line, without the postal code."""
        return " ".join(part for part in (f"{self.prefecture}{self.city}{self.street}", self.building) if part)

    @property
    def text(self) -> str:
        """As it stands on an envelope: the postal code in a line of its own."""
        code = f"〒{self.postal_code}" if self.country == "JP" else self.postal_code
        return "\n".join(part for part in (code if self.postal_code else "", self.line) if part)


class Consent(models.Model):
    """That a customer agreed to something, or took it back: rows are only added, the newest of a purpose counts."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=ConsentPurpose)
    is_given = models.BooleanField()  #: False: withdrawn
    at = models.DateTimeField()  #: when the customer said so
    source = models.CharField(max_length=100)  #: 「注文画面」, 「電話」
    wording = models.CharField(max_length=100, blank=True)  #: which version of the text they agreed to
    by_label = models.CharField(max_length=200, blank=True)  #: who wrote it down
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["customer", "purpose", "-at", "-id"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.is_given}"


class CustomerFile(models.Model):
    """A file kept with the customer: a signed form, a photograph of a card."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    by_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class RecordChange(models.Model):
    """One change of a record: for the history, the way back, and to see what two people changed at once."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()  #: of the record after the change
    what = models.CharField(max_length=10, choices=ChangeKind)
    row = models.BigIntegerField(null=True)  #: which address or file
    before: Any = models.JSONField(null=True)  #: None: it was added
    after: Any = models.JSONField(null=True)  #: None: it was taken away
    by_id = models.BigIntegerField(null=True)
    by_label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["customer", "version"], name="change_version")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.what} {self.version}"
