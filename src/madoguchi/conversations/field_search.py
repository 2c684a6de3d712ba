"""Custom fields as operators of the search box: 「返品理由:サイズ」, `field.3:サイズ`, `金額:>5000`, `納期:なし`.

A field goes by its name, by `field.` or 「項目.」 and its name or number; the search's own operators come first.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from madoguchi.conversations.fields import all_fields
from madoguchi.conversations.models import CustomField, FieldValue
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.search.folding import fold
from madoguchi.search.operators import find_operator, read_date

_PREFIX = "field."
_BEFORE = (_PREFIX, fold("項目."))
_EMPTY = {fold(word) for word in ("なし", "無し", "空", "none", "empty")}
_FILLED = {fold(word) for word in ("あり", "有り", "*", "any", "filled")}
_YES = {fold(word) for word in ("はい", "yes", "on", "true", "1", "✓")}
_NO = {fold(word) for word in ("いいえ", "no", "off", "false", "0")}
_SIGNS = {">": "__gt", "<": "__lt"}
#: More characters than this are no number, and none of ours is as large as that.
_MAX_NUMBER, _MOST_DIGITS = 20, 14


def operator_of(field: CustomField) -> str:
    """The name of the operator of a field."""
    return f"{_PREFIX}{field.pk}"


def operator_names(fields: Iterable[CustomField]) -> dict[str, str]:
    """Every folded name under which a field is asked for, with its operator."""
    names: dict[str, str] = {}
    for field in fields:
        called = fold(field.name)
        asked = [f"{prefix}{each}" for prefix in _BEFORE for each in (called, str(field.pk))]
        names |= dict.fromkeys(asked if find_operator(field.name) else [called, *asked], operator_of(field))
    return names


def shown_name(field: CustomField) -> str:
    """How a field is typed: by its name where that can be, else by its number."""
    is_plain = not set(field.name) & set(' \u3000:："') and find_operator(field.name) is None
    return field.name if is_plain else operator_of(field)


def names_in(text: str) -> dict[str, str]:
    """The names of fields for a query; fields are asked for only where it can have an operator."""
    return operator_names(all_fields()) if ":" in text or "：" in text else {}


def is_field_operator(name: str) -> bool:
    """True for the operator of a field."""
    return name.startswith(_PREFIX)


def field_called(operator: str, fields: Mapping[int, CustomField] | None = None) -> CustomField | None:
    """The field of an operator."""
    known = {field.pk: field for field in all_fields()} if fields is None else fields
    return known.get(int(operator.removeprefix(_PREFIX)))


def field_condition(operator: str, value: str) -> Q | None:
    """What a conversation must have in the field; None when nothing can have it: there is no such choice."""
    field = field_called(operator)
    if field is None:
        return None
    rows, folded = FieldValue.objects.filter(field=field), fold(value).strip()
    found = _values(field, rows, folded)
    if found is not None:
        return Q(pk__in=found.values("conversation"))
    if folded in _EMPTY or (field.kind == FieldKind.CHECK and folded in _NO):
        return ~Q(pk__in=rows.values("conversation"))
    return Q(pk__in=rows.values("conversation")) if folded in _FILLED else None


def _values(field: CustomField, rows: QuerySet[FieldValue], folded: str) -> QuerySet[FieldValue] | None:
    match field.kind:
        case FieldKind.CHOICE | FieldKind.MULTI:
            options = [each.id for each in field.all_options if folded and folded in fold(each.name)]
            return rows.filter(option__in=options) if options else None
        case FieldKind.NUMBER:
            return _compared(rows, "number", folded, _number)
        case FieldKind.DATE:
            return _compared(rows, "day", folded, lambda text: read_date(text, today=timezone.localdate()))
        case FieldKind.CHECK:
            return rows if folded in _YES else None
        case _:
            return None if folded in _EMPTY | _FILLED else rows.filter(folded__contains=folded)


def _compared(rows: QuerySet[FieldValue], column: str, folded: str, read: Any) -> QuerySet[FieldValue] | None:
    """A value, or what is more or less than it: 「>5000」, 「<12/1」."""
    suffix = _SIGNS.get(folded[:1], "")
    value = read(folded[1:] if suffix else folded)
    return None if value is None else rows.filter(**{f"{column}{suffix}": value})


def _number(text: str) -> Decimal | None:
    plain = text.replace(",", "").strip()
    if len(plain) > _MAX_NUMBER:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < _MOST_DIGITS else None
