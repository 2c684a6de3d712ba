"""Rules of approval as the API shows and takes them."""

from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.conversations.actions.approval_rules import WantedRule
from madoguchi.conversations.approval import Applied, Condition, People, Step
from madoguchi.conversations.approval_choices import (
    MAX_STEPS,
    ConditionKind,
)
from madoguchi.conversations.approval_facts import rule_of
from madoguchi.conversations.approval_words import Names, applied_words, problems_of, rule_words, step_words
from madoguchi.conversations.models import ApprovalRule

type Value = Annotated[str, Field(max_length=60)] | Annotated[int, Field(ge=0, le=10**12)]


type Ids = Annotated[list[Id], Field(max_length=100)]


class ConditionShape(In):
    """One thing a rule asks for."""

    kind: ConditionKind
    """What is looked at."""
    values: Annotated[list[Value], Field(max_length=100)] = []
    """Any of them is enough: roles, ids of users, teams or categories, words, channels; of `amount` yen and more."""


class PeopleShape(In):
    """People by id, by team, by role; all empty is everybody who may approve."""

    people: Ids = []
    """Ids of users."""
    teams: Ids = []
    """Ids of teams."""
    roles: Annotated[list[Annotated[str, Field(max_length=12)]], Field(max_length=10)] = []
    """Roles."""


class StepShape(In):
    """One step: who decides, how many of them, in what time."""

    who: PeopleShape = PeopleShape()
    """Who decides."""
    needed: Annotated[int, Field(ge=1, le=10)] = 1
    """How many of them."""
    minutes: Annotated[int, Field(ge=0, le=60_000)] = 0
    """Within how many business minutes of the desk; then they are reminded. 0 is no deadline."""
    then: PeopleShape = PeopleShape()
    """Who is asked besides, once as much time has passed again."""


class RuleIn(In):
    """A rule; all its conditions must hold."""

    name: Annotated[str, Field(max_length=60)] = ""
    """Its name, or empty."""
    conditions: Annotated[list[ConditionShape], Field(max_length=len(ConditionKind))] = []
    """What it asks for; none is every reply."""
    steps: Annotated[list[StepShape], Field(min_length=1, max_length=MAX_STEPS)] = [StepShape()]
    """Who decides, one step after the other."""
    inboxes: Ids = []
    """Desks it is for; none is every desk."""
    is_active: bool = True
    """False keeps it without using it."""

    def wanted(self) -> WantedRule:
        """As the action takes it."""
        return WantedRule(
            conditions=tuple(Condition(each.kind.value, tuple(each.values)) for each in self.conditions),
            steps=tuple(Step(_people(each.who), each.needed, each.minutes, _people(each.then)) for each in self.steps),
            inbox_ids=tuple(self.inboxes),
            name=self.name,
            is_active=self.is_active,
        )


def _people(shape: PeopleShape) -> People:
    return People(tuple(shape.people), tuple(shape.teams), tuple(shape.roles))


class RuleChangeIn(RuleIn):
    """A rule as it is to be from now on."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    """The `version` that was read: when somebody has changed it since, nothing is saved (409)."""


class RuleMoveIn(In):
    """Where a rule goes."""

    up: bool
    """True: one place up; False: one place down."""


class RuleOut(Out):
    """A rule, also in words."""

    id: int
    """Its id."""
    name: str
    """Its name, or empty."""
    words: str
    """Its conditions as a sentence."""
    step_words: list[str]
    """Each step as a sentence."""
    conditions: list[ConditionShape]
    """What it asks for."""
    steps: list[StepShape]
    """Who decides."""
    inboxes: list[int]
    """Desks it is for; none is every desk."""
    is_active: bool
    """Whether it is used."""
    problems: list[str]
    """What is wrong with it: people who left, nobody who can decide."""
    version: int
    """Goes up with each change."""


class AppliedOut(Out):
    """A rule that applies."""

    rule: int | None
    """Its id; null for the one that all trainees' replies wait."""
    words: str
    """The rule and why it applies."""


def show_rule(row: ApprovalRule, names: Names) -> RuleOut:
    """A rule with all it says."""
    rule = rule_of(row, ())
    return RuleOut(
        id=row.pk,
        name=row.name,
        words=rule_words(rule, names),
        step_words=[step_words(each, names) for each in rule.steps],
        conditions=[ConditionShape(kind=each["kind"], values=each["values"]) for each in row.conditions],
        steps=[_show_step(each) for each in rule.steps],
        inboxes=[inbox.pk for inbox in row.inboxes.all()],
        is_active=row.is_active,
        problems=problems_of(rule, names),
        version=row.version,
    )


def _show_step(step: Step) -> StepShape:
    return StepShape(who=_show_people(step.who), needed=step.needed, minutes=step.minutes, then=_show_people(step.then))


def _show_people(who: People) -> PeopleShape:
    return PeopleShape(people=list(who.people), teams=list(who.teams), roles=list(who.roles))


def show_applied(applied: Applied, names: Names) -> AppliedOut:
    """A rule that applies, in words."""
    return AppliedOut(rule=applied.rule or None, words=applied_words(applied, names))
