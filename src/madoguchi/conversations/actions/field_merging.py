"""What merging makes of custom fields: the survivor's values stay, its empty fields are filled, the rest is told.

The merged conversations keep their own values, so that taking the merge back gives each what it had.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from madoguchi.accounts.models import User
from madoguchi.conversations.choices import FIELD_CHANGED, FIELD_DIFFERED, TOLD_FIELDS
from madoguchi.conversations.field_store import write_value
from madoguchi.conversations.fields import fits, hold_definitions, values_of
from madoguchi.conversations.models import Conversation, CustomField
from madoguchi.core.fields.kinds import Plain, Values
from madoguchi.events.record import record


def carry_fields(others: Sequence[Conversation], survivor: Conversation, *, user: User) -> dict[str, Plain]:
    """Fill what is empty in the survivor from the others, the oldest first; what was filled, by the field's number.

    A choice that may not be chosen beside what stands in the survivor, and a field that the survivor does not show,
    stay with the merged one. Records `field_changed` for what was filled and `field_differed` for what was not taken.
    """
    present = values_of([survivor.pk, *(other.pk for other in others)])
    mine = dict(present.get(survivor.pk, {}))
    fields = hold_definitions(sorted({pk for values in present.values() for pk in values}))
    filled: dict[str, Plain] = {}
    for other in sorted(others, key=lambda each: each.pk):
        for pk, value in _in_order(present.get(other.pk, {}), fields):
            if mine.get(pk) == value:
                continue
            if pk not in mine and fields[pk].is_for(survivor) and fits(fields[pk], value, mine, survivor) == value:
                mine[pk] = filled[str(pk)] = value
                write_value(survivor.pk, fields[pk], value)
                _tell(FIELD_CHANGED, survivor, fields[pk], user, was=None, now=value)
            else:
                _tell(FIELD_DIFFERED, survivor, fields[pk], user, other=other.pk)
    return filled


def take_fields_back(filled: Mapping[str, Plain], survivor: Conversation) -> None:
    """Empty again what a merge filled, unless somebody has changed it since."""
    present = values_of([survivor.pk]).get(survivor.pk, {})
    for pk, field in hold_definitions(map(int, filled)).items():
        if present.get(pk) == filled[str(pk)]:
            write_value(survivor.pk, field, None)


def _in_order(values: Values, fields: Mapping[int, CustomField]) -> list[tuple[int, Plain]]:
    """Fields above others come before those whose choices depend on them."""
    known = [(pk, value) for pk, value in values.items() if pk in fields]
    return sorted(known, key=lambda each: _depth(fields[each[0]], fields))


def _depth(field: CustomField, fields: Mapping[int, CustomField]) -> int:
    above, depth = fields.get(field.depends_on_id or 0), 0
    while above is not None and depth < len(fields):
        above, depth = fields.get(above.depends_on_id or 0), depth + 1
    return depth


def _tell(kind: str, survivor: Conversation, field: CustomField, user: User, **data: Any) -> None:
    if kind == FIELD_CHANGED and field.kind not in TOLD_FIELDS:
        data = {"is_empty": False}
    about = {"field": field.pk, **data}
    record(kind, survivor.event_subject, by=user.actor, scope_id=survivor.inbox_id, data=about)
