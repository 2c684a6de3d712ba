"""What webhooks bring: kept before it is acknowledged, then read; what cannot be read stays in sight."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.commerce.actions.keeping import keep_orders
from madoguchi.commerce.choices import MAX_DELIVERY_BYTES, DeliveryState
from madoguchi.commerce.models import Delivery, OrderSource
from madoguchi.commerce.registry import source_class
from madoguchi.core.errors import DomainError, NotAllowed
from madoguchi.core.telling import kept

#: What was read is forgotten after so long; what was refused is kept for a person.
_KEPT_FOR = timedelta(days=14)


class TooLarge(DomainError):
    """More bytes than one delivery may have."""

    code = "too_large"
    status = 413


def keep_delivery(source: OrderSource, body: bytes, headers: Mapping[str, str]) -> Delivery:
    """Keep what came, as it came; the same again within two weeks is the row that is here. Commits by itself."""
    if len(body) > MAX_DELIVERY_BYTES:
        raise TooLarge(_("One delivery may have 1 MB."))
    digest = hashlib.sha256(body).hexdigest()
    row, _is_new = Delivery.objects.get_or_create(
        source=source, digest=digest, defaults={"body": body, "headers": dict(headers)}
    )
    return row


def read_deliveries(limit: int = 50) -> int:
    """Read what waits, the oldest first, each in a transaction of its own; how many were read."""
    waiting = Delivery.objects.filter(state=DeliveryState.STORED).order_by("pk").values_list("pk", flat=True)
    ids = list(waiting[:limit])
    for pk in ids:
        read_delivery(pk)
    return len(ids)


@transaction.atomic
def read_delivery(pk: int) -> Delivery | None:
    """Read one delivery into orders; REFUSED with the reason where it cannot be. None when somebody else does it."""
    row = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("source")
        .filter(pk=pk)
        .first()
    )
    if row is None or row.state == DeliveryState.READ:
        return None
    row.attempts += 1
    try:
        with transaction.atomic():
            told = source_class(row.source.kind).read_delivery(bytes(row.body), row.headers)
            keep_orders(row.source, told)
    except DomainError as error:
        row.state, row.problem = DeliveryState.REFUSED, kept(error.user_message)
    else:
        row.state, row.problem = DeliveryState.READ, ""
    row.save(update_fields=["state", "problem", "attempts"])
    return row


def try_again(delivery: Delivery, *, user: User) -> Delivery:
    """Read a refused delivery again, as after an upgrade or a change of the settings."""
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
    return read_delivery(delivery.pk) or delivery


def forget_read() -> int:
    """Throw away what was read long ago: the orders are kept, and the sender has forgotten it, too."""
    rows = Delivery.objects.filter(state=DeliveryState.READ, received_at__lt=timezone.now() - _KEPT_FOR)
    return rows.delete()[0]
