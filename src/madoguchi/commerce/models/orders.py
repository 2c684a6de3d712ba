"""Orders as a source last told them, with what was bought and how it travels."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from madoguchi.accounts.models import User
from madoguchi.accounts.sight import Sight, sight_of
from madoguchi.commerce.choices import MAX_NUMBER, NOT_SHIPPED, OrderState
from madoguchi.commerce.models.sources import OrderSource
from madoguchi.conversations.models import Conversation
from madoguchi.customers.models import Customer


class OrderQuerySet(models.QuerySet["Order"]):
    """Selections of orders."""

    def visible_to(self, user: User) -> "OrderQuerySet":
        """Those of customers whom a person may see; all, also of nobody, for those who see every 窓口."""
        sight = sight_of(user)
        if sight is Sight.EVERYTHING:
            return self.all()
        if sight is not Sight.DESKS:
            return self.none()
        theirs = Exists(Conversation.objects.visible_to(user).filter(customer=OuterRef("customer_id")))
        return self.filter(Q(theirs) | Q(customer__is_open_to_all=True))

    def with_all(self) -> "OrderQuerySet":
        """With what every screen shows of them: source, items, shipments."""
        return self.select_related("source", "customer").prefetch_related("items", "shipments")


class Order(models.Model):
    """One order. Its buyer is kept as the source told it, whoever the customer is taken to be."""

    source = models.ForeignKey(OrderSource, on_delete=models.PROTECT, related_name="orders")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="orders")
    is_assigned = models.BooleanField(default=False)  #: a person said whose it is: no source changes that
    number = models.CharField(max_length=MAX_NUMBER)  #: as the shop and the customer write it
    number_key = models.CharField(max_length=MAX_NUMBER, db_collation="C")  #: `numbers.number_key`
    external_id = models.CharField(max_length=100, blank=True)  #: the source's own id, for the way to its page
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.NEW)
    state_words = models.CharField(max_length=60, blank=True)  #: the source's word: 「出荷準備前」
    ordered_at = models.DateTimeField(null=True)
    total = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="JPY")  #: ISO 4217
    payment = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=60, blank=True)  #: 「自社サイト」, 「楽天市場」
    note = models.TextField(blank=True)
    buyer_name = models.CharField(max_length=200, blank=True)
    buyer_mail = models.CharField(max_length=320, blank=True)
    buyer_phone = models.CharField(max_length=60, blank=True)
    buyer_number = models.CharField(max_length=60, blank=True)  #: the customer number at the source
    postal_code = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=600, blank=True)  #: where it goes, in one line
    digest = models.CharField(max_length=64)  #: of what the source told: the same again changes nothing
    changed_at = models.DateTimeField(null=True)  #: by the source's clock; what is older is not taken
    fetched_at = models.DateTimeField(default=timezone.now)  #: when the source last told it
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Order"]] = OrderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number_key"], name="order_once")]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["customer", "-ordered_at", "-id"], name="order_of_customer"),
            models.Index(fields=["number_key"], name="order_number"),
            models.Index(fields=["-id"], name="order_of_nobody", condition=models.Q(customer=None)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_shipped(self) -> bool:
        """False while it can still be stopped in the shop; of an unknown state nobody says so."""
        return self.state not in (*NOT_SHIPPED, OrderState.CANCELLED, OrderState.UNKNOWN)


class OrderItem(models.Model):
    """One line of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    sku = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=300)
    quantity = models.PositiveIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    stock = models.IntegerField(null=True)  #: how many the shop has left; None: the source does not say
    stock_at = models.DateTimeField(null=True)  #: when it said so

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Shipment(models.Model):
    """One parcel of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    position = models.PositiveSmallIntegerField(default=0)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    tracking_url = models.CharField(max_length=500, blank=True)
    state_words = models.CharField(max_length=60, blank=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.tracking_number or self.carrier
