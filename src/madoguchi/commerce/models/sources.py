"""Where orders come from, and what a webhook brought before anybody has looked inside."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string

from madoguchi.commerce.choices import DeliveryState
from madoguchi.core.sealing import unseal


def new_key() -> str:
    """What stands in the address of a source's webhook: nobody guesses it."""
    return get_random_string(24)


class OrderSource(models.Model):
    """One system in which a shop keeps its orders."""

    name = models.CharField(max_length=60, unique=True)  #: 「本店」, 「楽天市場店」
    kind = models.CharField(max_length=20)  #: of the registry: "file", "http", "sql", "nextengine", …
    #: How its numbers look (`numbers`), so that they are found in what customers write.
    patterns = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    #: Its own pages, with {number}, {id} and {customer} filled in: one click leads there.
    order_url = models.CharField(max_length=500, blank=True)
    customer_url = models.CharField(max_length=500, blank=True)
    settings = models.JSONField(default=dict, blank=True)  #: the connector's own
    sealed_secrets = models.TextField(blank=True)  #: keys and tokens (core.sealing)
    key = models.CharField(max_length=24, unique=True, default=new_key)  #: in the address of its webhook
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    #: Up to where its changes were read; the connector's own word.
    cursor = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True)  #: when asking it last worked
    failing_since = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)  #: why, told (core.telling)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """The decrypted secrets; raises SealBroken under another secret key."""
        return unseal(self.sealed_secrets)


class Delivery(models.Model):
    """What a webhook brought, kept before it is acknowledged; rows in STORED are the queue."""

    source = models.ForeignKey(OrderSource, on_delete=models.CASCADE, related_name="deliveries")
    digest = models.CharField(max_length=64)  #: SHA-256 of the body: the same twice is one
    body: Any = models.BinaryField()
    headers = models.JSONField(default=dict)  #: the few that say what it is about
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)  #: why it cannot be read, told

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="delivery_once")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="delivery_waiting", condition=models.Q(state=DeliveryState.STORED)),
            models.Index(fields=["-id"], name="delivery_refused", condition=models.Q(state=DeliveryState.REFUSED)),
            models.Index(fields=["received_at"], name="delivery_received"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.digest[:8]}"
