"""The table of contents."""

from django.db import models
from django.utils import timezone


class Blob(models.Model):
    """Some bytes, stored once. Immutable."""

    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.BigIntegerField()
    inline = models.BinaryField(null=True)  #: the bytes themselves when they are few
    storage_key = models.CharField(max_length=200, blank=True)  #: where they are otherwise
    text = models.TextField(null=True, blank=True)  #: what search found inside; None is not tried yet  # noqa: DJ001 - null and "" differ
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="blob_somewhere", condition=models.Q(inline__isnull=False) ^ ~models.Q(storage_key="")
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
