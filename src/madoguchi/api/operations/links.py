"""Links between conversations, moving messages, closing children, reopening."""

from ninja import Router

from madoguchi.api.auth import ApiRequest
from madoguchi.api.operations.conversations import NUMBER, shown
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.conversations import ChangedOut, show_left
from madoguchi.api.schemas.links import (
    ChildrenDoneOut,
    LinkIn,
    LinkOut,
    LinksOut,
    MovedOut,
    MoveIn,
    ReopenIn,
    ThingDoneOut,
    show_link,
)
from madoguchi.conversations.actions.links import close_children, link_conversations, unlink_conversations
from madoguchi.conversations.actions.moving import move_message
from madoguchi.conversations.actions.reopening import reopen_conversation
from madoguchi.conversations.actions.restructure import split_conversation
from madoguchi.conversations.fields import as_facts
from madoguchi.conversations.links import get_link, links_of
from madoguchi.conversations.queries import get_conversation, get_message

router = Router(tags=["Conversations"])
LINK = NUMBER + "/links/{int:link_id}"


@router.get(
    NUMBER + "/links", response={200: Page[LinkOut], **READ}, operation_id="list_links", summary="List linked ones"
)
def list_links(request: ApiRequest, number: Id) -> Page[LinkOut]:
    """Parent, children, duplicates and related conversations, as far as the caller may see them."""
    found = get_conversation(request.auth, number)
    return whole([show_link(each) for each in links_of(request.auth, found.pk)])


@router.post(
    NUMBER + "/links", response={200: LinksOut, **WRITE}, operation_id="link_conversations", summary="Link with another"
)
def link(request: ApiRequest, number: Id, wanted: LinkIn) -> LinksOut:
    """Say what another conversation is to this one. One link a pair, one parent each, no loops."""
    found, other = get_conversation(request.auth, number), get_conversation(request.auth, wanted.other)
    step = link_conversations(found, other, wanted.relation, user=request.auth)
    return LinksOut(undo_id=step.pk, links=[show_link(each) for each in links_of(request.auth, number)])


@router.delete(LINK, response={200: ThingDoneOut, **WRITE}, operation_id="unlink_conversations", summary="Unlink")
def unlink(request: ApiRequest, number: Id, link_id: Id) -> ThingDoneOut:
    """Take a link away."""
    found = get_conversation(request.auth, number)
    return ThingDoneOut(undo_id=unlink_conversations(get_link(found, link_id), user=request.auth).pk)


@router.post(
    NUMBER + "/children/close",
    response={200: ChildrenDoneOut, **WRITE},
    operation_id="close_children",
    summary="Close all children",
)
def close_all(request: ApiRequest, number: Id) -> ChildrenDoneOut:
    """Set every open child that the caller sees to done, with one undo; what lacks something is told in `left`."""
    step, missing = close_children(get_conversation(request.auth, number), user=request.auth)
    return ChildrenDoneOut(undo_id=step.pk, left=show_left(as_facts(missing)))


@router.post(
    NUMBER + "/reopen", response={200: ChangedOut, **WRITE}, operation_id="reopen_conversation", summary="Reopen"
)
def reopen(request: ApiRequest, number: Id, wanted: ReopenIn) -> ChangedOut:
    """Open what was done again, and say why."""
    step = reopen_conversation(get_conversation(request.auth, number), wanted.reason, user=request.auth)
    return ChangedOut(conversation=shown(request, number), undo_id=step.pk)


@router.post(
    "/messages/{int:message_id}/move",
    response={200: MovedOut, **WRITE},
    operation_id="move_message",
    summary="Move a message",
)
def move(request: ApiRequest, message_id: Id, wanted: MoveIn) -> MovedOut:
    """Put one message into another conversation or a new one; answers to it arrive where it stands then.

    409 `different_customers` where that is another customer's and it was not said that this is meant.
    """
    message = get_message(request.auth, message_id)
    if wanted.to == "new":
        new, step = split_conversation(message.conversation, message, user=request.auth, only_this=True)
        return MovedOut(number=new.pk, undo_id=step.pk)
    target = get_conversation(request.auth, wanted.to)
    step = move_message(message, target, user=request.auth, may_mix=wanted.different_customers)
    return MovedOut(number=target.pk, undo_id=step.pk)
