"""Where templates come from and go to: replies made templates, tables in and out, versions, replies of the past."""

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import Field

from madoguchi.api.auth import ApiRequest
from madoguchi.api.downloads import download
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.approval import DiffPieceOut
from madoguchi.api.schemas.base import Id, In
from madoguchi.api.schemas.wording import show_file, show_version
from madoguchi.api.schemas.wording_sources import (
    FullTemplateVersionOut,
    PastReplyOut,
    TableOut,
    TableRowOut,
    TemplateDraftOut,
)
from madoguchi.api.uploads import enclosures_of
from madoguchi.conversations.choices import MessageKind
from madoguchi.conversations.folding import written
from madoguchi.conversations.queries import get_conversation, get_message
from madoguchi.core.errors import Invalid, NotAllowed, NotFound
from madoguchi.files.queries import get_blobs, read_blob
from madoguchi.search.word_diff import word_diff
from madoguchi.wording.choices import Scope
from madoguchi.wording.queries import (
    files_of_version,
    get_template,
    get_version,
    scopes_for,
    templates_of,
    version_before,
)
from madoguchi.wording.replies import content_of_reply, words_of_reply
from madoguchi.wording.sheets import MAX_BYTES, keep_table, read_table, write_table
from madoguchi.wording.suggesting import Past, past_replies
from madoguchi.wording.surroundings import around_conversation

router = Router(tags=["Templates"])

_TABLE = {"responses": {200: {"description": "The table.", "content": {"text/csv": {"schema": {"type": "string"}}}}}}


class TableIn(In):
    """A table to take in."""

    file: Annotated[str, Field(max_length=2_000)]
    """The id of an uploaded CSV file (POST /files), in UTF-8 or Shift_JIS."""
    scope: Scope = Scope.PERSONAL
    """For whom the templates are: `all` needs a supervisor; `team` cannot be chosen here."""
    keep: bool = False
    """False only looks at what each line would become; True adds what can be added."""


@router.get(
    "/templates.csv",
    response={200: None, **READ},
    operation_id="export_templates",
    summary="Download as CSV",
    openapi_extra=_TABLE,
)
def export_templates(request: ApiRequest) -> HttpResponse:
    """Every template the caller may use that is not archived, as a table that Excel opens."""
    rows = templates_of(request.auth).filter(archived_at=None).order_by("folder", "name", "pk")
    return download(write_table(rows).encode(), name="templates.csv", content_type="text/csv; charset=utf-8")


@router.post(
    "/templates/import",
    response={200: TableOut, **WRITE},
    operation_id="import_templates",
    summary="Take in a table",
)
def import_templates(request: ApiRequest, wanted: TableIn) -> TableOut:
    """Look at a table line by line, or add its templates; lines that cannot be taken in say why and are left out."""
    if wanted.scope == Scope.TEAM or wanted.scope not in scopes_for(request.auth):
        raise NotAllowed(_("You may keep templates of your own. Ask a supervisor to share one."))
    table = read_table(_content(request, wanted.file), user=request.auth, scope=wanted.scope)
    added = keep_table(table, user=request.auth) if wanted.keep else 0
    rows = [TableRowOut(line=each.line, name=each.name, problem=each.problem) for each in table.rows]
    return TableOut(rows=rows, added=added)


def _content(request: ApiRequest, file: str) -> bytes:
    (enclosure,) = enclosures_of(request.auth, [file])
    if enclosure.size_bytes > MAX_BYTES:
        raise Invalid(_("The table is larger than 5 MB. Import it in parts."), field="file")
    return read_blob(get_blobs([enclosure.blob_id])[enclosure.blob_id])


@router.get(
    "/templates/{int:template_id}/versions/{int:number}",
    response={200: FullTemplateVersionOut, **READ},
    operation_id="get_template_version",
    summary="Read one version",
)
def read_version(request: ApiRequest, template_id: Id, number: Id) -> FullTemplateVersionOut:
    """One version with its files, and what changed from the one before it, by word."""
    template = get_template(request.auth, template_id)
    found, before = get_version(template, number), version_before(template, number)
    return FullTemplateVersionOut(
        **show_version(found).model_dump(),
        subject_changes=_changes(before.subject, found.subject) if before else [],
        changes=_changes(before.body, found.body) if before else [],
        files=[show_file(each) for each in files_of_version(template, number)],
    )


def _changes(before: str, after: str) -> list[DiffPieceOut]:
    return [DiffPieceOut(kind=each.kind, text=each.text) for each in word_diff(before, after)]


@router.get(
    "/messages/{int:message_id}/template",
    response={200: TemplateDraftOut, **READ},
    operation_id="get_template_of_reply",
    summary="Make a template of a reply",
)
def template_of_reply(request: ApiRequest, message_id: Id) -> TemplateDraftOut:
    """What a template made of a reply would say; nothing is kept before `POST /templates`."""
    reply = get_message(request.auth, message_id)
    if reply.kind != MessageKind.OUTBOUND:
        raise NotFound(_("There is no such reply."))
    content = content_of_reply(reply, request.auth)
    said = {name: getattr(content, name) for name in TemplateDraftOut.model_fields}
    return TemplateDraftOut(**said)


@router.get(
    "/conversations/{int:number}/past-replies",
    response={200: Page[PastReplyOut], **READ},
    operation_id="list_past_replies",
    summary="Replies to similar inquiries",
)
def list_past_replies(request: ApiRequest, number: Id) -> Page[PastReplyOut]:
    """Replies that answered similar inquiries, of conversations the caller may see, the closest first."""
    found = get_conversation(request.auth, number)
    around = around_conversation(found, request.auth)

    def show(past: Past) -> PastReplyOut:
        words = words_of_reply(past.answer, around, user=request.auth)
        return PastReplyOut(
            conversation=past.conversation.pk,
            subject=past.conversation.subject,
            question=past.question.pk,
            question_text=written(past.question.text),
            reply=past.answer.pk,
            at=past.answer.at,
            text=words.text,
            missing=list(words.missing),
        )

    return whole([show(each) for each in past_replies(found, request.auth)])
