"""Bringing a table of orders in: looked at first, then all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.commerce.actions.keeping import Kept, keep_orders
from madoguchi.commerce.choices import ORDERS_IMPORTED
from madoguchi.commerce.models import OrderSource
from madoguchi.commerce.tables import ReadTable, read_lines, read_orders
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.events.record import record


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table did, or would do."""

    table: ReadTable
    kept: Kept


def try_table(source: OrderSource, content: bytes, mapping: Mapping[str, int], *, user: User) -> Imported:
    """What a table would do, and nothing is done: it is kept and taken back."""
    _check_right(user)
    table = read_orders(read_lines(content), mapping)
    with transaction.atomic():
        kept = keep_orders(source, table.orders)
        transaction.set_rollback(True)
    return Imported(table, kept)


@transaction.atomic
def import_table(
    source: OrderSource, content: bytes, mapping: Mapping[str, int], *, user: User, leaves_out: bool = False
) -> Imported:
    """Keep the orders of a table. Invalid when some cannot be read, unless these are to be left out as a whole.

    Records `orders_imported` with how many.
    """
    _check_right(user)
    table = read_orders(read_lines(content), mapping)
    if table.problems and not leaves_out:
        text = _("%(count)s orders cannot be read. Mend the table, or import it without them. Nothing was imported.")
        raise Invalid(text % {"count": table.bad_orders}, field="file")
    kept = keep_orders(source, table.orders)
    data = {"name": source.name, "amount": kept.created + kept.changed}
    record(ORDERS_IMPORTED, f"order_source:{source.pk}", by=user.actor, data=data)
    return Imported(table, kept)


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
