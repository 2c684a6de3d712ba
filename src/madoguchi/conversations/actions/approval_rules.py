"""The settings of the approval: rules in their order, reason codes, when 新人 ends. Kept by administrators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import Team, User
from madoguchi.accounts.permissions import Permission, may, roles_that_may
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_classes
from madoguchi.conversations.approval import Condition, People, Step
from madoguchi.conversations.approval_choices import (
    MAX_REASONS,
    MAX_STEPS,
    PLAIN_KINDS,
    ConditionKind,
)
from madoguchi.conversations.approval_queue import approval_policy
from madoguchi.conversations.choices import (
    APPROVAL_POLICY_CHANGED,
    APPROVAL_RULE_CHANGED,
    APPROVAL_RULE_CREATED,
    APPROVAL_RULE_DELETED,
)
from madoguchi.conversations.models import ApprovalPolicy, ApprovalRule, Category
from madoguchi.core.errors import DomainError, Invalid, NotAllowed
from madoguchi.core.sharing import share
from madoguchi.events.record import record

MAX_RULES, MAX_CONDITIONS, MAX_VALUES = 100, 11, 100
_ROWS: dict[str, type[User | Team | Category]] = {
    ConditionKind.AUTHOR: User,
    ConditionKind.TEAM: Team,
    ConditionKind.CATEGORY: Category,
}
#: Half a year of business hours: whoever wants more wants no deadline.
MAX_MINUTES = 60_000


class RuleChanged(DomainError):
    """Somebody else has saved the rule in the meantime."""

    code = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class WantedRule:
    """A rule as somebody wants it."""

    conditions: tuple[Condition, ...]
    steps: tuple[Step, ...]
    inbox_ids: tuple[int, ...] = ()
    name: str = ""
    is_active: bool = True


@transaction.atomic
def create_rule(wanted: WantedRule, *, user: User) -> ApprovalRule:
    """Add a rule at the end; it holds for what is written from now on. Only who may send unchecked can decide."""
    _check_right(user)
    _check(wanted)
    _check_deciding(wanted, ())
    if ApprovalRule.objects.count() >= MAX_RULES:
        raise Invalid(_("There are 100 rules already. Delete one first."))
    rule = ApprovalRule(position=ApprovalRule.objects.count(), **_columns(wanted))
    rule.save(force_insert=True)
    rule.inboxes.set(wanted.inbox_ids)
    record(APPROVAL_RULE_CREATED, f"approval_rule:{rule.pk}", by=user.actor, data={"name": rule.name})
    return rule


@transaction.atomic
def change_rule(rule: ApprovalRule, wanted: WantedRule, *, user: User, version: int) -> ApprovalRule:
    """Say something else from now on; what waits already goes on by what held then. RuleChanged after somebody else.

    Who was named before and cannot decide any more may stay; nobody else who cannot is added.
    """
    _check_right(user)
    _check(wanted)
    _check_deciding(wanted, tuple(map(Step.read, rule.steps)))
    changed = ApprovalRule.objects.filter(pk=rule.pk, version=version)
    if not changed.update(**_columns(wanted), version=version + 1):
        raise RuleChanged(_("Somebody else has changed this in the meantime. Look at it, then save again."))
    rule.refresh_from_db()
    rule.inboxes.set(wanted.inbox_ids)
    record(APPROVAL_RULE_CHANGED, f"approval_rule:{rule.pk}", by=user.actor, data={"name": rule.name})
    return rule


@transaction.atomic
def delete_rule(rule: ApprovalRule, *, user: User) -> None:
    """Forget a rule; what waits because of it goes on waiting."""
    _check_right(user)
    record(APPROVAL_RULE_DELETED, f"approval_rule:{rule.pk}", by=user.actor, data={"name": rule.name})
    ApprovalRule.objects.filter(pk=rule.pk).delete()


@transaction.atomic
def move_rule(rule: ApprovalRule, *, up: bool, user: User) -> None:
    """Let a rule change places with its neighbour; their steps are asked in this order."""
    _check_right(user)
    rows = list(ApprovalRule.objects.select_for_update().order_by("position", "pk"))
    at = next((number for number, each in enumerate(rows) if each.pk == rule.pk), None)
    if at is None:
        return
    to = max(0, at - 1) if up else min(len(rows) - 1, at + 1)
    rows.insert(to, rows.pop(at))
    for position, each in enumerate(rows):
        ApprovalRule.objects.filter(pk=each.pk).exclude(position=position).update(position=position)
    record(APPROVAL_RULE_CHANGED, f"approval_rule:{rule.pk}", by=user.actor, data={"position": to})


@transaction.atomic
def change_policy(*, user: User, reasons: Sequence[str], unchanged_needed: int, ends_by_itself: bool) -> ApprovalPolicy:
    """Set the reason codes, and when and how 新人 ends; decisions keep the codes they were given."""
    _check_right(user)
    kept = list(dict.fromkeys(" ".join(each.split()) for each in reasons if each.strip()))
    if len(kept) > MAX_REASONS or any(len(each) > 40 for each in kept):
        raise Invalid(_("At most 30 reasons of 40 characters each."), field="reasons")
    if not 0 <= unchanged_needed <= 1000:
        raise Invalid(_("Enter a number from 0 to 1,000."), field="unchanged_needed")
    policy = approval_policy()
    former = {"reasons": policy.reasons, "unchanged": policy.unchanged_needed, "by_itself": policy.ends_by_itself}
    policy.reasons, policy.unchanged_needed, policy.ends_by_itself = kept, unchanged_needed, ends_by_itself
    policy.save()
    after = {"reasons": kept, "unchanged": unchanged_needed, "by_itself": ends_by_itself}
    changed = {name: [former[name], after[name]] for name in after if former[name] != after[name]}
    record(APPROVAL_POLICY_CHANGED, "workspace:1", by=user.actor, data={"changed": changed})
    return policy


def _columns(wanted: WantedRule) -> dict[str, object]:
    return {
        "name": " ".join(wanted.name.split()),
        "conditions": [each.plain() for each in wanted.conditions],
        "steps": [each.plain() for each in wanted.steps],
        "is_active": wanted.is_active,
    }


def _check(wanted: WantedRule) -> None:
    if len(wanted.name) > 60:
        raise Invalid(_("This is too long: at most %d characters.") % 60, field="name")
    if len(wanted.conditions) > MAX_CONDITIONS:
        raise Invalid(_("A rule has at most one condition of each kind."), field="conditions")
    if Inbox.objects.filter(pk__in=wanted.inbox_ids).count() != len(set(wanted.inbox_ids)):
        raise Invalid(_("There is no such desk."), field="inboxes")
    for condition in wanted.conditions:
        _check_condition(condition)
    if not 1 <= len(wanted.steps) <= MAX_STEPS:
        raise Invalid(_("A rule has one step at least and five at most."), field="steps")
    for step in wanted.steps:
        _check_step(step)


def _check_condition(condition: Condition) -> None:
    kind, values = condition.kind, condition.values
    if kind not in ConditionKind.values or len(values) > MAX_VALUES:
        raise Invalid(_("There is no such condition."), field="conditions")
    if kind in PLAIN_KINDS:
        return
    if not values:
        raise Invalid(_("Choose what the condition is about."), field=kind)
    if kind == ConditionKind.AMOUNT and not (isinstance(values[0], int) and 0 < values[0] < 10**12):
        raise Invalid(_("Enter the amount in yen, from 1 on."), field=kind)
    if kind == ConditionKind.KEYWORD and not all(isinstance(each, str) and 0 < len(each) <= 60 for each in values):
        raise Invalid(_("Words have at most 60 characters."), field=kind)
    known = set(Role.values) if kind == ConditionKind.ROLE else set(channel_classes())
    if kind in (ConditionKind.ROLE, ConditionKind.CHANNEL) and not set(values) <= known:
        raise Invalid(_("This value cannot be chosen here."), field=kind)
    if model := _ROWS.get(kind):
        _check_rows(model, values, kind)


def _check_step(step: Step) -> None:
    if not 1 <= step.needed <= 10:
        raise Invalid(_("From one to ten people decide a step."), field="steps")
    if not 0 <= step.minutes <= MAX_MINUTES:
        raise Invalid(_("The deadline has at most 60,000 minutes."), field="steps")
    for people in (step.who, step.then):
        _check_people(people)


def _check_deciding(wanted: WantedRule, before: Sequence[Step]) -> None:
    """Nobody is named newly who could not decide: a step of theirs would be everybody's."""
    deciding = set(roles_that_may(Permission.SEND_UNCHECKED))
    named = {pk for step in wanted.steps for pk in (*step.who.people, *step.then.people)}
    known = {pk for step in before for pk in (*step.who.people, *step.then.people)}
    unable = User.objects.filter(pk__in=named - known).exclude(is_active=True, role__in=deciding)
    if names := list(unable.order_by("name").values_list("name", flat=True)[:5]):
        text = _("These people cannot approve, for they may not send without approval themselves: %(names)s")
        raise Invalid(text % {"names": "、".join(names)}, field="steps")
    roles = {role for step in wanted.steps for role in (*step.who.roles, *step.then.roles)}
    roles -= {role for step in before for role in (*step.who.roles, *step.then.roles)}
    if unable_roles := [role for role in Role if role in roles - deciding]:
        text = _("This role cannot approve: %(role)s. Choose one that may send without approval.")
        raise Invalid(text % {"role": unable_roles[0].label}, field="steps")


def _check_people(people: People) -> None:
    """People who left may stay in a rule (settings shows it as a problem); those who never were may not."""
    _check_rows(User, people.people, "steps")
    _check_rows(Team, people.teams, "steps")
    if not set(people.roles) <= set(Role.values):
        raise Invalid(_("This value cannot be chosen here."), field="steps")


def _check_rows(model: type[User | Team | Category], ids: Iterable[object], field: str) -> None:
    wanted = {pk for pk in ids if isinstance(pk, int)}
    if len(wanted) != len(set(ids)) or len(share(model, wanted)) != len(wanted):
        raise Invalid(_("This value cannot be chosen here."), field=field)


def _check_right(user: User) -> None:
    if not may(user, Permission.MANAGE_WORKSPACE):
        raise NotAllowed(_("You do not have the right to do this. Ask an administrator."))
