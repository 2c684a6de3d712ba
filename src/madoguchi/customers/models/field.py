"""Custom fields of customers (顧客のカスタム項目): what a shop wants to know beside name and addresses."""

from django.db import models
from django.db.models import Q

from madoguchi.core.fields.models import FieldBase, ValueBase
from madoguchi.customers.models.customer import Customer


class CustomerField(FieldBase):
    """One field of the record. What stands in a personal one is hidden from roles that read masked."""

    is_personal = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["name"], name="customer_field_name")]

    @property
    def event_subject(self) -> str:
        """The name events use for it."""
        return f"customer_field:{self.pk}"


class CustomerValue(ValueBase):
    """What a customer has in a field; of several chosen options one row each."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="field_values")
    field = models.ForeignKey(CustomerField, on_delete=models.CASCADE, related_name="values")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "field", "option"], name="customer_value_once", nulls_distinct=False
            ),
        ]
        indexes = [
            models.Index(fields=["field", "option", "customer"], name="customer_by_option"),
            models.Index(fields=["field", "folded", "customer"], name="customer_by_text", condition=~Q(folded="")),
            models.Index(
                fields=["field", "number", "customer"], name="customer_by_number", condition=Q(number__isnull=False)
            ),
            models.Index(fields=["field", "day", "customer"], name="customer_by_day", condition=Q(day__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.plain}"
