"""What is wrong with a value, as pydantic found it, in the caller's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TOO_SHORT, _TOO_LONG = _("At least %(min_length)s characters are needed."), _("At most %(max_length)s characters fit.")
_NUMBER, _TEXT, _TRUTH = _("A whole number is expected."), _("A text is expected."), _("true or false is expected.")
_LIST, _OBJECT, _MOMENT = _("A list is expected."), _("An object is expected."), _("A date and time is expected.")

#: By the type of pydantic's error (https://docs.pydantic.dev/latest/errors/validation_errors/, read 2026-11-22).
_WORDS: dict[str, Promise] = {
    "missing": _("This value is missing."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _TEXT,
    "string_too_short": _TOO_SHORT,
    "string_too_long": _TOO_LONG,
    "string_pattern_mismatch": _("It contains characters that cannot be used."),
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "int_parsing_size": _("The number is too large."),
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "too_short": _("At least %(min_length)s entries are needed."),
    "too_long": _("At most %(max_length)s entries fit."),
    "greater_than": _("It must be more than %(gt)s."),
    "greater_than_equal": _("It must be %(ge)s or more."),
    "less_than": _("It must be less than %(lt)s."),
    "less_than_equal": _("It must be %(le)s or less."),
    "enum": _("One of these is expected: %(expected)s"),
    "literal_error": _("One of these is expected: %(expected)s"),
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": _("The time zone is missing, such as +09:00."),
    "value_error": _("The value is not sensible."),
}
_OTHER = _("The value cannot be used.")


def wrong_value(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors as a sentence; of what it calls `expected` the English "or" becomes a comma."""
    facts = {name: str(fact).replace(" or ", ", ") for name, fact in (error.get("ctx") or {}).items()}
    words = str(_WORDS.get(error["type"], _OTHER))
    try:
        return words % facts
    except KeyError:  # a newer pydantic that tells other facts
        return str(_OTHER)
