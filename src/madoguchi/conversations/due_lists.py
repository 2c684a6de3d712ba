"""Which conversations must not be left when the day ends, and which wait although nobody has to see to them today."""

from datetime import datetime

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from madoguchi.conversations.choices import NEVER_LEFT, MessageKind, Status
from madoguchi.conversations.models import Conversation, Message
from madoguchi.core.prepared import Slot

_BEFORE_ALL = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


def left_open(rows: QuerySet[Conversation], *, until: datetime) -> QuerySet[Conversation]:
    """返信漏れ: of what a person may see, what customers wait for until then, and what could not be sent."""
    waits = Q(is_open=True, queue_at__lt=until)
    return rows.filter(waits | Q(has_failed=True), merged_into=None).order_by("queue_at", "pk")


def leaves_in_time(now: datetime | Slot) -> Q:
    """That a planned mail leaves before 返信期限: it is approved, and its time has not passed without its leaving."""
    return Q(planned_at__gt=now, planned_at__lte=F("queue_at")) & ~Q(status=Status.APPROVAL)


def put_off_waiting(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """後で対応 and 保留 although the customer still waits for our answer; what comes back first is first."""
    said = Message.objects.filter(conversation=OuterRef("pk"))
    ours = said.filter(kind=MessageKind.OUTBOUND).exclude(state__in=NEVER_LEFT).order_by("-at").values("at")[:1]
    theirs = said.filter(kind=MessageKind.INBOUND, auto_kind="", at__gt=OuterRef("answered_at"))
    never = Value(_BEFORE_ALL, output_field=DateTimeField())
    held = rows.filter(status=Status.HOLD, merged_into=None, side_of=None).annotate(answered_at=Coalesce(ours, never))
    return held.filter(Exists(theirs)).order_by(F("resume_at").asc(nulls_last=True), "pk")
