"""What people said they do not want to take over from a mail."""

from django.db import models
from django.utils import timezone

from madoguchi.customers.models.customer import Customer


class DismissedCompletion(models.Model):
    """A value somebody saw in a signature and did not want in the record; it is not offered again."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="dismissed_completions")
    key = models.CharField(max_length=400)  #: `completing.Completion.key`
    by_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="completion_dismissed")]

    def __str__(self) -> str:
        return self.key
