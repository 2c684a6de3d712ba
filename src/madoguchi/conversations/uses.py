"""What would go wrong without a team or a 分類: settings that name it and would quietly mean something else.

A rule of approval about something that has gone never holds again, and mail leaves unchecked; a field that was shown
only there is shown nowhere; a shared list is empty; a checklist of one 分類 would be put on all; a team's templates are
seen by nobody of it. So these are changed first. One's own views are one's own business.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, ProtectedError, Q
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from madoguchi.accounts.models import Team
from madoguchi.conversations.approval import Condition, People, Step
from madoguchi.conversations.approval_choices import ConditionKind
from madoguchi.conversations.models import ApprovalRule, Category, CustomField, SavedView
from madoguchi.conversations.where import read_conditions
from madoguchi.core.errors import DomainError

#: As many as a sentence names.
_TOLD = 5


class StillUsed(DomainError):
    """Settings name it; `facts["uses"]` says which, in words."""

    code = "in_use"

    def __init__(self, name: str, uses: list[str]) -> None:
        """Tell the first few of them, and how many more there are."""
        told = list(uses[:_TOLD])
        if more := len(uses) - len(told):
            told.append(_("%(n)d more") % {"n": more})
        message = _("“%(name)s” cannot be deleted: %(uses)s would work differently without it. Change that first.")
        super().__init__(message % {"name": name, "uses": _(", ").join(told)}, uses=uses)


def uses_of_team(pk: int) -> list[str]:
    """The settings that name a team, in words; of rooms above, those whose foreign key protects it."""
    rules = [_rule(each) for each in ApprovalRule.objects.all() if pk in _teams_of(each)]
    shared = SavedView.objects.filter(owner=None)
    views = [_view(each) for each in shared if each.team_id == pk or pk in _named(each, "team")]
    return rules + views + [each for team in Team.objects.filter(pk=pk) for each in _protected_by(team)]


def uses_of_category(category: Category) -> list[str]:
    """The settings that name a 分類 or one below it, in words; of rooms above, those whose foreign key protects it."""
    below = set(Category.objects.filter(Q(pk=category.pk) | Q(parent=category.pk)).values_list("pk", flat=True))
    rules = [_rule(each) for each in ApprovalRule.objects.all() if below & _values(each, ConditionKind.CATEGORY)]
    fields = [_field(each) for each in CustomField.objects.filter(retired_at=None) if below & _categories_of(each)]
    views = [_view(each) for each in SavedView.objects.filter(owner=None) if below & _named(each, "category")]
    return rules + fields + views + _protected_by(category)


def _protected_by(row: Model) -> list[str]:
    try:
        Collector(using=DEFAULT_DB_ALIAS, origin=row).collect([row])
    except ProtectedError as error:
        return sorted(map(_protector, error.protected_objects))
    return []


def _protector(row: Model) -> str:
    return _("%(kind)s “%(name)s”") % {"kind": row._meta.verbose_name, "name": row}  # noqa: SLF001 - Django's own name


def _rule(rule: ApprovalRule) -> str:
    return _("approval rule “%(name)s”") % {"name": rule.name or f"{rule.position + 1}"}


def _field(field: CustomField) -> str:
    return _("custom field “%(name)s”") % {"name": field.name}


def _view(view: SavedView) -> str:
    return _("shared view “%(name)s”") % {"name": view.name}


def _teams_of(rule: ApprovalRule) -> set[int]:
    steps = [Step.read(each) for each in rule.steps]
    return _values(rule, ConditionKind.TEAM) | {pk for step in steps for people in _asked(step) for pk in people.teams}


def _asked(step: Step) -> tuple[People, People]:
    return step.who, step.then


def _values(rule: ApprovalRule, kind: str) -> set[int]:
    conditions = map(Condition.read, rule.conditions)
    values = (each for condition in conditions if condition.kind == kind for each in condition.values)
    return {each for each in values if isinstance(each, int)}


def _categories_of(field: CustomField) -> set[int]:
    by_choice = {pk for option in field.all_options for pk in option.when} if field.by_category else set()
    return set(field.categories) | by_choice


def _named(view: SavedView, what: str) -> set[int]:
    """The ids that a view compares a team or a 分類 with."""
    return set(_numbers([view.conditions.get(what), *_compared(view, what)]))


def _compared(view: SavedView, what: str) -> Iterator[Any]:
    for group in ("all_of", "any_of"):
        for each in read_conditions(view.conditions.get(group) or []):
            if each.what == what:
                yield each.value


def _numbers(values: Iterable[Any]) -> Iterator[int]:
    for value in values:
        if str(value).isdecimal():
            yield int(value)
