"""一括返信: one text to the customers of several conversations, as so many replies."""

from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.bulk_replies import (
    BulkItemOut,
    BulkLookIn,
    BulkPreviewOut,
    BulkReplyIn,
    BulkReplyOut,
    BulkRetryIn,
    HappenedOut,
    Onward,
    PersonalOut,
    TallyOut,
)
from madoguchi.api.schemas.preflight import FindingOut
from madoguchi.api.uploads import enclosures_of
from madoguchi.conversations.models import Conversation
from madoguchi.conversations.own import get_status
from madoguchi.conversations.preflighting import as_facts
from madoguchi.conversations.queries import conversations_by_ids
from madoguchi.core.errors import NotFound
from madoguchi.core.telling import told
from madoguchi.outreach.actions import (
    BulkRetry,
    BulkSending,
    checked_bulk,
    newest_event_id,
    retry_bulk_reply,
    start_bulk_reply,
    stop_bulk_reply,
    take_all_back,
)
from madoguchi.outreach.choices import BulkState, ItemState
from madoguchi.outreach.looking import Looked, look_on, look_on_rest, tally
from madoguchi.outreach.models import BulkReply
from madoguchi.outreach.personal import Words
from madoguchi.outreach.queries import bulk_replies_of, get_bulk_reply, items_of, progress_of, rest_of

router = Router(tags=["Writing"])

BULK = "/bulk-replies/{int:bulk_id}"


def _chosen(request: ApiRequest, numbers: list[int]) -> list[Conversation]:
    """All of these; NotFound naming those that are none, or not for the caller's eyes."""
    wanted = list(dict.fromkeys(numbers))
    found = conversations_by_ids(request.auth, wanted)
    if len(found) < len(wanted):
        missing = sorted(set(wanted) - {each.pk for each in found})
        named = " ".join([f"#{number}" for number in missing[:10]] + ["…"] * (len(missing) > 10))
        text = _("There are no such conversations, or you may not see them: %(numbers)s") % {"numbers": named}
        raise NotFound(text, conversations=missing)
    return found


def _show(bulk: BulkReply) -> BulkReplyOut:
    progress = progress_of(bulk)
    amounts = {name: getattr(progress, name) for name in ("total", "waiting", "written", "set_aside", "taken_back")}
    return BulkReplyOut(
        id=bulk.pk,
        subject=bulk.subject,
        text=bulk.text,
        version=bulk.version,
        state=BulkState(bulk.state),
        created_at=bulk.created_at,
        finished_at=bulk.finished_at,
        leaves_at=bulk.leaves_at,
        own_status_after=bulk.own_after_id,
        attachments=[each.name for each in bulk.files.all()],
        **amounts,
    )


def _shown(request: ApiRequest, pk: int) -> BulkReplyOut:
    return _show(get_bulk_reply(request.auth, pk))


@router.post(
    "/bulk-replies/preview",
    response={200: BulkPreviewOut, **WRITE},
    operation_id="preview_bulk_reply",
    summary="Look at each letter of a bulk reply",
)
def preview(request: ApiRequest, wanted: BulkLookIn) -> BulkPreviewOut:
    """Nothing is written. Letters with a `code` would be set aside, and those with findings not acknowledged."""
    seen = newest_event_id()
    files, user = enclosures_of(request.auth, wanted.attachments), request.auth
    chosen = _chosen(request, wanted.conversations)
    words = checked_bulk(chosen, wanted.text, user=user, files=files, subject=wanted.subject)
    looked = look_on(chosen, words, user=user, files=files, begin=wanted.skip)
    return _preview(seen, looked, skip=wanted.skip, whole=len(chosen))


def _preview(seen_event_id: int, looked: list[Looked], *, skip: int, whole: int) -> BulkPreviewOut:
    shown = [
        PersonalOut(
            conversation=each.conversation.pk,
            to=each.letter.to[0].email if each.letter.to else "",
            text=each.letter.text,
            code=each.code,
            reason=str(each.problem or ""),
            findings=[FindingOut.model_validate(as_facts(found)) for found in one.found],
            happened=[HappenedOut.model_validate(happened.as_facts()) for happened in one.happened],
            is_checked=not each.problem,
        )
        for one, each in ((one, one.personal) for one in looked)
    ]
    found = [TallyOut(check=each.check, level=each.level, letters=each.letters) for each in tally(looked)]
    ends = skip + len(looked)
    further = ends if ends < whole else None
    return BulkPreviewOut(seen_event_id=seen_event_id, letters=shown, findings=found, next=further)


@router.post(
    "/bulk-replies",
    response={201: BulkReplyOut, **WRITE},
    operation_id="start_bulk_reply",
    summary="Reply to several customers",
)
def start(request: ApiRequest, wanted: BulkReplyIn) -> Status[BulkReplyOut]:
    """One reply to each, written by a job, each with all the checks of a reply; what does not pass is set aside."""
    bulk = start_bulk_reply(
        _chosen(request, wanted.conversations),
        wanted.text,
        user=request.auth,
        sending=BulkSending(
            wanted.seen_event_id,
            wanted.status_after,
            get_status(wanted.own_status_after) if wanted.own_status_after else None,
            tuple(enclosures_of(request.auth, wanted.attachments)),
            frozenset(wanted.acknowledged),
            wanted.subject,
        ),
    )
    return Status(201, _shown(request, bulk.pk))


@router.get(
    "/bulk-replies",
    response={200: Page[BulkReplyOut], **READ},
    operation_id="list_bulk_replies",
    summary="List one's bulk replies",
)
def list_bulk_replies(request: ApiRequest, paging: Query[Paging]) -> Page[BulkReplyOut]:
    """The caller's own, newest first."""
    return newest_page(bulk_replies_of(request.auth).prefetch_related("files"), paging, show=_show)


@router.get(
    BULK, response={200: BulkReplyOut, **READ}, operation_id="get_bulk_reply", summary="How far a bulk reply is"
)
def get_one(request: ApiRequest, bulk_id: Id) -> BulkReplyOut:
    """One of the caller's own."""
    return _shown(request, bulk_id)


@router.get(
    BULK + "/items",
    response={200: Page[BulkItemOut], **READ},
    operation_id="list_bulk_reply_items",
    summary="What became of each letter",
)
def items(request: ApiRequest, bulk_id: Id) -> Page[BulkItemOut]:
    """All letters in the order of the conversations given."""
    rows = items_of(get_bulk_reply(request.auth, bulk_id))
    return whole(
        [
            BulkItemOut(
                conversation=row.conversation_id,
                state=ItemState(row.state),
                message=row.message_id,
                version=row.version,
                code=row.code,
                reason=told(row.reason),
            )
            for row in rows
        ]
    )


@router.post(
    BULK + "/stop",
    response={200: BulkReplyOut, **WRITE},
    operation_id="stop_bulk_reply",
    summary="Write no further letter",
)
def stop(request: ApiRequest, bulk_id: Id) -> BulkReplyOut:
    """Once this has answered no further letter is written; 409 `nothing_to_do` when it was over."""
    stop_bulk_reply(get_bulk_reply(request.auth, bulk_id))
    return _shown(request, bulk_id)


@router.get(
    BULK + "/rest",
    response={200: BulkPreviewOut, **READ},
    operation_id="look_at_rest_of_bulk_reply",
    summary="Look at what can be tried again",
)
def rest(request: ApiRequest, bulk_id: Id, onward: Query[Onward]) -> BulkPreviewOut:
    """The letters that were set aside or left, as they would be written now, with what happened meanwhile."""
    bulk, seen = get_bulk_reply(request.auth, bulk_id), newest_event_id()
    looked = look_on_rest(bulk, Words(bulk.text, bulk.subject), user=request.auth, begin=onward.skip)
    return _preview(seen, looked, skip=onward.skip, whole=rest_of(bulk).count())


@router.post(
    BULK + "/retry",
    response={200: BulkReplyOut, **WRITE},
    operation_id="retry_bulk_reply",
    summary="Try again what was set aside",
)
def retry(request: ApiRequest, bulk_id: Id, wanted: BulkRetryIn | None = None) -> BulkReplyOut:
    """What was left when it was stopped goes on too. Nothing is taken as seen but what is named here."""
    asked = wanted or BulkRetryIn()
    decided = BulkRetry(
        conversations=None if asked.conversations is None else frozenset(asked.conversations),
        acknowledged=frozenset(asked.acknowledged),
        seen_event_id=asked.seen_event_id,
        override_reason=asked.reason,
        text=asked.text,
        subject=asked.subject,
    )
    retry_bulk_reply(get_bulk_reply(request.auth, bulk_id), decided)
    return _shown(request, bulk_id)


@router.post(
    BULK + "/take-back",
    response={200: BulkReplyOut, **WRITE},
    operation_id="take_back_bulk_reply",
    summary="Take every letter back that has not left",
)
def take_back(request: ApiRequest, bulk_id: Id) -> BulkReplyOut:
    """Each is a draft again; what has left stays `written`."""
    take_all_back(get_bulk_reply(request.auth, bulk_id))
    return _shown(request, bulk_id)
