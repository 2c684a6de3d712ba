"""「文字化け? 再解釈」: the ways in which a received message can be read, and choosing one."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import Field

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.paging import Page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.api.schemas.messages import MessageOut, show_message
from madoguchi.channels.registry import channel_class
from madoguchi.conversations.actions.reinterpreting import reinterpret_message
from madoguchi.conversations.models import Message
from madoguchi.conversations.queries import get_message
from madoguchi.core.errors import Invalid, NotFound
from madoguchi.files.queries import read_blob

router = Router(tags=["Messages"])

MESSAGE = "/messages/{int:message_id}"


class ReadingOut(Out):
    """One way to read a message."""

    charset: str
    """The encoding; send it back to read the message so."""
    confidence: float
    """0 to 1, how much sense it makes; only ranks."""
    text: str
    """The beginning of the text read so."""


class ReadingIn(In):
    """How to read a message."""

    charset: Annotated[str, Field(min_length=1, max_length=40, examples=["iso-2022-jp"])]
    """The encoding, whatever the mail declares."""


@router.get(
    MESSAGE + "/readings",
    response={200: Page[ReadingOut], **READ},
    operation_id="list_readings",
    summary="List the ways to read a garbled message",
)
def list_readings(request: ApiRequest, message_id: Id) -> Page[ReadingOut]:
    """The encodings in which the stored bytes make sense, the most plausible first."""
    message, raw = _kept(request, message_id)
    found = channel_class(message.inbox.kind).reinterpretations(raw)
    return whole([ReadingOut(charset=each.charset, confidence=each.confidence, text=each.text) for each in found])


@router.post(
    MESSAGE + "/readings",
    response={200: MessageOut, **WRITE},
    operation_id="reinterpret_message",
    summary="Read a message in another encoding",
)
def reinterpret(request: ApiRequest, message_id: Id, wanted: ReadingIn) -> MessageOut:
    """Replace its words by another reading of the same bytes, which stay as they came."""
    message, raw = _kept(request, message_id)
    require(request.auth, Permission.WRITE_NOTE)
    inbound = channel_class(message.inbox.kind).reinterpret(raw, wanted.charset)
    if inbound is None:
        raise Invalid(_("The message cannot be read in this way. Choose another one."), field="charset")
    reinterpret_message(message, inbound, charset=wanted.charset, user=request.auth)
    return show_message(get_message(request.auth, message_id))


def _kept(request: ApiRequest, message_id: int) -> tuple[Message, bytes]:
    message = get_message(request.auth, message_id)
    if message.raw is None:
        raise NotFound(_("The original of this message is not kept any more."))
    return message, read_blob(message.raw.blob)
