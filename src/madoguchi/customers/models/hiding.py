"""What stood behind a mask in a form: so that exactly that is put back when the form is sent."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class HiddenText(models.Model):
    """One mask that one person was shown in a field; forgotten after `actions.hiding.KEPT_DAYS`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sign = models.CharField(max_length=6)  #: the six signs in the mask, by which it is looked for
    masked = models.CharField(max_length=400)
    text = models.CharField(max_length=400)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "masked"], name="hidden_text_once")]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "sign"], name="hidden_text_sign")]

    def __str__(self) -> str:
        return self.masked
