"""What compiled templates call (`ui/compiling.py`): looking up, showing and looping exactly as Django's nodes do it.

The usual case is decided here in a few steps; whatever is unusual (a method, a missing name, a property that raises)
goes to Django's own lookup, so that there is one truth about it.
"""

from collections.abc import Sequence
from html import escape
from operator import contains, ge, gt, is_, is_not, le, lt
from types import MethodType
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Variable, VariableDoesNotExist
from django.template.base import render_value_in_context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # the stubs lack it

__all__ = ["template_localtime"]  # handed on to the compiled code


class _Missing:
    """What a name stands for that leads nowhere: false, shown as nothing."""

    def __bool__(self) -> bool:
        return False


MISSING: Any = _Missing()
_COMPARISONS = {
    "in": lambda one, many: contains(many, one),
    "not in": lambda one, many: not contains(many, one),
    "is": is_,
    "is not": is_not,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}


def name(context: Context, word: str) -> Any:
    """The value of a name in the context."""
    for layer in reversed(context.dicts):
        if word in layer:
            value = layer[word]
            return _slow(context, word) if callable(value) else value
    return _slow(context, word)


def attribute(context: Context, value: Any, word: str) -> Any:
    """One step behind a dot."""
    kind = type(value)
    if kind is dict:
        found = value.get(word, MISSING)
    elif value is None or value is MISSING:
        return MISSING
    elif hasattr(kind, "__getitem__"):
        return _behind(context, value, word)
    else:
        try:
            found = getattr(value, word, MISSING)
        except ObjectDoesNotExist:
            found = MISSING
    if found is MISSING:
        return _behind(context, value, word)
    return _called(context, value, word, found) if callable(found) else found


def _called(context: Context, value: object, word: str, found: Any) -> Any:
    if type(found) is MethodType and not (_flag(found, "alters_data") or _flag(found, "do_not_call_in_templates")):
        try:
            return found()
        except TypeError:  # it needs more than itself, or is at fault: Django tells which
            return _behind(context, value, word)
    return _behind(context, value, word)


def _flag(found: object, word: str) -> bool:
    return bool(getattr(found, word, False))


def _behind(context: Context, value: object, word: str) -> Any:
    return _slow(context.new({"x": value}), f"x.{word}")


def _slow(context: Context, path: str) -> Any:
    """Django's own lookup."""
    try:
        return Variable(path).resolve(context)
    except VariableDoesNotExist:
        return MISSING


def show(context: Context, value: object) -> str:
    """A value as it stands in the page."""
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[return-value]  # just seen
    if kind is str:
        return escape(value)  # type: ignore[arg-type]  # just seen
    return "" if value is MISSING else render_value_in_context(value, context)


def markup(value: Any) -> str:
    """What a simple tag gave, as it stands in the page."""
    return value if type(value) is SafeString else str(conditional_escape(value))


def empty(value: object) -> object:
    """A value handed on to a tag or a filter: an empty text in place of what is missing."""
    return "" if value is MISSING else value


def none(value: object) -> object:
    """A value to compare: None in place of what is missing."""
    return None if value is MISSING else value


def needed(value: object, path: str) -> object:
    """The value a filter is given behind its colon, which must exist."""
    if value is MISSING:
        raise VariableDoesNotExist("The filter is given %s, which does not exist.", (path,))
    return value


def still_safe(before: object, after: Any) -> Any:
    """The result of a filter that keeps markup as it is."""
    return mark_safe(after) if isinstance(before, SafeData) else after


def compared(operator: str, one: object, other: object) -> bool:
    """True when the comparison holds; things that cannot be compared do not."""
    try:
        return bool(_COMPARISONS[operator](one, other))
    except TypeError:
        return False


def several(values: Any) -> Sequence[Any]:
    """What a loop goes through, as something with a length."""
    if values is None:
        return ()
    return values if hasattr(values, "__len__") else list(values)


def unpacked(item: Any, places: int) -> Sequence[Any]:
    """One turn's values for several names."""
    given = len(item) if hasattr(item, "__len__") else 1
    if given != places:
        raise ValueError(f"Need {places} values to unpack in for loop; got {given}. ")
    return tuple(item)


def turn(loop: dict[str, Any], index: int) -> None:
    """Bring `forloop` to this turn."""
    left = loop["length"] - index
    loop |= {
        "counter0": index,
        "counter": index + 1,
        "revcounter": left,
        "revcounter0": left - 1,
        "first": index == 0,
        "last": left == 1,
    }
