"""Drafts: what the caller is writing, and what colleagues have begun to reply and not kept private."""

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE, refusals
from madoguchi.api.schemas.base import Id, In
from madoguchi.api.schemas.messages import DraftOut, show_draft
from madoguchi.api.schemas.writing import DraftIn, FileIds, NewDraftIn
from madoguchi.api.uploads import enclosure_of, enclosures_of, show_file
from madoguchi.channels.queries import get_inbox
from madoguchi.conversations.actions.drafts import (
    attach_to_draft,
    change_draft,
    detach_from_draft,
    discard_draft,
    save_draft,
    start_new_mail,
)
from madoguchi.conversations.actions.sharing import take_draft
from madoguchi.conversations.choices import DraftKind
from madoguchi.conversations.models import Draft
from madoguchi.conversations.pages import get_bare
from madoguchi.conversations.queries import drafts_of
from madoguchi.conversations.queries import get_draft as find_draft
from madoguchi.conversations.shared_drafts import get_shared_draft, shared_drafts_in
from madoguchi.core.errors import Invalid
from madoguchi.files.queries import get_blobs, read_blob

router = Router(tags=["Drafts"])

DRAFT = "/drafts/{int:draft_id}"


def _show(request: ApiRequest, draft: Draft) -> DraftOut:
    return show_draft(draft, [show_file(request.auth, enclosure_of(each)) for each in draft.attachments.all()])


def _shown(request: ApiRequest, draft_id: int) -> DraftOut:
    return _show(request, find_draft(request.auth, draft_id))


@router.get("/drafts", response={200: Page[DraftOut], **READ}, operation_id="list_drafts", summary="List one's drafts")
def list_drafts(request: ApiRequest, paging: Query[Paging]) -> Page[DraftOut]:
    """What the caller has begun to write, newest first."""
    rows = drafts_of(request.auth).prefetch_related("attachments__blob")
    return newest_page(rows, paging, show=lambda draft: _show(request, draft))


@router.post("/drafts", response={201: DraftOut, **WRITE}, operation_id="save_draft", summary="Begin or save a draft")
def create_draft(request: ApiRequest, wanted: NewDraftIn) -> Status[DraftOut]:
    """Begin to write. A conversation has one draft of each kind: if it is there, it is changed."""
    inbox = get_inbox(request.auth, wanted.inbox) if wanted.inbox else None
    if wanted.kind == DraftKind.NEW:
        if inbox is None:
            raise Invalid(_("Choose the desk that the mail leaves from."), field="inbox")
        draft = start_new_mail(request.auth, inbox, values=wanted.values())
    elif wanted.conversation is None:
        raise Invalid(_("Name the conversation that the draft belongs to."), field="conversation")
    else:
        found = get_bare(request.auth, wanted.conversation)
        draft = save_draft(request.auth, found, wanted.kind.value, values=wanted.values())
    return Status(201, _shown(request, draft.pk))


@router.get(DRAFT, response={200: DraftOut, **READ}, operation_id="get_draft", summary="Read a draft")
def get_draft(request: ApiRequest, draft_id: Id) -> DraftOut:
    """One draft of the caller."""
    return _shown(request, draft_id)


@router.put(DRAFT, response={200: DraftOut, **WRITE}, operation_id="change_draft", summary="Save a draft")
def put_draft(request: ApiRequest, draft_id: Id, wanted: DraftIn) -> DraftOut:
    """Save what is being written; fields that are left out stay."""
    change_draft(find_draft(request.auth, draft_id), user=request.auth, values=wanted.values())
    return _shown(request, draft_id)


@router.get(
    "/conversations/{int:number}/drafts",
    response={200: Page[DraftOut], **READ},
    operation_id="list_shared_drafts",
    summary="List colleagues' drafts",
)
def list_shared(request: ApiRequest, number: Id) -> Page[DraftOut]:
    """What colleagues have begun to reply on a conversation and not kept private, newest first."""
    rows = shared_drafts_in(request.auth, get_bare(request.auth, number))
    return whole([_show(request, draft) for draft in rows])


@router.post(
    DRAFT + "/take",
    response={200: DraftOut, **WRITE, **refusals(423)},
    operation_id="take_draft",
    summary="Take a colleague's draft over",
)
def take(request: ApiRequest, draft_id: Id) -> DraftOut:
    """Make it one's own, with its files; its writer is told. 404 when somebody was faster, 423 while one writes."""
    taken = take_draft(get_shared_draft(request.auth, draft_id), user=request.auth)
    return _shown(request, taken.pk)


@router.delete(DRAFT, response={204: None, **WRITE}, operation_id="discard_draft", summary="Throw a draft away")
def delete_draft(request: ApiRequest, draft_id: Id) -> Status[None]:
    """Throw it away for good."""
    discard_draft(find_draft(request.auth, draft_id), user=request.auth)
    return Status(204, None)


class DraftFilesIn(In):
    """The files of a draft."""

    attachments: FileIds
    """Ids of all files it has from now on: uploaded ones (POST /files) and those it has already."""


@router.put(
    DRAFT + "/files",
    response={200: DraftOut, **WRITE, **refusals(413)},
    operation_id="set_draft_files",
    summary="Say which files a draft has",
)
def put_files(request: ApiRequest, draft_id: Id, wanted: DraftFilesIn) -> DraftOut:
    """Put uploaded files to a draft and take others off."""
    draft = find_draft(request.auth, draft_id)
    enclosures = enclosures_of(request.auth, wanted.attachments)
    kept = {(each.blob_id, each.name) for each in enclosures}
    present = list(draft.attachments.all())
    gone = [each.pk for each in present if (each.blob_id, each.name) not in kept]
    detach_from_draft(draft, gone, user=request.auth)
    blobs = get_blobs([each.blob_id for each in enclosures])
    for each in enclosures:
        if (each.blob_id, each.name) not in {(known.blob_id, known.name) for known in present}:
            content = read_blob(blobs[each.blob_id])
            attach_to_draft(draft, name=each.name, content_type=each.content_type, content=content, user=request.auth)
    return _shown(request, draft_id)
