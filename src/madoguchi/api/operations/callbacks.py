"""Callbacks: whom to call back, when, attempts, and the page on which customers choose."""

from datetime import timedelta
from typing import Literal

from django.utils import timezone
from ninja import Query, Router, Status

from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.paging import Page, Paging, page_of, place_at, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Moment
from madoguchi.api.schemas.callbacks import (
    AttemptIn,
    CallbackChangesIn,
    CallbackDecisionIn,
    CallbackFiguresOut,
    CallbackIn,
    CallbackLinkOut,
    CallbackOut,
    SlotOut,
    show_callback,
    show_callback_figures,
    show_slot,
)
from madoguchi.calls.actions import callbacks as actions
from madoguchi.calls.actions.callbacks import Wanted
from madoguchi.calls.actions.links import make_callback_link, revoke_callback_links
from madoguchi.calls.choices import Source
from madoguchi.calls.due import after, callback_figures, callbacks_in, callbacks_of
from madoguchi.calls.due import get_callback as find_callback
from madoguchi.calls.links import url_of
from madoguchi.calls.slots import next_slots
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.queries import get_conversation

router = Router(tags=["Callbacks"])

CALLBACK = "/callbacks/{int:callback_id}"
OF_CONVERSATION = "/conversations/{int:number}/callbacks"


class CallbacksAsked(In):
    """Which callbacks."""

    when: Literal["now", "today", "open", "done", "closed"] = "open"
    """`now`: begun; `today` also what begins until midnight of the desk; `done`: reached; `closed`: the others."""
    mine: bool = False
    """Only those the caller sees to."""


class CallbackFiguresAsked(In):
    """Of which time."""

    since: Moment | None = None
    """Ended from this moment on; 30 days ago when left out."""
    until: Moment | None = None
    """Ended before this moment; now when left out."""


@router.get(
    "/callbacks", response={200: Page[CallbackOut], **READ}, operation_id="list_callbacks", summary="List callbacks"
)
def list_callbacks(request: ApiRequest, asked: Query[CallbacksAsked], paging: Query[Paging]) -> Page[CallbackOut]:
    """The callbacks of one group, earliest first; decided ones newest first."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = callbacks_of(request.auth, when=asked.when, is_mine=asked.mine, until=start + timedelta(days=1))
    if (place := paging.moment) is not None:
        rows = after(rows, place.moment, place.pk, when=asked.when)
    found = list(rows[: paging.limit + 1])
    return page_of(found, paging.limit, show=show_callback, place=lambda row: place_at(row.starts_at, row.pk))


@router.get(
    "/callbacks/figures",
    response={200: CallbackFiguresOut, **READ},
    operation_id="get_callback_figures",
    summary="Count kept and missed callbacks",
)
def get_figures(request: ApiRequest, asked: Query[CallbackFiguresAsked]) -> CallbackFiguresOut:
    """What became of the callbacks whose time ended in a stretch of time, in the desks the caller sees."""
    until = asked.until or timezone.now()
    since = asked.since or until - timedelta(days=30)
    return show_callback_figures(callback_figures(request.auth, since=since, until=until))


@router.get(
    "/inboxes/{int:inbox_id}/callback-slots",
    response={200: Page[SlotOut], **READ},
    operation_id="list_callback_slots",
    summary="List when customers can be called",
)
def list_slots(request: ApiRequest, inbox_id: Id) -> Page[SlotOut]:
    """Half hours within the business hours of a desk, of the next five days that have any."""
    return whole([show_slot(each) for each in next_slots(get_inbox(request.auth, inbox_id), timezone.now())])


@router.get(
    OF_CONVERSATION,
    response={200: Page[CallbackOut], **READ},
    operation_id="list_conversation_callbacks",
    summary="List the callbacks of a conversation",
)
def list_of_conversation(request: ApiRequest, number: Id) -> Page[CallbackOut]:
    """The callbacks of a conversation, also of what was merged into it."""
    found = get_conversation(request.auth, number)
    return whole([show_callback(each) for each in callbacks_in(found.pk)])


@router.post(
    OF_CONVERSATION,
    response={201: CallbackOut, **WRITE},
    operation_id="request_callback",
    summary="Enter a callback",
)
def ask(request: ApiRequest, number: Id, wanted: CallbackIn) -> Status[CallbackOut]:
    """Enter whom to call back and when; its owner is told."""
    found = get_conversation(request.auth, number)
    made = actions.request_callback(
        found,
        Wanted(
            number=wanted.number,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            name=wanted.name,
            topic=wanted.topic,
            owner=get_user(wanted.owner_id) if wanted.owner_id else None,
            source=Source.API,
        ),
        user=request.auth,
    )
    return Status(201, show_callback(made))


@router.post(
    "/conversations/{int:number}/callback-link",
    response={201: CallbackLinkOut, **WRITE},
    operation_id="make_callback_link",
    summary="Let the customer choose a time",
)
def make_link(request: ApiRequest, number: Id) -> Status[CallbackLinkOut]:
    """The page on which the customer chooses when to be called: the one that lives, else a new one for a week."""
    link = make_callback_link(get_conversation(request.auth, number), user=request.auth)
    return Status(201, CallbackLinkOut(url=url_of(link), expires_at=link.expires_at))


@router.delete(
    "/conversations/{int:number}/callback-link",
    response={204: None, **WRITE},
    operation_id="end_callback_link",
    summary="End the page of a customer",
)
def end_link(request: ApiRequest, number: Id) -> Status[None]:
    """The page on which the customer chooses a time is closed, and nothing without one; what was chosen stays."""
    revoke_callback_links(get_conversation(request.auth, number), user=request.auth)
    return Status(204, None)


@router.get(CALLBACK, response={200: CallbackOut, **READ}, operation_id="get_callback", summary="Read one callback")
def get_callback(request: ApiRequest, callback_id: Id) -> CallbackOut:
    """One callback."""
    return show_callback(find_callback(request.auth, callback_id))


@router.patch(
    CALLBACK, response={200: CallbackOut, **WRITE}, operation_id="change_callback", summary="Change a callback"
)
def change(request: ApiRequest, callback_id: Id, changes: CallbackChangesIn) -> CallbackOut:
    """Another time or owner; only while it is open."""
    callback = find_callback(request.auth, callback_id)
    owner = get_user(changes.owner_id) if changes.owner_id else None
    starts_at = changes.starts_at or callback.starts_at
    actions.move_callback(callback, starts_at=starts_at, owner=owner, user=request.auth)
    return show_callback(find_callback(request.auth, callback_id))


@router.post(
    CALLBACK + "/attempts", response={200: CallbackOut, **WRITE}, operation_id="note_attempt", summary="Note a try"
)
def note(request: ApiRequest, callback_id: Id, wanted: AttemptIn) -> CallbackOut:
    """Note what an attempt came to. 409 `callback_closed` when somebody else has reached them meanwhile."""
    callback = find_callback(request.auth, callback_id)
    actions.note_attempt(callback, wanted.outcome, note=wanted.note, again_at=wanted.again_at, user=request.auth)
    return show_callback(find_callback(request.auth, callback_id))


@router.post(
    CALLBACK + "/decision", response={200: CallbackOut, **WRITE}, operation_id="decide_callback", summary="Decide"
)
def decide(request: ApiRequest, callback_id: Id, wanted: CallbackDecisionIn) -> CallbackOut:
    """Give it up, say that it is not needed any more, or take that back."""
    require(request.auth, Permission.REPLY)
    callback = find_callback(request.auth, callback_id)
    if wanted.state == "open":
        actions.reopen_callback(callback, user=request.auth)
    else:
        actions.close_callback(callback, wanted.state, reason=wanted.reason, user=request.auth)
    return show_callback(find_callback(request.auth, callback_id))
