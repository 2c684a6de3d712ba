"""Several changes as one: all or none, with one way back."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from madoguchi.accounts.models import User
from madoguchi.conversations.holding import hold
from madoguchi.conversations.models import Conversation, UndoStep
from madoguchi.customers.masking import cut_whole

type Change = Callable[[Sequence[Conversation]], UndoStep]


@transaction.atomic
def make_changes(conversations: Sequence[Conversation], changes: Sequence[Change], *, user: User) -> UndoStep | None:
    """Make each change (a use-case of `triage`) to all of these conversations, in order; None for no change.

    Of their undo steps one is made, which leads back to before the first.
    """
    hold(conversation.pk for conversation in conversations)
    steps = [change(conversations) for change in changes]
    return joined_step(steps, user=user) if steps else None


def joined_step(steps: Sequence[UndoStep], *, user: User) -> UndoStep:
    """One undo step in place of several, which leads back to before the first; in one transaction with them."""
    if len(steps) == 1:
        return steps[0]
    UndoStep.objects.filter(pk__in=[step.pk for step in steps]).delete()
    label = "、".join(dict.fromkeys(step.label for step in steps))
    return UndoStep.objects.create(user=user, kind="bulk", label=cut_whole(label, 200), data={"before": _merged(steps)})


def _merged(steps: Sequence[UndoStep]) -> dict[str, Any]:
    """Per conversation the values before the first change, with the version after the last."""
    before: dict[str, Any] = {}
    for step in steps:
        for number, kept in step.data["before"].items():
            first = before.get(number, {})
            fields = kept.get("fields", {}) | first.get("fields", {})
            before[number] = kept | first | {"version": kept["version"], "fields": fields}
    return before
