"""Messages to colleagues, and what a telephone system tells of calls (CTI)."""

from typing import Literal

from ninja import Query, Router, Status

from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.paging import Page, Paging, page_of
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In
from madoguchi.api.schemas.slips import (
    ExtensionIn,
    ExtensionOut,
    RingIn,
    RingOut,
    SlipAnswerIn,
    SlipIn,
    SlipOut,
    show_ring,
    show_slip,
)
from madoguchi.calls.actions.rings import note_ring, person_at, set_extension
from madoguchi.calls.actions.slips import Told, answer_slip, send_slip, withdraw_slip
from madoguchi.calls.handing import extension_of, slips_of
from madoguchi.calls.handing import get_slip as find_slip
from madoguchi.conversations.queries import get_conversation

router = Router(tags=["Messages to colleagues"])


class SlipsAsked(In):
    """Which messages."""

    whose: Literal["to_me", "from_me", "all"] = "to_me"
    """To the caller, from the caller, or all that the caller may see."""
    answered: bool = False
    """Those that were answered instead of those that wait."""


@router.get("/slips", response={200: Page[SlipOut], **READ}, operation_id="list_slips", summary="List messages")
def list_slips(request: ApiRequest, asked: Query[SlipsAsked], paging: Query[Paging]) -> Page[SlipOut]:
    """Those that wait, the oldest first; answered ones the newest first."""
    rows = slips_of(request.auth, whose=asked.whose, is_answered=asked.answered)
    if (place := paging.pk) is not None:
        rows = rows.filter(pk__lt=place) if asked.answered else rows.filter(pk__gt=place)
    found = list(rows[: paging.limit + 1])
    return page_of(found, paging.limit, show=show_slip, place=lambda row: row.pk)


@router.get("/slips/{int:slip_id}", response={200: SlipOut, **READ}, operation_id="get_slip", summary="Read a message")
def get_slip(request: ApiRequest, slip_id: Id) -> SlipOut:
    """One message."""
    return show_slip(find_slip(request.auth, slip_id))


@router.post(
    "/conversations/{int:number}/slips",
    response={201: SlipOut, **WRITE},
    operation_id="send_slip",
    summary="Leave a message for a colleague",
)
def send(request: ApiRequest, number: Id, wanted: SlipIn) -> Status[SlipOut]:
    """The colleague is told in the desk, and by mail when that is wanted."""
    told = Told(get_user(wanted.recipient_id), wanted.text, wanted.wish, by_mail=wanted.by_mail)
    return Status(201, show_slip(send_slip(get_conversation(request.auth, number), told, user=request.auth)))


@router.post(
    "/slips/{int:slip_id}/answer", response={200: SlipOut, **WRITE}, operation_id="answer_slip", summary="Answer"
)
def answer(request: ApiRequest, slip_id: Id, wanted: SlipAnswerIn) -> SlipOut:
    """Say what was done. 409 `slip_answered` when somebody has said so already."""
    answered = answer_slip(find_slip(request.auth, slip_id), wanted.answer, user=request.auth)
    return show_slip(answered)


@router.delete(
    "/slips/{int:slip_id}", response={204: None, **WRITE}, operation_id="withdraw_slip", summary="Take a message back"
)
def withdraw(request: ApiRequest, slip_id: Id) -> Status[None]:
    """Only one's own, while it waits."""
    withdraw_slip(find_slip(request.auth, slip_id), user=request.auth)
    return Status(204, None)


@router.post(
    "/rings", response={200: RingOut, **WRITE}, operation_id="note_ring", summary="Tell of a ringing telephone",
    tags=["Calls"],
)  # fmt: skip
def ring(request: ApiRequest, wanted: RingIn) -> RingOut:
    """Show the caller in the open browsers of the person whose telephone rings. Safe to send again.

    With an administrator's key for every telephone; with anybody else's for their own.
    """
    require(request.auth, Permission.REPLY)
    noted = note_ring(
        person_at(wanted.to),
        call_id=wanted.call_id,
        number=wanted.number,
        direction=wanted.direction,
        state=wanted.state,
        by=request.auth,
    )
    return show_ring(noted)


@router.get(
    "/me/extension", response={200: ExtensionOut, **READ}, operation_id="get_extension", summary="Read one's extension",
    tags=["Calls"],
)  # fmt: skip
def get_extension(request: ApiRequest) -> ExtensionOut:
    """Under which number the telephone system knows the caller."""
    return ExtensionOut(number=extension_of(request.auth))


@router.put(
    "/me/extension", response={200: ExtensionOut, **WRITE}, operation_id="set_extension", summary="Set one's extension",
    tags=["Calls"],
)  # fmt: skip
def put_extension(request: ApiRequest, wanted: ExtensionIn) -> ExtensionOut:
    """Calls at this telephone appear in the caller's browsers."""
    require(request.auth, Permission.REPLY)
    set_extension(request.auth, wanted.number)
    return ExtensionOut(number=extension_of(request.auth))
