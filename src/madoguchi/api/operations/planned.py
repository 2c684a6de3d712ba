"""送信予約: mails that wait for their time, and what is done with one of them."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router
from pydantic import AwareDatetime, Field

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In
from madoguchi.api.schemas.messages import MessageLine, MessageOut, show_message, show_message_line
from madoguchi.api.schemas.writing import Acknowledged, EventId, SeenIn, seen_keys
from madoguchi.conversations.actions.planning import move_plan, release_planned, send_planned_now
from madoguchi.conversations.models import Message
from madoguchi.conversations.queries import get_message as find_message
from madoguchi.conversations.queries import planned_messages

router = Router(tags=["Messages"])

MESSAGE = "/messages/{int:message_id}"


class PlannedOut(MessageLine):
    """A mail that waits for its time."""

    planned_at: datetime
    """When it leaves if nothing comes between; `state` `stopped` says that something did."""


class PlannedFilter(Paging):
    """Which planned mails."""

    mine: bool = False
    """True for one's own alone."""


class MovePlanIn(In):
    """Another time."""

    send_at: Annotated[AwareDatetime, Field(examples=["2026-11-24T10:00:00+09:00"])]
    """When it leaves, with its time zone; in the future, a year ahead at most."""
    acknowledged: Acknowledged = None
    """Keys of the findings that were seen; then anything else that asks is 409 `preflight`. Left out, only what blocks
    is refused."""


class ReleaseIn(In):
    """What was seen before a mail that was held back may leave after all."""

    seen_event_id: EventId
    """`seen_event_id` of the conversation as it was read."""
    reason: Annotated[str, Field(max_length=200)]
    """Why it leaves although something happened; kept with the event."""
    acknowledged: Acknowledged = None
    """Keys of the findings that were seen; then anything else that asks is 409 `preflight`. Left out, only what blocks
    is refused."""


@router.get(
    "/planned", response={200: Page[PlannedOut], **READ}, operation_id="list_planned", summary="List planned mail"
)
def list_planned(request: ApiRequest, wanted: Query[PlannedFilter]) -> Page[PlannedOut]:
    """What waits for its time or was held back, of the desks the caller sees; written last first."""
    return newest_page(planned_messages(request.auth, is_mine=wanted.mine), wanted, show=_line)


def _line(row: Message) -> PlannedOut:
    assert row.planned_at is not None
    return PlannedOut(**show_message_line(row).model_dump(), planned_at=row.planned_at)


def _shown(request: ApiRequest, message: Message) -> MessageOut:
    return show_message(find_message(request.auth, message.pk))


@router.post(
    MESSAGE + "/plan",
    response={200: MessageOut, **WRITE},
    operation_id="move_plan",
    summary="Change when a mail leaves",
)
def move(request: ApiRequest, message_id: Id, wanted: MovePlanIn) -> MessageOut:
    """Let a planned mail leave at another time; 409 `not_planned` when it has left or was taken back.

    The check before sending judges it by that time (409 `preflight`), and it waits where rules of now ask for approval.
    """
    message, known = find_message(request.auth, message_id), seen_keys(wanted.acknowledged)
    return _shown(request, move_plan(message, wanted.send_at, user=request.auth, acknowledged=known))


@router.post(
    MESSAGE + "/send-now",
    response={200: MessageOut, **WRITE},
    operation_id="send_planned_now",
    summary="Let a planned mail leave now",
)
def send_now(request: ApiRequest, message_id: Id, wanted: SeenIn | None = None) -> MessageOut:
    """It leaves after the undo time; 409 `something_happened` when it was planned without knowing of something.

    The check before sending looks at it again (409 `preflight`), and where rules ask for an approval that it does not
    have yet, it waits for that (`state` is `awaiting_approval`).
    """
    message, known = find_message(request.auth, message_id), seen_keys(wanted.acknowledged if wanted else None)
    return _shown(request, send_planned_now(message, user=request.auth, acknowledged=known))


@router.post(
    MESSAGE + "/release",
    response={200: MessageOut, **WRITE},
    operation_id="release_planned",
    summary="Let a mail that was held back leave",
)
def release(request: ApiRequest, message_id: Id, wanted: ReleaseIn) -> MessageOut:
    """A planned mail is held back (`state` is `stopped`) when something happens that its author has not seen.

    Read it, then let the mail leave at its time with a reason, edit it (`/cancel` makes it a draft) or leave it. The
    check before sending looks at it again (409 `preflight`), and where rules ask for an approval that it does not have
    yet, it waits for that (`state` is `awaiting_approval`).
    """
    message = find_message(request.auth, message_id)
    seen, reason = wanted.seen_event_id, wanted.reason
    known = seen_keys(wanted.acknowledged)
    released = release_planned(message, user=request.auth, seen_event_id=seen, reason=reason, acknowledged=known)
    return _shown(request, released)
