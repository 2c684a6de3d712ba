"""Whom single colleagues are spared."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from madoguchi.customers.models.customer import Customer


class CustomerSpared(models.Model):
    """A customer none of whose conversations a person is shown, those to come included; once for each reason.

    It moves with merges, as whatever else points to a customer.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=40)  #: what asks for it, as events name it: "case:12"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "source"], name="customer_spared_once")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "customer"], name="customer_spared_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.source}"
