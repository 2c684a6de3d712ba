"""Which custom fields there are: adding, changing, retiring, bringing back and deleting them. For administrators.

Nothing that is in use is deleted at once: it is retired first, and then everything it held is deleted on purpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.choices import FIELD_CREATED, FIELD_DELETED, FIELD_RESTORED, FIELD_RETIRED, FIELD_UPDATED
from madoguchi.conversations.fields import use_of, use_of_options
from madoguchi.conversations.models import CustomField, FieldValue
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
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
from madoguchi.core.fields.texts import read_value
from madoguchi.events.record import record


@dataclass(frozen=True, slots=True)
class Definition:
    """All that can be said of a field."""

    name: str
    kind: str
    help_text: str = ""
    section: str = ""
    position: int = 0
    default: Any = None  #: as typed
    is_required: bool = False
    inboxes: Sequence[int] = ()
    categories: Sequence[int] = ()
    depends_on: int | None = None
    by_category: bool = False
    options: Sequence[Option] = ()  #: new ones with the id 0


@transaction.atomic
def create_field(wanted: Definition, *, user: User) -> CustomField:
    """Add a field; it is shown at once at every conversation it is for."""
    _check_right(user)
    if CustomField.objects.count() >= MAX_FIELDS:
        raise Invalid(_("There are %d fields already. Delete one that nobody needs.") % MAX_FIELDS, field="name")
    field = CustomField(kind=wanted.kind)
    _fill(field, wanted)
    record(FIELD_CREATED, field.event_subject, by=user.actor, data={"name": field.name})
    return field


@transaction.atomic
def change_field(field: CustomField, wanted: Definition, *, user: User, version: int | None = None) -> CustomField:
    """Change what a field is called, offers and asks; its values stay. Options left out are deleted if nobody has them.

    StillInUse where a conversation has one of them: retire it, or delete it on purpose (`delete_option`). `version` is
    the one that was shown: FieldChanged when somebody was faster. Who does not tell it leaves no option out, which may
    be another's new one.
    """
    _check_right(user)
    field = held_field(field.pk)
    if version is not None and version != field.version:
        raise FieldChanged(_("Somebody else has changed this field since you opened it. Look at it, then save again."))
    if version is None and field.has_options:
        check_none_left_out(field, wanted.options)
    _fill(field, wanted)
    record(FIELD_UPDATED, field.event_subject, by=user.actor, data={"name": field.name})
    return field


@transaction.atomic
def retire_field(field: CustomField, *, user: User) -> CustomField:
    """Offer a field no more; what stands in it is kept, and nothing waits for it any more."""
    _check_right(user)
    field = held_field(field.pk)
    if field.dependents.filter(retired_at=None).exists():
        raise Invalid(_("Other fields depend on this one. Let them depend on nothing first."))
    field.retired_at, field.version = field.retired_at or timezone.now(), field.version + 1
    field.save(update_fields=["retired_at", "version"])
    record(FIELD_RETIRED, field.event_subject, by=user.actor, data={"name": field.name})
    return field


@transaction.atomic
def restore_field(field: CustomField, *, user: User) -> CustomField:
    """Offer a retired field again, with everything it held."""
    _check_right(user)
    field = held_field(field.pk)
    field.retired_at, field.version = None, field.version + 1
    field.save(update_fields=["retired_at", "version"])
    record(FIELD_RESTORED, field.event_subject, by=user.actor, data={"name": field.name})
    return field


@transaction.atomic
def delete_field(field: CustomField, *, user: User) -> int:
    """Delete a field with all it holds; returns at how many conversations it held something.

    StillInUse unless it is empty or was retired before: this cannot be undone.
    """
    _check_right(user)
    field = held_field(field.pk)
    amount = use_of(field)
    if amount and field.retired_at is None:
        raise _in_use(field.name, amount)
    if field.dependents.exists():
        raise Invalid(_("Other fields depend on this one. Let them depend on nothing first."))
    subject = field.event_subject
    FieldValue.objects.filter(field=field).delete()
    field.delete()
    record(FIELD_DELETED, subject, by=user.actor, data={"name": field.name, "amount": amount})
    return amount


@transaction.atomic
def delete_option(field: CustomField, option_id: int, *, user: User) -> int:
    """Delete a choice and take it out of every conversation; returns out of how many. StillInUse unless retired."""
    _check_right(user)
    field = held_field(field.pk)
    options = field.all_options
    option = next((each for each in options if each.id == option_id), None)
    if option is None:
        raise NotFound(_("There is no such choice. It may have been deleted meanwhile."))
    amount = use_of_options(field).get(option_id, 0)
    if amount and not option.is_retired:
        raise _in_use(option.name, amount)
    FieldValue.objects.filter(field=field, option=option_id).delete()
    field.set_options([each for each in options if each.id != option_id])
    if field.default == option_id or (isinstance(field.default, list) and option_id in field.default):
        field.default = None
    field.version += 1
    field.save(update_fields=["options", "default", "version"])
    record(FIELD_UPDATED, field.event_subject, by=user.actor, data={"name": field.name, "option": option_id})
    return amount


def held_field(pk: int) -> CustomField:
    """A field that nobody else changes, and into which nobody writes, until the transaction ends."""
    field = CustomField.objects.select_for_update().filter(pk=pk).first()
    if field is None:
        raise NotFound(_("There is no such field. It may have been deleted meanwhile."))
    return field


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))


def _in_use(name: str, amount: int) -> StillInUse:
    message = ngettext_lazy(
        "“%(name)s” is in use at %(amount)d conversation. Retire it first: nothing is lost by that.",
        "“%(name)s” is in use at %(amount)d conversations. Retire it first: nothing is lost by that.",
        "amount",
    )
    return StillInUse(message % {"name": name, "amount": amount}, amount=amount)


def _fill(field: CustomField, wanted: Definition) -> None:
    set_words(field, name=wanted.name, help_text=wanted.help_text, section=wanted.section, position=wanted.position)
    set_kind(field, wanted.kind)
    field.is_required = wanted.is_required
    field.inboxes, field.categories = sorted(set(wanted.inboxes)), sorted(set(wanted.categories))
    field.by_category = wanted.by_category and field.has_options
    field.depends_on = _parent(field, wanted)
    set_options(field, wanted.options, use_of=lambda: use_of_options(field), in_use=_in_use)
    field.default = read_value(field, wanted.default)
    field.version += 1 if field.pk else 0
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise Invalid(_("This name is there already."), field="name") from error


def _parent(field: CustomField, wanted: Definition) -> CustomField | None:
    """The field whose choices decide about those of this one; held, and no loop."""
    if wanted.depends_on is None or not field.has_options or wanted.by_category:
        return None
    parent = CustomField.objects.select_for_update().filter(pk=wanted.depends_on, retired_at=None).first()
    if parent is None or not parent.has_options:
        raise Invalid(_("Only a field with choices can decide about others."), field="depends_on")
    above: CustomField | None = parent
    while above is not None:
        if above.pk == field.pk:
            raise Invalid(_("The two fields would depend on each other. Choose another one."), field="depends_on")
        above = above.depends_on
    return parent
