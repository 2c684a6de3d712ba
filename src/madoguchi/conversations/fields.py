"""Custom fields read: which there are, what conversations have in them, which are missing, and all of it in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from madoguchi.conversations.models import Conversation, CustomField, FieldValue
from madoguchi.conversations.models.field import category_ids
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.core.fields.kinds import FieldKind, Option, Plain, Values, plain_of
from madoguchi.core.fields.values import chosen_options, value_text
from madoguchi.core.prepared import OneOf, Prepared, Slot
from madoguchi.core.sharing import share

type ValueRow = tuple[int, int, str, int | None, str, Decimal | None, date | None]

_FIELDS = Prepared(lambda: CustomField.objects.filter(retired_at=None).order_by("position", "pk"))
_VALUES: Prepared[QuerySet[FieldValue, ValueRow]] = Prepared(
    lambda: (
        FieldValue.objects.filter(OneOf(F("conversation_id"), Slot("numbers")))
        .order_by("conversation_id", "field_id", "option")
        .values_list("conversation_id", "field_id", "field__kind", "option", "text", "number", "day")
    )
)


def live_fields() -> QuerySet[CustomField]:
    """The fields that are offered, in their order; as a read that can go together with others."""
    return _FIELDS()


def all_fields() -> QuerySet[CustomField]:
    """Every field, retired ones too."""
    return CustomField.objects.order_by("position", "pk")


def get_field(pk: int) -> CustomField:
    """One field; NotFound otherwise."""
    field = CustomField.objects.filter(pk=pk).first()
    if field is None:
        raise NotFound(_("There is no such field. It may have been deleted meanwhile."))
    return field


def value_rows(numbers: Iterable[int]) -> QuerySet[FieldValue, ValueRow]:
    """What `told_values` makes values of, as a read that can go together with others."""
    return _VALUES(numbers=list(numbers))


def told_values(rows: Iterable[ValueRow]) -> dict[int, Values]:
    """The values in these rows by conversation."""
    found: dict[int, Values] = defaultdict(dict)
    for number, pk, kind, option, text, amount, day in rows:
        if kind == FieldKind.MULTI and option is not None:
            chosen = found[number].setdefault(pk, [])
            assert isinstance(chosen, list)
            chosen.append(option)
        else:
            found[number][pk] = True if kind == FieldKind.CHECK else plain_of(option, text, amount, day)
    return found


def values_of(numbers: Iterable[int]) -> dict[int, Values]:
    """What conversations have in all fields, also in retired ones; one query."""
    return told_values(value_rows(numbers))


def offered_options(
    field: CustomField, values: Mapping[int, Plain], conversation: Conversation | None
) -> Sequence[Option]:
    """The options one may choose now: those not retired whose field above, or category, has what they depend on."""
    live = [option for option in field.all_options if not option.is_retired]
    if field.by_category:
        above: set[int] = category_ids(conversation.category) if conversation else set()
    elif field.depends_on_id:
        above = chosen_options(values.get(field.depends_on_id))
    else:
        return live
    return [option for option in live if not option.when or above & set(option.when)]


def fits(field: CustomField, value: Plain, values: Mapping[int, Plain], conversation: Conversation) -> Plain:
    """The value as far as its options may still be chosen where something above has changed."""
    if not field.has_options or value is None or not (field.by_category or field.depends_on_id):
        return value
    offered = {option.id for option in offered_options(field, values, conversation)}
    retired = {option.id for option in field.all_options if option.is_retired}
    kept = [each for each in sorted(chosen_options(value)) if each in offered | retired]
    if field.kind == FieldKind.MULTI:
        return kept or None
    return kept[0] if kept else None


#: What must be filled in before conversations are done, by their numbers.
type Missing = dict[int, list[CustomField]]


def missing_fields(conversations: Sequence[Conversation]) -> Missing:
    """Per conversation the fields that must be filled in before it is done and are not; two queries at most.

    Where a required choice has none because the field above it is empty, that one is missing; where what stands
    above leaves none to choose, nothing is: nobody could ever be done.
    """
    fields = list(live_fields())
    required = [field for field in fields if field.is_required]
    if not required:
        return {}
    if any(field.categories or field.by_category for field in required):
        prefetch_related_objects(list(conversations), "category")
    values = values_of(row.pk for row in conversations)
    found = {}
    for row in conversations:
        if lacking := _missing(required, fields, values.get(row.pk, {}), row):
            found[row.pk] = lacking
    return found


def missing_with(conversation: Conversation, values: Values) -> list[CustomField]:
    """As `missing_fields`, as if these values stood in the conversation too."""
    fields = list(live_fields())
    required = [field for field in fields if field.is_required]
    return _missing(required, fields, values_of([conversation.pk]).get(conversation.pk, {}) | values, conversation)


def _missing(
    required: Iterable[CustomField], fields: Sequence[CustomField], values: Values, conversation: Conversation
) -> list[CustomField]:
    above = {field.pk: field for field in fields}
    found: dict[int, CustomField] = {}
    for field in required:
        at: CustomField | None = field
        while at is not None and at.is_for(conversation) and values.get(at.pk) is None:
            if not at.has_options or offered_options(at, values, conversation):
                found[at.pk] = at
                break
            at = above.get(at.depends_on_id) if at.depends_on_id else None
    return list(found.values())


def uncovered_options(field: CustomField) -> list[str]:
    """The names of those options of the field above that leave nothing to choose here."""
    if field.depends_on is None or not field.has_options:
        return []
    live = [option for option in field.all_options if not option.is_retired]
    above = (option for option in field.depends_on.all_options if not option.is_retired)
    return [each.name for each in above if not any(not option.when or each.id in option.when for option in live)]


def field_values(conversation: Conversation) -> dict[str, str]:
    """What a conversation has in its fields, in words by the field's name: for merge fields and exports."""
    fields = list(live_fields())
    values = values_of([conversation.pk]).get(conversation.pk, {})
    return {field.name: value_text(field, values.get(field.pk)) for field in fields if field.is_for(conversation)}


def use_of(field: CustomField) -> int:
    """How many conversations have something in a field."""
    return FieldValue.objects.filter(field=field).values("conversation").distinct().count()


def use_of_options(field: CustomField) -> dict[int, int]:
    """How many conversations have each option of a field."""
    rows = FieldValue.objects.filter(field=field, option__isnull=False).values_list("option")
    counted = rows.annotate(amount=Count("pk")).values_list("option", "amount")
    return {option: amount for option, amount in counted if option is not None}


def use_of_fields() -> dict[int, int]:
    """How many conversations have something in each field."""
    rows = FieldValue.objects.values_list("field").annotate(amount=Count("conversation", distinct=True))
    return dict(rows.values_list("field", "amount"))


def hold_definitions(pks: Iterable[int]) -> dict[int, CustomField]:
    """Fields as they are now, which nobody changes or deletes until the transaction ends; others may hold them too."""
    return share(CustomField, pks)


def as_facts(missing: Mapping[int, Sequence[CustomField]]) -> dict[str, Any]:
    """Which conversations lack which fields, as the API says it."""
    return {str(number): [field.pk for field in fields] for number, fields in missing.items()}


def field_numbers(named: Mapping[str, Any]) -> dict[int, Any]:
    """The same values by the number of the field, where programs name fields by number or name; Invalid if unknown."""
    fields = list(live_fields())
    numbers = {str(field.pk): field.pk for field in fields} | {field.name: field.pk for field in fields}
    for name in named:
        if name not in numbers:
            raise Invalid(_("There is no field “%(name)s”.") % {"name": name}, field="fields")
    return {numbers[name]: value for name, value in named.items()}
