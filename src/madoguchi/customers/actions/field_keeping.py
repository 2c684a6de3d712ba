"""Which custom fields customers have: adding, changing, retiring, bringing back, deleting them. For administrators.

Nothing that is in use is deleted at once: it is retired first, and then everything it held is deleted on purpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from madoguchi.accounts.actions.rights import require
from madoguchi.accounts.permissions import Permission
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.core.fields.keeping import (
    MAX_FIELDS,
    FieldChanged,
    StillInUse,
    check_none_left_out,
    set_kind,
    set_options,
    set_words,
)
from madoguchi.core.fields.kinds import Option
from madoguchi.customers.choices import (
    CUSTOMER_FIELD_CREATED,
    CUSTOMER_FIELD_DELETED,
    CUSTOMER_FIELD_RESTORED,
    CUSTOMER_FIELD_RETIRED,
    CUSTOMER_FIELD_UPDATED,
)
from madoguchi.customers.fields import customers_with, customers_with_options
from madoguchi.customers.models import CustomerField, CustomerValue
from madoguchi.events.actor import Actor
from madoguchi.events.record import record


@dataclass(frozen=True, slots=True)
class CustomerDefinition:
    """All that can be said of a field."""

    name: str
    kind: str
    help_text: str = ""
    section: str = ""
    position: int = 0
    is_personal: bool = False
    options: Sequence[Option] = ()  #: new ones with the id 0


@transaction.atomic
def create_customer_field(wanted: CustomerDefinition, *, by: Actor) -> CustomerField:
    """Add a field; every customer has it at once."""
    require(by, Permission.MANAGE_WORKSPACE)
    if CustomerField.objects.count() >= MAX_FIELDS:
        raise Invalid(_("There are %d fields already. Delete one that nobody needs.") % MAX_FIELDS, field="name")
    field = CustomerField(kind=wanted.kind)
    _fill(field, wanted)
    record(CUSTOMER_FIELD_CREATED, field.event_subject, by=by, data={"name": field.name})
    return field


@transaction.atomic
def change_customer_field(
    field: CustomerField, wanted: CustomerDefinition, *, by: Actor, version: int | None = None
) -> CustomerField:
    """Change what a field is called, offers and hides; its values stay.

    `version` is the one that was shown: FieldChanged when somebody was faster. Who does not tell it leaves no option
    out, which may be another's new one.
    """
    require(by, Permission.MANAGE_WORKSPACE)
    field = _held(field.pk)
    if version is not None and version != field.version:
        raise FieldChanged(_("Somebody else has changed this field since you opened it. Look at it, then save again."))
    if version is None and field.has_options:
        check_none_left_out(field, wanted.options)
    _fill(field, wanted)
    record(CUSTOMER_FIELD_UPDATED, field.event_subject, by=by, data={"name": field.name})
    return field


@transaction.atomic
def retire_customer_field(field: CustomerField, *, by: Actor) -> CustomerField:
    """Offer a field no more; what stands in it is kept."""
    return _set_retired(field, is_retired=True, kind=CUSTOMER_FIELD_RETIRED, by=by)


@transaction.atomic
def restore_customer_field(field: CustomerField, *, by: Actor) -> CustomerField:
    """Offer a retired field again, with everything it held."""
    return _set_retired(field, is_retired=False, kind=CUSTOMER_FIELD_RESTORED, by=by)


def _set_retired(field: CustomerField, *, is_retired: bool, kind: str, by: Actor) -> CustomerField:
    require(by, Permission.MANAGE_WORKSPACE)
    field = _held(field.pk)
    field.retired_at = (field.retired_at or timezone.now()) if is_retired else None
    field.version += 1
    field.save(update_fields=["retired_at", "version"])
    record(kind, field.event_subject, by=by, data={"name": field.name})
    return field


@transaction.atomic
def delete_customer_field(field: CustomerField, *, by: Actor) -> int:
    """Delete a field with all it holds; returns at how many customers it held something.

    StillInUse unless it is empty or was retired before: this cannot be undone.
    """
    require(by, Permission.MANAGE_WORKSPACE)
    field = _held(field.pk)
    amount = customers_with(field)
    if amount and field.retired_at is None:
        raise _in_use(field.name, amount)
    subject = field.event_subject
    CustomerValue.objects.filter(field=field).delete()
    field.delete()
    record(CUSTOMER_FIELD_DELETED, subject, by=by, data={"name": field.name, "amount": amount})
    return amount


@transaction.atomic
def delete_customer_option(field: CustomerField, option_id: int, *, by: Actor) -> int:
    """Delete a choice and take it from every customer; returns from how many. StillInUse unless retired."""
    require(by, Permission.MANAGE_WORKSPACE)
    field = _held(field.pk)
    option = next((each for each in field.all_options if each.id == option_id), None)
    if option is None:
        raise NotFound(_("There is no such choice. It may have been deleted meanwhile."))
    if len(field.all_options) == 1:
        raise Invalid(_("A field needs one choice at least. Delete the field instead."), field="options")
    amount = customers_with_options(field).get(option_id, 0)
    if amount and not option.is_retired:
        raise _in_use(option.name, amount)
    CustomerValue.objects.filter(field=field, option=option_id).delete()
    field.set_options([each for each in field.all_options if each.id != option_id])
    field.version += 1
    field.save(update_fields=["options", "next_option", "version"])
    record(CUSTOMER_FIELD_UPDATED, field.event_subject, by=by, data={"name": field.name})
    return amount


def _held(pk: int) -> CustomerField:
    """The field as it is now, for whoever changes it; values cannot be written meanwhile."""
    field = CustomerField.objects.select_for_update().filter(pk=pk).first()
    if field is None:
        raise NotFound(_("There is no such field. It may have been deleted meanwhile."))
    return field


def _fill(field: CustomerField, wanted: CustomerDefinition) -> None:
    set_words(field, name=wanted.name, help_text=wanted.help_text, section=wanted.section, position=wanted.position)
    set_kind(field, wanted.kind)
    set_options(field, wanted.options, use_of=lambda: customers_with_options(field), in_use=_in_use)
    field.is_personal = wanted.is_personal
    field.version += 1 if field.pk else 0
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise Invalid(_("This name is there already."), field="name") from error


def _in_use(name: str, amount: int) -> StillInUse:
    message = ngettext_lazy(
        "“%(name)s” is in use at %(amount)d customer. Retire it first: nothing is lost by that.",
        "“%(name)s” is in use at %(amount)d customers. Retire it first: nothing is lost by that.",
        "amount",
    )
    return StillInUse(message % {"name": name, "amount": amount}, amount=amount)
