"""One message: reading it, its source, its files, and deciding about it on its way out."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.downloads import BYTES, MAIL, download, download_file
from madoguchi.api.problems import READ, WRITE, refusals
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.messages import (
    AttachmentOut,
    DraftOut,
    FileOut,
    MessageOut,
    show_attachment,
    show_draft,
    show_message,
)
from madoguchi.api.schemas.reasons import ReasonIn
from madoguchi.api.schemas.writing import AgainIn, ApprovalIn, ReaddressIn, SendBackIn, seen_keys
from madoguchi.api.uploads import enclosure_of, keep_upload, show_file
from madoguchi.conversations.actions.approvals import Verdict, approve_reply, send_back_reply
from madoguchi.conversations.actions.cancelling import cancel_reply
from madoguchi.conversations.actions.delivery import confirm_sent, send_again
from madoguchi.conversations.actions.resending import readdress
from madoguchi.conversations.models import Message
from madoguchi.conversations.queries import archive_of_files, get_draft
from madoguchi.conversations.queries import get_attachment as find_attachment
from madoguchi.conversations.queries import get_message as find_message
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.customers.actions.showing import open_file
from madoguchi.files.queries import read_blob

router = Router(tags=["Messages"])

MESSAGE = "/messages/{int:message_id}"


def _shown(request: ApiRequest, message: Message) -> MessageOut:
    return show_message(find_message(request.auth, message.pk))


@router.get(MESSAGE, response={200: MessageOut, **READ}, operation_id="get_message", summary="Read one message")
def get_message(request: ApiRequest, message_id: Id) -> MessageOut:
    """One message with its files and everything known of its way."""
    return show_message(find_message(request.auth, message_id))


@router.get(
    MESSAGE + "/raw",
    response={200: None, **READ},
    operation_id="get_message_raw",
    summary="Download a mail as it came",
    openapi_extra=MAIL,
)
def get_raw(request: ApiRequest, message_id: Id) -> HttpResponse:
    """The bytes exactly as they came (message/rfc822); only received mail has them."""
    message = find_message(request.auth, message_id)
    if message.raw is None:
        raise NotFound(_("Only received mail has an original source."))
    return download(read_blob(message.raw.blob), name=f"message-{message.pk}.eml", content_type="message/rfc822")


@router.post(
    MESSAGE + "/cancel",
    response={200: DraftOut, **WRITE},
    operation_id="cancel_message",
    summary="Take a reply back within its undo time",
)
def cancel(request: ApiRequest, message_id: Id) -> DraftOut:
    """What was written is a draft again; one's own reply that waits for approval can be taken back too.

    409 `not_cancellable` when it has left.
    """
    draft = cancel_reply(find_message(request.auth, message_id), user=request.auth)
    draft = get_draft(request.auth, draft.pk)
    return show_draft(draft, [show_file(request.auth, enclosure_of(each)) for each in draft.attachments.all()])


@router.post(
    MESSAGE + "/approve", response={200: MessageOut, **WRITE}, operation_id="approve_message", summary="Let a reply out"
)
def approve(request: ApiRequest, message_id: Id, wanted: ApprovalIn | None = None) -> MessageOut:
    """Approve the present step of a waiting reply; after the last one it leaves. Nobody approves their own.

    With `seen` of the request, 409 `text_changed` when it was edited since, `already_decided` when its step is over.
    409 `something_happened` lists what others did since it was written; send again with `seen_event_id` of the newest
    and a reason to let it leave all the same. 409 `preflight` when the check before sending
    objects to what would leave.
    """
    given = wanted or ApprovalIn()
    message = find_message(request.auth, message_id)
    seen, reason = given.seen_event_id, given.override_reason.strip()
    if seen and not reason:
        raise Invalid(_("Write why you send this all the same."), field="override_reason")
    verdict = Verdict(given.seen, seen, reason, given.comment, tuple(given.reasons), seen_keys(given.acknowledged))
    return _shown(request, approve_reply(message, user=request.auth, verdict=verdict))


@router.post(
    MESSAGE + "/send-back",
    response={200: MessageOut, **WRITE},
    operation_id="send_back_message",
    summary="Give a reply back to its author",
)
def send_back(request: ApiRequest, message_id: Id, wanted: SendBackIn) -> MessageOut:
    """It becomes its author's draft again, with the reason."""
    message = find_message(request.auth, message_id)
    verdict = Verdict(wanted.seen, reasons=tuple(wanted.reasons))
    return _shown(request, send_back_reply(message, user=request.auth, reason=wanted.reason, verdict=verdict))


@router.post(
    MESSAGE + "/send-again",
    response={200: MessageOut, **WRITE},
    operation_id="send_message_again",
    summary="Send a failed mail once more",
)
def again(request: ApiRequest, message_id: Id, wanted: AgainIn | None = None) -> MessageOut:
    """Send a failed or uncertain mail once more, as the same mail.

    409 `something_happened` lists what others did since it was written; send again with `seen_event_id` of the newest
    and a reason to let it leave all the same. The check before sending looks at it again (409 `preflight`), and where
    rules ask for an approval that it does not have, or it is not what was approved, it waits for that (`state` is
    `awaiting_approval`).
    """
    given = wanted or AgainIn()
    message = send_again(
        find_message(request.auth, message_id),
        user=request.auth,
        acknowledged=seen_keys(given.acknowledged),
        seen_event_id=given.seen_event_id,
        override_reason=given.override_reason,
    )
    return _shown(request, message)


@router.post(
    MESSAGE + "/confirm-sent",
    response={200: MessageOut, **WRITE},
    operation_id="confirm_message_sent",
    summary="Say that an uncertain mail did arrive",
)
def confirm(request: ApiRequest, message_id: Id) -> MessageOut:
    """For mail that was interrupted while being sent; it is not sent again."""
    return _shown(request, confirm_sent(find_message(request.auth, message_id), user=request.auth))


@router.post(
    MESSAGE + "/readdress",
    response={200: DraftOut, **WRITE},
    operation_id="readdress_message",
    summary="Correct the address of a mail that failed",
)
def correct(request: ApiRequest, message_id: Id, wanted: ReaddressIn) -> DraftOut:
    """Make a draft of a mail that came back or could not leave: the same text and files, to the corrected addresses.

    Send it as a reply with `resends`. 409 `draft_in_the_way` when the caller is writing something else there.
    """
    corrections = {each.old: each.new for each in wanted.corrections}
    message = find_message(request.auth, message_id)
    made = readdress(message, corrections, user=request.auth, is_customers=wanted.is_customers)
    draft = get_draft(request.auth, made.pk)
    return show_draft(draft, [show_file(request.auth, enclosure_of(each)) for each in draft.attachments.all()])


@router.get(
    "/attachments/{int:attachment_id}",
    response={200: AttachmentOut, **READ},
    operation_id="get_attachment",
    summary="Read what is known of a file",
)
def get_attachment(request: ApiRequest, attachment_id: Id) -> AttachmentOut:
    """Name, type and size of a file."""
    return show_attachment(find_attachment(request.auth, attachment_id))


@router.get(
    "/attachments/{int:attachment_id}/content",
    response={200: None, **READ},
    operation_id="get_attachment_content",
    summary="Download a file",
    openapi_extra=BYTES,
)
def get_content(request: ApiRequest, attachment_id: Id) -> HttpResponse:
    """The bytes; types that a browser could run are said to be plain bytes."""
    row = find_attachment(request.auth, attachment_id)
    return download_file(request.auth, row.blob, name=row.name, content_type=row.content_type)


@router.post(
    "/attachments/{int:attachment_id}/show",
    response={204: None, **WRITE},
    operation_id="show_attachment",
    summary="Open a file unmasked for a reason",
)
def show(request: ApiRequest, attachment_id: Id, wanted: ReasonIn) -> Status[None]:
    """For callers whose role reads addresses masked: its content can be read for 12 hours; records `file_shown`."""
    row = find_attachment(request.auth, attachment_id)
    about = f"conversation:{row.message.conversation_id}"
    open_file(row.blob_id, about=about, reason=wanted.reason, user=request.auth)
    return Status(204, None)


@router.get(
    "/messages/{int:message_id}/attachments/archive",
    response={200: None, **READ},
    operation_id="get_message_attachments_archive",
    summary="Download all files of a message",
    openapi_extra=BYTES,
)
def get_archive(request: ApiRequest, message_id: Id) -> HttpResponse:
    """One ZIP archive; names that occur twice are numbered."""
    name, content = archive_of_files(find_message(request.auth, message_id))
    return download(content, name=name, content_type="application/zip")


_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "contentMediaType": "application/octet-stream",
                            "description": "The file, 18 MB at most.",
                        }
                    },
                }
            }
        },
    }
}


@router.post(
    "/files",
    response={201: FileOut, **WRITE, **refusals(413)},
    operation_id="upload_file",
    summary="Upload a file to send",
    openapi_extra=_UPLOAD,
)
def upload(request: ApiRequest) -> Status[FileOut]:
    """Send the file as `file` in multipart/form-data, then name its `id` in a reply or note within 24 hours."""
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("There is no file. Send it as “file” in multipart/form-data."), field="file")
    return Status(201, keep_upload(request.auth, file))
