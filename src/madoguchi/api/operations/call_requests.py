"""Asking for a call without a conversation, and the public forms in which customers do."""

from ninja import Router, Status

from madoguchi.accounts.permissions import Permission
from madoguchi.accounts.queries import get_user
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.callbacks import (
    CallbackOut,
    CallbackPageIn,
    CallbackPageOut,
    CallRequestIn,
    show_callback,
    show_callback_page,
)
from madoguchi.calls.actions.pages import set_callback_page
from madoguchi.calls.choices import Source
from madoguchi.calls.due import get_callback
from madoguchi.calls.pages import page_of
from madoguchi.channels.queries import get_inbox
from madoguchi.flows.call_requests import Asked, ask_for_call_as

router = Router(tags=["Callbacks"])

PAGE = "/inboxes/{int:inbox_id}/callback-page"
SOURCES = {"form": Source.FORM, "chat": Source.CHAT, "phone": Source.MEMO, "agent": Source.AGENT}


@router.post(
    "/inboxes/{int:inbox_id}/callback-requests",
    response={201: CallbackOut, **WRITE},
    operation_id="ask_for_call",
    summary="Ask for a call in a new conversation",
)
def ask(request: ApiRequest, inbox_id: Id, wanted: CallRequestIn) -> Status[CallbackOut]:
    """Begin a conversation with whoever has the number, and enter the callback in it.

    For a chat widget or a form of your own. The number finds a customer as a mail's From does, and proves nothing; no
    open conversation is joined. Of `form` and `chat` the same number and time again is the same callback, and a half
    hour that is not free is refused with 422 `slot_taken`.
    """
    require(request.auth, Permission.REPLY)
    said = wanted.model_dump(exclude={"source"})
    asked = Asked(**said, source=SOURCES[wanted.source])
    made = ask_for_call_as(get_inbox(request.auth, inbox_id), asked, user=request.auth)
    return Status(201, show_callback(get_callback(request.auth, made.pk)))


@router.get(
    PAGE, response={200: CallbackPageOut, **READ}, operation_id="get_callback_page", summary="Read the public form"
)
def get_page(request: ApiRequest, inbox_id: Id) -> CallbackPageOut:
    """The public form of a desk in which customers ask to be called."""
    return show_callback_page(page_of(get_inbox(request.auth, inbox_id)))


@router.put(
    PAGE, response={200: CallbackPageOut, **WRITE}, operation_id="set_callback_page", summary="Open or close the form"
)
def set_page(request: ApiRequest, inbox_id: Id, wanted: CallbackPageIn) -> CallbackPageOut:
    """Open, close or move the public form of a desk; for administrators."""
    require(request.auth, Permission.MANAGE_INBOXES)
    owner = get_user(wanted.owner_id) if wanted.owner_id else None
    inbox = get_inbox(request.auth, inbox_id)
    page = set_callback_page(inbox, slug=wanted.slug, is_open=wanted.is_open, owner=owner, user=request.auth)
    return show_callback_page(page)
