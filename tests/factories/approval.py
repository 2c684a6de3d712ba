"""Approval for tests: rules by the product's own door, replies that wait."""

from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.conversations.actions.approval_rules import WantedRule, create_rule
from madoguchi.conversations.approval import Condition, People, Step
from madoguchi.conversations.models import ApprovalRule, Message


def make_rule(*conditions: Condition, steps: tuple[Step, ...] = (Step(),), **values) -> ApprovalRule:
    wanted = WantedRule(conditions or (Condition("amount", (50_000,)),), steps, **values)
    return create_rule(wanted, user=make_admin())


def people(*users: User) -> People:
    return People(people=tuple(user.pk for user in users))


def make_waiting(author: User | None = None, **values) -> Message:
    return reply_to(make_conversation(), author or make_user(Role.TRAINEE), **values)
