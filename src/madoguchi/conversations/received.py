"""Received messages in the order in which they were stored, for work that goes through all of them."""

from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.models import Message


def received_as_html(*, after: int, limit: int) -> list[Message]:
    """The next messages after this number that came with HTML and whose original is kept, with the original."""
    kept = Message.objects.filter(kind=MessageKind.INBOUND, pk__gt=after, raw__isnull=False).exclude(html="")
    return list(kept.select_related("raw__blob").order_by("pk")[:limit])
