"""Requests to others about a customer's matter (依頼)."""

from django.utils.translation import gettext_lazy as _
from ninja import Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.operations.conversations import NUMBER
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.asking import AskedOut, AskIn, SideOut, show_side
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.writing import seen_keys
from madoguchi.channels.contract import Address
from madoguchi.conversations.actions.asking import Question, ask_aside
from madoguchi.conversations.actions.guests import Shared, revoke_guest_links
from madoguchi.conversations.asking import chosen_files, chosen_messages, get_side, sides_of
from madoguchi.conversations.queries import get_conversation
from madoguchi.core.errors import NotFound

_NOT_THERE = _("Some of these files do not belong to this conversation.")
router = Router(tags=["Conversations"])


@router.get(
    NUMBER + "/sides", response={200: Page[SideOut], **READ}, operation_id="list_sides", summary="List requests"
)
def list_sides(request: ApiRequest, number: Id) -> Page[SideOut]:
    """What others were asked about this conversation, the newest first."""
    found = get_conversation(request.auth, number)
    return whole([show_side(each) for each in sides_of(request.auth, found.pk)])


@router.post(NUMBER + "/sides", response={201: AskedOut, **WRITE}, operation_id="ask_aside", summary="Ask others")
def ask(request: ApiRequest, number: Id, wanted: AskIn) -> Status[AskedOut]:
    """Ask another department or a supplier by mail; the answer never comes into the customer's thread.

    409 `preflight` when the check before sending blocks it, or asks about something that is not in `acknowledged`.
    """
    found = get_conversation(request.auth, number)
    files = chosen_files(found, wanted.attachments)
    if missing := set(wanted.attachments) - {each.pk for each in files}:
        raise NotFound(_NOT_THERE, attachments=sorted(missing))
    to = Address(wanted.to.email, wanted.to.name)
    page = Shared(chosen_messages(found, wanted.shared_messages), files) if wanted.on_page else None
    seen, ticked = seen_keys(wanted.acknowledged), frozenset(wanted.ticked)
    sent = [] if page else files
    question = Question(to, wanted.subject, wanted.text, sent, wanted.wanted_on, page, ticked, seen)
    message = ask_aside(found, question, user=request.auth, request_key=wanted.request_key)
    return Status(201, AskedOut(number=message.conversation_id, message=message.pk))


@router.delete(
    NUMBER + "/guest-page",
    response={204: None, **WRITE},
    operation_id="close_guest_page",
    summary="Close a guest's page",
)
def close_page(request: ApiRequest, number: Id) -> Status[None]:
    """End the page on which the guest of this request could answer; answering by mail still works."""
    side, _parent = get_side(request.auth, number)
    revoke_guest_links(side, user=request.auth)
    return Status(204, None)
