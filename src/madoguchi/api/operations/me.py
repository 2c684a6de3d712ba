"""The caller: who they are, their notices, their keys."""

from dataclasses import asdict
from typing import Annotated

from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.accounts import actions, queries
from madoguchi.accounts.models import token_digest
from madoguchi.api.auth import ApiRequest
from madoguchi.api.operations import reminders
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Ref
from madoguchi.api.schemas.people import (
    MeIn,
    MeOut,
    NewAddressIn,
    NewTokenOut,
    SessionOut,
    TokenIn,
    TokenOut,
    show_me,
    show_token,
)
from madoguchi.api.schemas.watching import NoticeOut, ReadOut
from madoguchi.channels.queries import inboxes_of
from madoguchi.notifications.actions import mark_read
from madoguchi.notifications.models import Notification
from madoguchi.notifications.queries import all_notices_of

router = Router(tags=["Me"])
router.add_router("", reminders.router)


def _me(request: ApiRequest) -> MeOut:
    inboxes = inboxes_of(request.auth).only("pk", "name", "position")
    return show_me(request.auth, [Ref(id=inbox.pk, name=inbox.name) for inbox in inboxes])


@router.get("/me", response={200: MeOut, **READ}, operation_id="get_me", summary="Who is calling")
def get_me(request: ApiRequest) -> MeOut:
    """The person the token or session belongs to, what their role allows, and the desks they see."""
    return _me(request)


@router.patch("/me", response={200: MeOut, **WRITE}, operation_id="change_me", summary="Change oneself")
def change_me(request: ApiRequest, changes: MeIn) -> MeOut:
    """Names, language, theme and signature; the role is an administrator's to change."""
    actions.change_user(request.auth, by=request.auth.actor, **changes.model_dump(exclude_none=True, mode="json"))
    return _me(request)


@router.put(
    "/me/email", response={200: MeOut, **WRITE}, operation_id="ask_new_address", summary="Ask for another mail address"
)
def ask_new_address(request: ApiRequest, wanted: NewAddressIn) -> MeOut:
    """A link goes to the new address; opened there, it makes the change, and the present address is told."""
    user = request.auth
    actions.prove_password(user, wanted.password)
    actions.ask_new_address(user, wanted.email, by=user.actor)
    return _me(request)


@router.delete(
    "/me/email", response={200: MeOut, **WRITE}, operation_id="forget_new_address", summary="Keep the present address"
)
def forget_new_address(request: ApiRequest) -> MeOut:
    """Give up an address that waits to be confirmed; its link stops working."""
    actions.forget_new_address(request.auth, by=request.auth.actor)
    return _me(request)


@router.get(
    "/me/tokens", response={200: Page[TokenOut], **READ}, operation_id="list_tokens", summary="List one's own API keys"
)
def list_tokens(request: ApiRequest) -> Page[TokenOut]:
    """The keys that work, newest first; the keys themselves are never shown again."""
    return whole([show_token(token) for token in queries.tokens_of(request.auth)])


@router.post("/me/tokens", response={201: NewTokenOut, **WRITE}, operation_id="create_token", summary="Make an API key")
def create_token(request: ApiRequest, wanted: TokenIn) -> Status[NewTokenOut]:
    """A key that acts as the caller. It is shown in this answer and never again."""
    text = actions.create_token(request.auth, label=wanted.label, by=request.auth.actor)
    token = queries.tokens_of(request.auth).get(digest=token_digest(text))
    return Status(201, NewTokenOut(**show_token(token).model_dump(), token=text))


@router.delete(
    "/me/tokens/{int:token_id}", response={204: None, **WRITE}, operation_id="revoke_token", summary="End an API key"
)
def revoke_token(request: ApiRequest, token_id: Id) -> Status[None]:
    """Calls that carry it are refused from now on; it may be the one that makes this call."""
    actions.revoke_token(queries.get_token(request.auth, token_id), by=request.auth.actor)
    return Status(204, None)


@router.get(
    "/me/sessions",
    response={200: Page[SessionOut], **READ},
    operation_id="list_sessions",
    summary="List where one is signed in",
)
def list_sessions(request: ApiRequest) -> Page[SessionOut]:
    """The browsers in which the caller is signed in: the one that calls first, then by last use."""
    sessions = queries.sessions_of(request.auth, current_key=request.session.session_key or "")
    return whole([SessionOut(**asdict(session)) for session in sessions])


@router.delete(
    "/me/sessions/{handle}", response={204: None, **WRITE}, operation_id="end_session", summary="Sign a browser out"
)
def end_session(request: ApiRequest, handle: str) -> Status[None]:
    """Whoever holds that browser must sign in anew."""
    actions.end_session(request.auth, queries.session_key_of(request.auth, handle), by=request.auth.actor)
    return Status(204, None)


class NoticePaging(Paging):
    """Which notices."""

    unread: bool = False
    """Only those not read yet."""


@router.get(
    "/notifications",
    response={200: Page[NoticeOut], **READ},
    operation_id="list_notifications",
    summary="List one's notices",
)
def list_notifications(request: ApiRequest, paging: Query[NoticePaging]) -> Page[NoticeOut]:
    """Mentions, assignments, answers, failed sends, mailbox alarms; newest first."""
    return newest_page(all_notices_of(request.auth, unread_only=paging.unread), paging, show=_notice)


def _notice(row: Notification) -> NoticeOut:
    return NoticeOut(
        id=row.pk,
        kind=row.kind,
        subject=row.subject,
        by=str(row.data.get("by", "")),
        created_at=row.created_at,
        read_at=row.read_at,
    )


class ReadIn(In):
    """Which notices were read."""

    subject: Annotated[str, Field(max_length=60, examples=["conversation:123"])] | None = None
    """Those about this subject; left out, all of them."""


@router.post(
    "/notifications/read",
    response={200: ReadOut, **WRITE},
    operation_id="read_notifications",
    summary="Mark notices as read",
)
def read_notifications(request: ApiRequest, wanted: ReadIn) -> ReadOut:
    """Those about one subject, or all."""
    return ReadOut(count=mark_read(request.auth, subject=wanted.subject))
