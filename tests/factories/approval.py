"""Approval for tests: rules by the product's own door, replies that wait."""

from datetime import UTC, datetime
from itertools import count

from tests.factories.accounts import make_admin, make_user
from tests.factories.conversations import make_conversation, reply_to

from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.approval_rules import WantedRule, create_rule
from madoguchi.conversations.approval import Condition, People, Step
from madoguchi.conversations.models import ApprovalRequest, ApprovalRule, Message
from madoguchi.flows.delivery import deliver

_numbers = count(1)


def make_rule(*conditions: Condition, steps: tuple[Step, ...] = (Step(),), **values) -> ApprovalRule:
    wanted = WantedRule(conditions or (Condition("amount", (50_000,)),), steps, **values)
    return create_rule(wanted, user=make_admin())


def people(*users: User) -> People:
    return People(people=tuple(user.pk for user in users))


def make_waiting(author: User | None = None, **values) -> Message:
    """Each of another customer: what is written to one does not disturb the other."""
    conversation = make_conversation(sender=Address(f"customer{next(_numbers)}@mail.example", "佐藤 花子"))
    return reply_to(conversation, author or make_user(Role.TRAINEE), **values)


def request_of(message: Message) -> ApprovalRequest:
    return ApprovalRequest.objects.get(message=message)


def leave_now(message: Message) -> Message:
    Message.objects.filter(pk=message.pk).update(send_after=datetime(2026, 1, 1, tzinfo=UTC))
    deliver(message.pk)
    message.refresh_from_db()
    return message
