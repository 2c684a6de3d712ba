"""Promises as rows for the one timeline of a person (`flows.timeline`).

Patterns of prepared reads, as `conversations.of_person` has them.
"""

from django.db.models import Q, QuerySet

from madoguchi.accounts.sight import Sight
from madoguchi.conversations.of_person import talks_with
from madoguchi.promises.choices import MADE, PromiseState
from madoguchi.promises.models import Promise


def promises_to(sight: Sight) -> QuerySet[Promise]:
    """What we promised these customers, without what was said to be none."""
    return Promise.objects.filter(conversation__in=talks_with(sight).values("pk"), state__in=MADE)


def promises_due(sight: Sight) -> QuerySet[Promise]:
    """Those that are open, or were broken and not made up for."""
    return promises_to(sight).filter(Q(state=PromiseState.OPEN) | Q(state=PromiseState.BROKEN, settled_at=None))
