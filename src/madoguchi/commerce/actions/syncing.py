"""Asking a source: for what has changed, for one order, or whether it can be asked at all.

The asking stands outside of transactions: a slow source holds no lock. What it told is kept in one; the cursor moves
with it, so that a crash asks again for the same.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.commerce.actions.keeping import keep_orders
from madoguchi.commerce.actions.sources import keep_secrets, note_success, note_trouble
from madoguchi.commerce.contract import Changes, FoundOrder, SourceLies, SourceTrouble
from madoguchi.commerce.models import Order, OrderSource
from madoguchi.commerce.numbers import number_key
from madoguchi.commerce.queries import get_source, recogniser
from madoguchi.commerce.registry import source_classes, source_of
from madoguchi.core.errors import DomainError
from madoguchi.core.telling import telling as _told


def sync_source(pk: int) -> bool:
    """Ask what has changed and keep it; True when the source has more. Trouble is noted at the source, not raised."""
    row = OrderSource.objects.filter(pk=pk, is_active=True).first()
    if row is None:
        return False
    try:
        changes = _asked(row)
        with transaction.atomic():
            keep_orders(row, changes.orders)
            note_success(pk, cursor=changes.cursor)
    except DomainError as error:
        note_trouble(pk, error.user_message)
        return False
    if changes.problems:
        told = {"count": len(changes.problems), "first": changes.problems[0]}
        note_trouble(pk, _told("%(count)s orders could not be read and were left out. The first: %(first)s") % told)
    return changes.has_more and changes.cursor != row.cursor


def _asked(row: OrderSource) -> Changes:
    source = source_of(row)
    try:
        return source.changes(row.cursor)
    finally:
        keep_secrets(row.pk, source.renewed)


def look_up_order(row: OrderSource, number: str) -> Order | None:
    """Ask a source for one order now and keep what it says; None when it has none of this number.

    Raises SourceTrouble; the order that is here stays as it was.
    """
    source = source_of(get_source(row.pk))  # whoever asked before may have renewed its secrets
    try:
        found = source.look_up(number)
    except SourceTrouble as error:
        note_trouble(row.pk, error.user_message)
        raise
    finally:
        keep_secrets(row.pk, source.renewed)
    if found is None:
        note_success(row.pk)
        return None
    _check_same(found, number)
    [pk] = keep_orders(row, [found]).ids
    note_success(row.pk)
    return Order.objects.with_all().get(pk=pk)


def ask_for_order(number: str) -> Order | None:
    """Ask the sources for the order of a number, first those whose numbers look so; None when none has it.

    Raises SourceTrouble when none has it and one could not be asked.
    """
    mine = [each.source for each in recogniser().find(number)]
    kinds = [kind for kind, cls in source_classes().items() if cls.abilities.looks_up]
    rows = sorted(
        OrderSource.objects.filter(is_active=True, kind__in=kinds), key=lambda row: (row.pk not in mine, row.position)
    )
    trouble: DomainError | None = None
    for row in rows:
        try:
            if (order := look_up_order(row, number)) is not None:
                return order
        except DomainError as error:
            trouble = error
    if trouble is not None:
        raise trouble
    return None


def _check_same(found: FoundOrder, number: str) -> None:
    """An order under another number than was asked for would be shown to the wrong customer."""
    if number_key(found.number) != number_key(number):
        raise SourceLies(_("The source answered with another order than the one asked for. Nothing was taken over."))


def try_source(row: OrderSource) -> str:
    """Ask for something harmless, for the settings; what was found in words. Raises SourceTrouble."""
    source = source_of(row)
    try:
        return source.try_out()
    finally:
        if row.pk:
            keep_secrets(row.pk, source.renewed)
