"""Writing: replies, new mail, notes, and the lock that says who is at it."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Header, Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.letters import letter_of
from madoguchi.api.operations.conversations import router as conversations_router
from madoguchi.api.problems import READ, WRITE, refusals
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.conversations import LockState, TakeLockIn, show_lock
from madoguchi.api.schemas.messages import MessageOut, show_message
from madoguchi.api.schemas.writing import LetterIn, NewMailIn, NoteIn, ReplyIn
from madoguchi.api.uploads import enclosures_of
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.actions.locks import release_lock, take_lock, take_over_lock
from madoguchi.conversations.actions.notes import add_note
from madoguchi.conversations.actions.replies import Sending, write_new_mail, write_reply
from madoguchi.conversations.locks import living_lock
from madoguchi.conversations.models import Message, OwnStatus
from madoguchi.conversations.own import find_status, get_status
from madoguchi.conversations.pages import get_bare
from madoguchi.conversations.queries import get_message
from madoguchi.core.errors import Invalid
from madoguchi.wording.actions.macros import along_of, status_with

router = Router(tags=["Writing"])

NUMBER = "/conversations/{int:number}"
SENDING = WRITE | refusals(413, 423)

#: No `type` statement: ninja looks at the annotation itself.
Key = Annotated[
    str,
    Header(
        "",
        alias="Idempotency-Key",
        max_length=40,
        pattern=r"^[!-~]*$",
        description="A text of one's own, e.g. a UUID. The same request with the same key again sends nothing and "
        "answers what was sent; another request with it is refused.",
    ),
]


@router.post(
    NUMBER + "/replies", response={201: MessageOut, **SENDING}, operation_id="write_reply", summary="Write a reply"
)
def reply(request: ApiRequest, number: Id, wanted: ReplyIn, key: Key = "") -> Status[MessageOut]:
    """Reply to the customer. It leaves after the undo time of the desk, or waits for approval if its author needs one.

    Refused with 409 `something_happened` when anything happened since `seen_event_id` on this or any other open
    conversation of the customer: of two replies at once exactly one leaves. `facts.disturbances` says what it was
    (in a desk you do not see only that it was: `kind` is `unseen`). Read it, then send again with
    `facts.latest_event_id` as `seen_event_id` and an `override_reason`.

    Refused with 409 `preflight` when the check before sending blocks it, or asks about something that is not in
    `acknowledged`; `facts.findings` says what.
    """
    found = get_bare(request.auth, number)
    after, own = _after(request, wanted)
    sending = Sending(
        wanted.seen_event_id,
        key,
        wanted.override_reason,
        after,
        wanted.send_at,
        resends=wanted.resends,
        acknowledged=wanted.seen_findings,
        ticked=frozenset(wanted.ticked),
        own_after=own,
        along=along_of(wanted.templates, user=request.auth),
    )
    letter = letter_of(request, wanted)
    message = write_reply(found, letter, user=request.auth, sending=sending)
    return _written(request, message)


def _after(request: ApiRequest, wanted: LetterIn) -> tuple[str, OwnStatus | None]:
    """Where the conversation stands afterwards: as the request says, else as its templates do."""
    if wanted.templates and not wanted.names_status:
        key = status_with(wanted.templates, user=request.auth)
        own = find_status(key)
        return (own.state if own else key or wanted.status_after), own
    own = get_status(wanted.own_status_after) if wanted.own_status_after else None
    return (own.state if own else wanted.status_after), own


@conversations_router.post(  # an address belongs to one router: this one also lists them
    "/conversations",
    response={201: MessageOut, **SENDING},
    operation_id="write_new_mail",
    summary="Write a new mail",
    tags=["Writing"],
)
def new_mail(request: ApiRequest, wanted: NewMailIn, key: Key = "") -> Status[MessageOut]:
    """Begin a conversation with a mail of ours; the first recipient is its customer."""
    inbox = get_inbox(request.auth, wanted.inbox)
    if not inbox.is_active:
        raise Invalid(_("This desk is switched off. Choose another one."), field="inbox")
    after, own = _after(request, wanted)
    sending = Sending(
        0,
        key,
        "",
        after,
        wanted.send_at,
        acknowledged=wanted.seen_findings,
        ticked=frozenset(wanted.ticked),
        own_after=own,
        along=along_of(wanted.templates, user=request.auth),
    )
    letter = letter_of(request, wanted)
    message = write_new_mail(inbox, letter, user=request.auth, sending=sending)
    return _written(request, message)


@router.post(
    NUMBER + "/notes", response={201: MessageOut, **SENDING}, operation_id="add_note", summary="Add an internal note"
)
def note(request: ApiRequest, number: Id, wanted: NoteIn, key: Key = "") -> Status[MessageOut]:
    """Something customers never see; people named by @ are told."""
    found = get_bare(request.auth, number)
    enclosures = enclosures_of(request.auth, wanted.attachments)
    message = add_note(found, wanted.text, user=request.auth, enclosures=enclosures, request_key=key)
    return _written(request, message)


def _written(request: ApiRequest, message: Message) -> Status[MessageOut]:
    """What was written, or had been under the same key."""
    return Status(201, show_message(get_message(request.auth, message.pk)))


@router.get(
    NUMBER + "/lock", response={200: LockState, **READ}, operation_id="get_lock", summary="Who is writing the reply"
)
def get_lock(request: ApiRequest, number: Id) -> LockState:
    """「◯◯さんが返信処理中です」, if anybody is."""
    return LockState(lock=show_lock(living_lock(get_bare(request.auth, number))))


@router.post(
    NUMBER + "/lock",
    response={200: LockState, **WRITE, **refusals(423)},
    operation_id="take_lock",
    summary="Take or keep the reply lock",
)
def lock(request: ApiRequest, number: Id, wanted: TakeLockIn) -> LockState:
    """Say that one is writing; again within ten minutes keeps it. Taking over somebody else's needs a reason."""
    found = get_bare(request.auth, number)
    if wanted.take_over:
        return LockState(lock=show_lock(take_over_lock(found, user=request.auth, reason=wanted.reason)))
    return LockState(lock=show_lock(take_lock(found, user=request.auth)))


@router.delete(
    NUMBER + "/lock", response={204: None, **WRITE}, operation_id="release_lock", summary="Give the reply lock back"
)
def unlock(request: ApiRequest, number: Id) -> Status[None]:
    """Stop writing; somebody else's lock stays as it is."""
    release_lock(get_bare(request.auth, number), user=request.auth)
    return Status(204, None)
