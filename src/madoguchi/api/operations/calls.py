"""Calls: phone memos, and who may be calling."""

from typing import Annotated

from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In
from madoguchi.api.schemas.calls import CallerOut, CallIn, CallOut, show_call, show_caller
from madoguchi.calls.actions.memos import Measured, Said, keep_memo
from madoguchi.calls.queries import caller, callers, calls_of
from madoguchi.calls.queries import get_call as find_call
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.queries import get_conversation, get_customer_for

router = Router(tags=["Calls"])


class CallsAsked(In):
    """Which calls."""

    conversation: Id | None = None
    """Only those whose memo stands in this conversation."""


class NumberAsked(In):
    """Who has a number."""

    number: Annotated[str, Field(min_length=1, max_length=60)]
    """In any spelling; full-width digits too."""


@router.get("/calls", response={200: Page[CallOut], **READ}, operation_id="list_calls", summary="List calls")
def list_calls(request: ApiRequest, asked: Query[CallsAsked], paging: Query[Paging]) -> Page[CallOut]:
    """The calls of which there is a memo, the newest first."""
    rows = calls_of(request.auth)
    if asked.conversation is not None:
        rows = rows.filter(message__conversation=asked.conversation)
    return newest_page(rows, paging, show=show_call)


@router.get(
    "/callers", response={200: Page[CallerOut], **READ}, operation_id="find_callers", summary="Find who has a number"
)
def list_callers(request: ApiRequest, asked: Query[NumberAsked]) -> Page[CallerOut]:
    """The customers with this phone number whom the caller may see, with their last matters; eight at most."""
    found = callers(request.auth, asked.number)
    return whole([show_caller(caller(request.auth, each)) for each in found])


@router.get("/calls/{int:call_id}", response={200: CallOut, **READ}, operation_id="get_call", summary="Read one call")
def get_call(request: ApiRequest, call_id: Id) -> CallOut:
    """One call."""
    return show_call(find_call(request.auth, call_id))


@router.post("/calls", response={201: CallOut, **WRITE}, operation_id="keep_call", summary="Write down a call")
def keep(request: ApiRequest, wanted: CallIn) -> Status[CallOut]:
    """Keep the memo of a call: it joins a conversation or begins one. The same `key` again answers the same memo."""
    kept = keep_memo(wanted.key, _said(request, wanted), user=request.auth)
    return Status(201, show_call(find_call(request.auth, kept.pk)))


def _said(request: ApiRequest, wanted: CallIn) -> Said:
    told = None
    if wanted.ended_at is not None:
        told = Measured(wanted.started_at or wanted.ended_at, wanted.ended_at, wanted.wrap_up_seconds)
    return Said(
        direction=wanted.direction,
        number=wanted.number,
        name=wanted.name,
        subject=wanted.subject,
        text=wanted.text,
        answers=wanted.answers.model_dump(),
        result=wanted.result,
        started_at=wanted.started_at,
        customer=get_customer_for(request.auth, wanted.customer_id) if wanted.customer_id else None,
        joins=get_conversation(request.auth, wanted.conversation) if wanted.conversation else None,
        inbox=get_inbox(request.auth, wanted.inbox_id) if wanted.inbox_id else None,
        adds_number=wanted.adds_number,
        told=told,
    )
