"""Which conversations must not be left when the day ends."""

from datetime import datetime

from django.db.models import Q, QuerySet

from madoguchi.conversations.models import Conversation


def left_open(rows: QuerySet[Conversation], *, until: datetime) -> QuerySet[Conversation]:
    """返信漏れ: of what a person may see, what customers wait for until then, and what could not be sent."""
    waits = Q(is_open=True, queue_at__lt=until)
    return rows.filter(waits | Q(has_failed=True), merged_into=None).order_by("queue_at", "pk")
