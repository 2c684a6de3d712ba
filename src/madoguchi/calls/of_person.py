"""Callbacks and slips as rows for the one timeline of a person (`flows.timeline`); calls stand there as their memos.

Patterns of prepared reads, as `conversations.of_person` has them.
"""

from django.db.models import QuerySet

from madoguchi.accounts.sight import Sight
from madoguchi.calls.choices import CallbackState
from madoguchi.calls.models import Callback, Slip
from madoguchi.conversations.of_person import talks_with


def callbacks_to(sight: Sight) -> QuerySet[Callback]:
    """Every callback in a conversation of these customers."""
    return Callback.objects.filter(conversation__in=talks_with(sight).values("pk"))


def callbacks_waiting(sight: Sight) -> QuerySet[Callback]:
    """Those that somebody has to make still."""
    return callbacks_to(sight).filter(state=CallbackState.OPEN)


def slips_about(sight: Sight) -> QuerySet[Slip]:
    """Messages to colleagues about these customers, without those taken back."""
    return Slip.objects.filter(conversation__in=talks_with(sight).values("pk"), withdrawn_at=None)
