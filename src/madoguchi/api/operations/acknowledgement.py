"""The acknowledgement (自動受付メール) of a desk: reading it, setting it, seeing how it would read."""

from ninja import Router

from madoguchi.accounts.permissions import Permission
from madoguchi.acknowledgements.actions import change_acknowledgement
from madoguchi.acknowledgements.queries import find_acknowledgement
from madoguchi.acknowledgements.texts import NAMES, check_wanted, filled, language_of
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.acknowledgement import (
    AcknowledgementIn,
    AcknowledgementOut,
    AcknowledgementPreviewOut,
    show_acknowledgement,
    wanted_in,
)
from madoguchi.api.schemas.base import Id
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import get_inbox
from madoguchi.wording.surroundings import around_stranger

router = Router(tags=["Desks"])
PATH = "/inboxes/{int:inbox_id}/acknowledgement"


def _managed(request: ApiRequest, inbox_id: int) -> Inbox:
    require(request.auth, Permission.MANAGE_INBOXES)
    return get_inbox(request.auth, inbox_id)


@router.get(
    PATH,
    response={200: AcknowledgementOut, **READ},
    operation_id="get_acknowledgement",
    summary="Read the acknowledgement of a desk",
)
def read_acknowledgement(request: ApiRequest, inbox_id: Id) -> AcknowledgementOut:
    """What the desk sends by itself to who begins a conversation by mail."""
    return show_acknowledgement(find_acknowledgement(_managed(request, inbox_id)))


@router.put(
    PATH,
    response={200: AcknowledgementOut, **WRITE},
    operation_id="set_acknowledgement",
    summary="Set the acknowledgement of a desk",
)
def set_acknowledgement(request: ApiRequest, inbox_id: Id, said: AcknowledgementIn) -> AcknowledgementOut:
    """Replaces all of it. A text with a field that is not known of every mail is refused with `422`."""
    inbox = _managed(request, inbox_id)
    saved = change_acknowledgement(inbox, wanted_in(said), user=request.auth, version=said.version)
    return show_acknowledgement(saved)


@router.post(
    f"{PATH}/preview",
    response={200: list[AcknowledgementPreviewOut], **WRITE},
    operation_id="preview_acknowledgement",
    summary="See how an acknowledgement would read",
)
def preview_acknowledgement(
    request: ApiRequest, inbox_id: Id, said: AcknowledgementIn
) -> list[AcknowledgementPreviewOut]:
    """Checks the texts as saving would, and fills them as for a customer who gave no name. Nothing is kept or sent."""
    inbox, wanted = _managed(request, inbox_id), wanted_in(said)
    check_wanted(inbox, wanted)
    shown = {
        name: filled(wanted.text(name), around_stranger(inbox, language_of(name)))
        for name in NAMES
        if wanted.text(name).is_written
    }
    return [AcknowledgementPreviewOut(name=name, subject=each.subject, body=each.text) for name, each in shown.items()]
