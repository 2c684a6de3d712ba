"""The texts of each 窓口, and whom it has told lately."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from madoguchi.acknowledgements.choices import HIGHEST_CAP, USUAL_CAP
from madoguchi.channels.models import Inbox


class Acknowledgement(models.Model):
    """What a 窓口 sends by itself to who begins a conversation; a 窓口 without a row sends nothing."""

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="acknowledgement", primary_key=True)
    is_on = models.BooleanField(default=False)
    most_per_hour = models.PositiveSmallIntegerField(default=USUAL_CAP)
    #: {"ja_within": {"subject": …, "body": …}, …}: `texts.NAMES`; what is left out is empty.
    texts = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)  #: grows with every change; a conditional update checks it

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="acknowledgement_most_per_hour", condition=Q(most_per_hour__gte=1, most_per_hour__lte=HIGHEST_CAP)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id} {'on' if self.is_on else 'off'}"


class ToldAddress(models.Model):
    """A mailbox that was told lately, as keyed hashes of it and of its domain; forgotten after `ONCE_IN`."""

    address_hash = models.CharField(max_length=64, primary_key=True)
    domain_hash = models.CharField(max_length=64, default="")  #: empty where no bound holds for the domain
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["inbox", "at"], name="told_address_inbox"),
            models.Index(fields=["at"], name="told_address_at"),
            models.Index(fields=["domain_hash", "at"], name="told_address_domain"),
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.at:%Y-%m-%d %H:%M}"
