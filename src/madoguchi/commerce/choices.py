"""States of orders, shipments, subscriptions and contracts; limits; event kinds."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(models.TextChoices):
    """How far an order is, in five words for every shop; the source's own word is kept beside it."""

    NEW = "new", pgettext_lazy("order", "Received")
    PREPARING = "preparing", _("Being prepared")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")
    RETURNED = "returned", _("Returned")
    UNKNOWN = "unknown", _("Unknown state")  #: the source says something that we do not know


#: What has not left the shop yet.
NOT_SHIPPED = (OrderState.NEW, OrderState.PREPARING)


class DeliveryState(models.TextChoices):
    """What became of something a webhook brought."""

    STORED = "stored", _("Waiting to be read")
    READ = "read", pgettext_lazy("delivery", "Read")
    REFUSED = "refused", _("Cannot be read")


class SubscriptionState(models.TextChoices):
    """Whether a 定期購入 goes on."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", pgettext_lazy("subscription", "Ended")


class Interval(models.TextChoices):
    """How often a subscription delivers and charges."""

    WEEK = "week", _("every week")
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every three months")
    HALF = "half", _("every six months")
    YEAR = "year", _("every year")


class RevenueKind(models.TextChoices):
    """What an entry of revenue is."""

    SALE = "sale", _("Sale")
    RECURRING = "recurring", _("Recurring")
    UPSELL = "upsell", _("Upsell")
    CROSS_SELL = "cross_sell", _("Cross-sell")
    REFUND = "refund", _("Refund")  #: its amount is below zero


MAX_NUMBER = 60
#: Deliveries of one source at once, and how soon as many more; a busy shop changes some thousand orders an hour.
MOST_DELIVERIES, DELIVERIES_PER_SECONDS = 600, 60
MAX_PATTERNS = 10
#: Of one order; more is a mistake or an attack.
MAX_ITEMS = 200
MAX_SHIPMENTS = 50
#: Orders kept at once by the API.
MAX_AT_ONCE = 200
#: One delivery of a webhook.
MAX_DELIVERY_BYTES = 1024 * 1024
#: How far a table of orders is read.
MAX_TABLE_BYTES = 10 * 1024 * 1024
MAX_TABLE_LINES = 20_000

SOURCE_CREATED = "order_source_created"
SOURCE_CHANGED = "order_source_changed"
SOURCE_REMOVED = "order_source_removed"
SOURCE_FAILING = "order_source_failing"
SOURCE_RECOVERED = "order_source_recovered"
ORDERS_IMPORTED = "orders_imported"
ORDER_ASSIGNED = "order_assigned"
#: Announced to open screens only: thousands a day are no history.
ORDER_CHANGED = "order_changed"
SUBSCRIPTION_KEPT = "subscription_kept"
CONTRACT_KEPT = "contract_kept"
REVENUE_NOTED = "revenue_noted"
REVENUE_REMOVED = "revenue_removed"
ONBOARDING_STARTED = "onboarding_started"
ONBOARDING_STEP_DONE = "onboarding_step_done"
ONBOARDING_STEP_UNDONE = "onboarding_step_undone"
