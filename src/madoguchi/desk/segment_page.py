"""Conditions on customers as people see and type them: names instead of ids, one line each."""

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _

from madoguchi.accounts.models import User
from madoguchi.core.conditions import EMPTY, FIELD_MARKS, FILLED, HOWS, Condition
from madoguchi.core.errors import Invalid
from madoguchi.core.fields.kinds import FieldKind
from madoguchi.core.fields.texts import read_number
from madoguchi.core.fields.values import value_text
from madoguchi.customers.criteria import CHOICE, DAY, HOWS_OF, NUMBER, YES, offered
from madoguchi.customers.fields import all_customer_fields, may_read
from madoguchi.customers.segments import Conditions
from madoguchi.desk.conditions import ConditionGroup, ConditionLine, day_value, plain_value
from madoguchi.search.folding import fold

_SPARE = 2


class SegmentVocabulary:
    """The names behind values, for one person and one page."""

    def __init__(self, user: User) -> None:
        self.criteria = offered()
        self.fields = {field.pk: field for field in all_customer_fields() if may_read(user, field)}
        self._words = {key: each.words(user) for key, each in self.criteria.items() if each.kind in (CHOICE, YES)}

    @property
    def whats(self) -> list[tuple[str, str]]:
        """What can be compared, with its name."""
        own = [(f"field-{field.pk}", field.name) for field in self.fields.values() if field.retired_at is None]
        return [*((key, str(each.word)) for key, each in self.criteria.items()), *own]

    @property
    def hows(self) -> list[tuple[str, str]]:
        """How it can be compared."""
        return [(key, str(word)) for key, word in HOWS.items()]

    @property
    def values(self) -> list[str]:
        """Every name there is, to choose from while typing."""
        options = (option.name for field in self.fields.values() for option in field.all_options)
        return sorted({word for words in self._words.values() for word in words.values()} | set(options))

    def said(self, condition: Condition) -> ConditionLine:
        """A condition as it is typed."""
        value = condition.value
        if condition.field_id is not None:
            field, value = self.fields.get(condition.field_id), value.partition(":")[2]
            if field is not None and field.has_options and value.isdecimal():
                value = value_text(field, int(value))
        else:
            value = self._words.get(condition.what, {}).get(value, value)
        return ConditionLine(condition.what, condition.how, value)

    def read(self, what: str, how: str, typed: str) -> Condition:
        """What was typed, as a condition; Invalid says what cannot be understood."""
        typed = typed.strip()[:200]
        if what.startswith("field-"):
            return self._read_own(what, how, typed)
        criterion = self.criteria.get(what)
        if criterion is None or how not in HOWS:
            raise Invalid(_("A condition cannot be understood. Choose it again."))
        if how not in HOWS_OF[criterion.kind]:
            message = _("“%(what)s” cannot be compared in this way: choose another one.")
            raise Invalid(message % {"what": criterion.word})
        if how in (EMPTY, FILLED):
            return Condition(what, how)
        if criterion.kind == DAY:
            return Condition(what, how, day_value(typed))
        if criterion.kind == NUMBER:
            return Condition(what, how, _number(typed))
        if what in self._words:
            return Condition(what, how, self._named(what, typed))
        if not typed:
            raise Invalid(_("Enter what “%(what)s” is to be compared with.") % {"what": criterion.word})
        return Condition(what, how, typed)

    def _read_own(self, what: str, how: str, typed: str) -> Condition:
        number = what.removeprefix("field-")
        field = self.fields.get(int(number)) if number.isdecimal() else None
        if field is None:
            raise Invalid(_("The field of a condition has been deleted. Take the condition away."))
        if how in (EMPTY, FILLED):
            return Condition(what, how)
        return Condition(what, how, f"{FIELD_MARKS[FieldKind(field.kind)]}:{plain_value(field, how, typed)}")

    def _named(self, what: str, typed: str) -> str:
        wanted = fold(typed)
        for kept, word in self._words[what].items():
            if wanted and wanted in (fold(word), fold(kept)):
                return kept
        message = _("“%(what)s” knows no “%(value)s”. Choose one of the names that are offered.")
        raise Invalid(message % {"what": self.criteria[what].word, "value": typed})


def _number(typed: str) -> str:
    number = read_number(typed)
    if number is None or number != int(number) or not 0 <= number < 10**9:
        raise Invalid(_("“%(value)s” is no number of this sort. Write it as 3.") % {"value": typed})
    return str(int(number))


def said_groups(asked: Conditions, vocabulary: SegmentVocabulary) -> list[ConditionGroup]:
    """Both groups as lines, with some empty ones at the end."""
    return [
        ConditionGroup(key, word, [*map(vocabulary.said, conditions), *_spare()])
        for key, word, conditions in (
            ("all", _("All of these"), asked.all_of),
            ("any", _("At least one of these"), asked.any_of),
        )
    ]


def typed_segment(posted: QueryDict, vocabulary: SegmentVocabulary) -> tuple[Conditions, list[ConditionGroup]]:
    """The conditions that were typed, and the same lines with what is wrong at each."""
    found: list[tuple[Condition, ...]] = []
    groups: list[ConditionGroup] = []
    for key, word in (("all", _("All of these")), ("any", _("At least one of these"))):
        conditions: list[Condition] = []
        lines: list[ConditionLine] = []
        parts = (posted.getlist(f"{key}-{part}") for part in ("what", "how", "value"))
        for what, how, value in zip(*parts, strict=False):
            if what:
                problem = ""
                try:
                    conditions.append(vocabulary.read(what, how, value))
                except Invalid as error:
                    problem = str(error.user_message)
                lines.append(ConditionLine(what, how, value, problem))
        found.append(tuple(conditions))
        groups.append(ConditionGroup(key, word, [*lines, *_spare()]))
    return Conditions(*found), groups


def is_wrong(groups: Iterable[ConditionGroup]) -> bool:
    """Whether some line cannot be understood."""
    return any(line.problem for group in groups for line in group.lines)


def _spare() -> list[ConditionLine]:
    return [ConditionLine("", "is", "")] * _SPARE
