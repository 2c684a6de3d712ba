"""要注意対応: the mark on a customer that only two people set together, in a record of harassment (`cases`)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.core.errors import Invalid
from madoguchi.customers.actions.changing import hold_customer, note_change
from madoguchi.customers.choices import ChangeKind
from madoguchi.customers.models import Customer
from madoguchi.events.actor import Actor, ActorKind


@transaction.atomic
def set_care(customer: Customer, *, needs_care: bool, by: Actor) -> None:
    """Set or lift the mark. Whoever calls this answers for the second person; no screen does so by itself."""
    held = hold_customer(customer)
    if held.needs_care == needs_care:
        return
    before = held.needs_care
    held.needs_care = needs_care
    held.save(update_fields=["needs_care"])
    note_change(held, ChangeKind.FIELDS, {"needs_care": before}, {"needs_care": needs_care}, by=by)


def refuse_care(before: bool, values: Mapping[str, object], by: Actor) -> None:  # noqa: FBT001 - what the row has
    """Raise Invalid where a person changes the mark by themself; the demo and the command line may."""
    if by.kind == ActorKind.USER and bool(values.get("needs_care", before)) != before:
        raise Invalid(
            _("“Handle with care” is set and lifted by two people together, in a record of harassment."),
            field="needs_care",
        )
