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
from madoguchi.conversations.choices import (
    FIELD_CREATED,
    FIELD_DELETED,
    FIELD_RESTORED,
    FIELD_RETIRED,
    FIELD_UPDATED,
    FieldKind,
)
from madoguchi.conversations.field_texts import read_value
from madoguchi.conversations.fields import use_of, use_of_options
from madoguchi.conversations.models import CustomField, FieldValue, Option
from madoguchi.core.errors import DomainError, Invalid, NotAllowed, NotFound
from madoguchi.events.record import record

MAX_FIELDS, MAX_OPTIONS, MAX_NAME = 100, 300, 60
#: What a field may become without its values losing their meaning.
_MAY_BECOME = {FieldKind.TEXT: (FieldKind.LONG,), FieldKind.CHOICE: (FieldKind.MULTI,)}


class FieldChanged(DomainError):
    """Somebody else has changed this field after it had been shown; nothing was saved."""

    code = "changed_meanwhile"


class StillInUse(DomainError):
    """It holds values; `facts["amount"]` says at how many conversations."""

    code = "in_use"


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
        _check_none_left_out(field, wanted)
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
    field.name = _named(wanted.name)
    _set_kind(field, wanted.kind)
    field.help_text, field.section = wanted.help_text.strip()[:300], " ".join(wanted.section.split())[:60]
    field.position, field.is_required = wanted.position, wanted.is_required
    field.inboxes, field.categories = sorted(set(wanted.inboxes)), sorted(set(wanted.categories))
    field.by_category = wanted.by_category and field.has_options
    field.depends_on = _parent(field, wanted)
    _set_options(field, wanted.options)
    field.default = read_value(field, wanted.default)
    field.version += 1 if field.pk else 0
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise Invalid(_("This name is there already."), field="name") from error


def _check_none_left_out(field: CustomField, wanted: Definition) -> None:
    kept = {option.id for option in wanted.options}
    left = [option.name for option in field.all_options if option.id not in kept]
    if left:
        message = _(
            "“%(name)s” would be deleted. Send the `version` of the field that you have read along, or keep it."
        )
        raise Invalid(message % {"name": left[0]}, field="version")


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("Enter a name."), field="name")
    if len(name) > MAX_NAME:
        raise Invalid(_("This is too long: at most %d characters.") % MAX_NAME, field="name")
    if set(name) & set('{}:"“”'):
        raise Invalid(_('A name holds none of these signs: { } : "'), field="name")
    return name


def _set_kind(field: CustomField, kind: str) -> None:
    if kind not in FieldKind.values:
        raise Invalid(_("There is no such kind of field."), field="kind")
    if field.pk and kind != field.kind and kind not in _MAY_BECOME.get(FieldKind(field.kind), ()):
        raise Invalid(_("What stands in a field would lose its meaning. Add a new field instead."), field="kind")
    field.kind = kind


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


def _set_options(field: CustomField, wanted: Sequence[Option]) -> None:
    if not field.has_options:
        return
    present = {option.id: option for option in field.all_options}
    names = [_option_name(option.name) for option in wanted]
    if not names:
        raise Invalid(_("Add at least one choice."), field="options")
    if len(names) > MAX_OPTIONS:
        raise Invalid(_("A field has at most %d choices.") % MAX_OPTIONS, field="options")
    if len(set(names)) < len(names):
        raise Invalid(_("Two choices have the same name."), field="options")
    gone = present.keys() - {option.id for option in wanted}
    used = use_of_options(field) if gone and field.pk else {}
    for pk in sorted(gone & used.keys()):
        raise _in_use(present[pk].name, used[pk])
    known = [option if option.id in present else Option(0, option.name, option.when) for option in wanted]
    field.set_options(
        [
            Option(option.id, name, tuple(option.when), option.is_retired)
            for option, name in zip(known, names, strict=True)
        ]
    )


def _option_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise Invalid(_("A choice has 1 to %d characters.") % MAX_NAME, field="options")
    return name
