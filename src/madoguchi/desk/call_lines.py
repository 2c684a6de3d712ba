"""Calls put into words for lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.calls.choices import Direction, Result
from madoguchi.calls.models import Call
from madoguchi.calls.wordings import span_word
from madoguchi.ui.dates import Words


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call."""

    at: str
    direction: str
    is_out: bool
    customer: str
    customer_pk: int
    number: str
    conversation: int
    message: int
    subject: str
    person: str
    result: str
    talk: str
    wrap_up: str


def call_lines(rows: Iterable[Call], words: Words) -> list[CallLine]:
    """Calls as a table shows them; each has its message, conversation and customer read already."""
    return [_line(each, words) for each in rows]


def _line(call: Call, words: Words) -> CallLine:
    message = call.message
    assert message is not None
    conversation = message.conversation
    return CallLine(
        at=words.short(call.started_at),
        direction=str(Direction(call.direction).label),
        is_out=call.direction == Direction.OUT,
        customer=conversation.customer.label,
        customer_pk=conversation.customer_id,
        number=call.number,
        conversation=conversation.pk,
        message=message.pk,
        subject=call.subject or conversation.subject,
        person=call.user.name,
        result=str(Result(call.result).label),
        talk=span_word(call.talk_seconds or 0),
        wrap_up=span_word(call.wrap_up_seconds or 0),
    )
