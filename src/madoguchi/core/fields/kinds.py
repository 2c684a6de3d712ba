"""What may stand in a custom field, and how a value lies in the columns of a row."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: A value as JSON and the API have it: text, a number as text, a day in ISO 8601, options by id, a tick.
type Plain = str | bool | int | list[int] | None
type Values = dict[int, Plain]  #: by field


class FieldKind(models.TextChoices):
    """What stands in a custom field."""

    TEXT = "text", _("Text")
    LONG = "long", _("Long text")
    NUMBER = "number", pgettext_lazy("kind of field", "Number")
    DATE = "date", pgettext_lazy("kind of field", "Date")
    CHOICE = "choice", _("Choice")
    MULTI = "multi", _("Several choices")
    CHECK = "check", _("Checkbox")


#: What a field may become without its values losing their meaning.
MAY_BECOME = {FieldKind.TEXT: (FieldKind.LONG,), FieldKind.CHOICE: (FieldKind.MULTI,)}


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices of a field. Values point to its id, so that it can be renamed."""

    id: int
    name: str
    when: tuple[int, ...] = ()  #: only while the field above has one of these options (or the category is one of them)
    is_retired: bool = False  #: not offered any more; what has it keeps showing it


def plain_of(option: int | None, text: str, number: Decimal | None, day: date | None) -> str | int | None:
    """The value in the columns of one row; a tick is the number 1."""
    if option is not None:
        return option
    if number is not None:
        return f"{number.normalize():f}"
    return day.isoformat() if day is not None else text or None


def columns_of(kind: str, value: Any) -> dict[str, Any]:
    """The columns of one row that hold a `Plain` value of this kind."""
    match kind:
        case FieldKind.CHOICE | FieldKind.MULTI:
            return {"option": value}
        case FieldKind.NUMBER:
            return {"number": Decimal(value)}
        case FieldKind.DATE:
            return {"day": date.fromisoformat(value)}
        case FieldKind.CHECK:
            return {"number": Decimal(1)}
        case _:
            return {"text": value}
