"""Conditions of one's own making as people see and type them: names instead of ids, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.accounts.queries import active_users, all_teams
from madoguchi.channels.queries import inboxes_of
from madoguchi.conversations.fields import all_fields
from madoguchi.conversations.filters import Filter
from madoguchi.conversations.models import SavedView
from madoguchi.conversations.own import all_statuses, folders_of
from madoguchi.conversations.queries import all_tags, category_tree
from madoguchi.conversations.where import WHATS, statuses_and_priorities, without_fields
from madoguchi.core.conditions import EMPTY, FIELD_MARKS, FILLED, HAS, HOWS, Condition
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.core.fields.models import FieldBase
from madoguchi.core.fields.texts import read_day, read_number, read_value
from madoguchi.core.fields.values import value_text
from madoguchi.search.folding import fold

_DAYS = ("created", "last", "due", "done")
#: Empty lines below those that are filled in.
_SPARE = 2


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One line of the form."""

    what: str
    how: str
    value: str
    problem: str = ""  #: why it cannot be understood


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """All of these, or at least one of these."""

    key: str
    word: str
    lines: list[ConditionLine]


class Vocabulary:
    """The names behind ids, for one person and one page."""

    def __init__(self, user: User) -> None:
        self.fields = {field.pk: field for field in all_fields()}
        self._names: dict[str, dict[str, str]] = {}
        for what, kept, word in statuses_and_priorities():
            self._names.setdefault(what, {})[kept] = word
        self._names |= {
            "own_status": {str(each.pk): each.word for each in all_statuses()},
            "inbox": {str(each.pk): each.name for each in inboxes_of(user)},
            "team": {str(each.pk): each.name for each in all_teams()},
            "tag": {str(each.pk): each.name for each in all_tags()[:500]},
            "folder": {str(each.pk): each.name for each in folders_of(user)},
            "category": {str(each.pk): each.name for main in category_tree() for each in (main, *main.children.all())},
            "assignee": {"me": _("me"), "none": _("nobody"), **{str(each.pk): each.name for each in active_users()}},
        }

    @property
    def whats(self) -> list[tuple[str, str]]:
        """What can be compared, with its name."""
        own = [(f"field-{field.pk}", field.name) for field in self.fields.values() if field.retired_at is None]
        return [*((key, str(word)) for key, word in WHATS.items()), *own]

    @property
    def hows(self) -> list[tuple[str, str]]:
        """How it can be compared."""
        return [(key, str(word)) for key, word in HOWS.items()]

    @property
    def values(self) -> list[str]:
        """Every name there is, to choose from while typing."""
        options = (option.name for field in self.fields.values() for option in field.all_options)
        return sorted({name for names in self._names.values() for name in names.values()} | set(options))

    def said(self, condition: Condition) -> ConditionLine:
        """A condition as it is typed."""
        value = condition.value
        if condition.field_id is not None:
            field = self.fields.get(condition.field_id)
            value = value.partition(":")[2]
            if field is not None and field.has_options and value.isdecimal():
                value = value_text(field, int(value))
        else:
            value = self._names.get(condition.what, {}).get(value, value)
        return ConditionLine(condition.what, condition.how, value)

    def read(self, what: str, how: str, typed: str) -> Condition:
        """What was typed, as a condition; Invalid says which line cannot be understood."""
        typed = typed.strip()[:200]
        if how in (EMPTY, FILLED):
            return Condition(what, how)
        if what.startswith("field-"):
            return Condition(what, how, self._field_value(what, how, typed))
        if what in _DAYS:
            return Condition(what, how, day_value(typed))
        if what in self._names:
            return Condition(what, how, self._named(what, typed))
        return Condition(what, how, typed)

    def _field_value(self, what: str, how: str, typed: str) -> str:
        number = what.removeprefix("field-")
        field = self.fields.get(int(number)) if number.isdecimal() else None
        if field is None:
            raise Invalid(_("The field of a condition has been deleted. Take the condition away."))
        return f"{FIELD_MARKS[FieldKind(field.kind)]}:{plain_value(field, how, typed)}"

    def _named(self, what: str, typed: str) -> str:
        wanted = fold(typed)
        for kept, word in self._names[what].items():
            if wanted and wanted in (fold(word), fold(kept)):
                return kept
        message = _("“%(what)s” knows no “%(value)s”. Choose one of the names that are offered.")
        raise Invalid(message % {"what": WHATS[what], "value": typed})


def plain_value(field: FieldBase, how: str, typed: str) -> str:
    """A value of a custom field as a condition keeps it behind its mark; Invalid for what cannot be."""
    if field.kind == FieldKind.CHECK:
        return "1"
    if field.kind in (FieldKind.TEXT, FieldKind.LONG) or (how == HAS and not field.has_options):
        return typed
    if field.kind == FieldKind.NUMBER:
        number = read_number(typed)
        if number is None:
            raise Invalid(_("“%(name)s” must be a number, such as 12,800 or 3.5.") % {"name": field.name})
        return f"{number:f}"
    if field.kind == FieldKind.DATE:
        return day_value(typed)
    value = read_value(field, [typed] if field.kind == FieldKind.MULTI else typed)
    return str(value[0] if isinstance(value, list) else value or "")


def day_value(typed: str) -> str:
    """A day as a condition keeps it; Invalid for what is none."""
    try:
        day = read_day(typed)
    except ValueError:
        day = None
    if day is None:
        message = _("“%(value)s” is no day. Write it as 2026-11-20, 11/20 or 令和8年11月20日.")
        raise Invalid(message % {"value": typed})
    return day.isoformat()


def typed_conditions(posted: QueryDict, key: str, vocabulary: Vocabulary) -> tuple[Condition, ...]:
    """The lines of a group that name something to compare."""
    parts = (posted.getlist(f"{key}-{part}") for part in ("what", "how", "value"))
    return tuple(vocabulary.read(what, how, value) for what, how, value in zip(*parts, strict=False) if what)


def condition_groups(chosen: Filter, vocabulary: Vocabulary) -> list[ConditionGroup]:
    """Both groups as lines, with some empty ones at the end."""
    return [
        ConditionGroup(key, word, [*map(vocabulary.said, conditions), *_spare_lines()])
        for key, word, conditions in (
            ("all", _("All of these"), chosen.all_of),
            ("any", _("At least one of these"), chosen.any_of),
        )
    ]


def typed_groups(posted: QueryDict, vocabulary: Vocabulary) -> list[ConditionGroup]:
    """Both groups as they were typed, to be shown again with what is wrong at each line."""
    groups = []
    for key, word in (("all", _("All of these")), ("any", _("At least one of these"))):
        parts = (posted.getlist(f"{key}-{part}") for part in ("what", "how", "value"))
        lines = [_typed_line(ConditionLine(*each), vocabulary) for each in zip(*parts, strict=False) if each[0]]
        groups.append(ConditionGroup(key, word, [*lines, *_spare_lines()]))
    return groups


def _typed_line(line: ConditionLine, vocabulary: Vocabulary) -> ConditionLine:
    try:
        vocabulary.read(line.what, line.how, line.value)
    except Invalid as error:
        return replace(line, problem=str(error.user_message))
    return line


def _spare_lines() -> Iterable[ConditionLine]:
    return [ConditionLine("", "is", "")] * _SPARE


def conditions_of(view: SavedView) -> Filter:
    """What a view narrows; what another release has kept and nobody understands narrows nothing."""
    try:
        return Filter.from_values(view.conditions)
    except Invalid:
        return Filter()


def mended(chosen: Filter) -> tuple[Filter, int]:
    """The conditions without those about fields that are gone, and how many these were; asks only where need be."""
    if not any(each.field_id is not None for each in chosen.own_conditions):
        return chosen, 0
    known = {field.pk: field for field in all_fields()}
    whole = Filter(
        **{
            **{name: getattr(chosen, name) for name in Filter.__slots__},
            "all_of": without_fields(chosen.all_of, known),
            "any_of": without_fields(chosen.any_of, known),
        }
    )
    return whole, len(chosen.own_conditions) - len(whole.own_conditions)
