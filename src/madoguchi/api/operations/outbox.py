"""The local mailbox: in the demo and in development, mail that would have left stays here."""

from datetime import datetime

from django.http import HttpResponse
from ninja import Query, Router

from madoguchi.api.auth import ApiRequest
from madoguchi.api.downloads import MAIL, download
from madoguchi.api.paging import Page, Paging, page_of
from madoguchi.api.problems import READ
from madoguchi.api.schemas.base import Id, Out
from madoguchi.channels.contract import KeptMessage
from madoguchi.channels.kept import get_kept_message, kept_messages

router = Router(tags=["Local mailbox"])


class KeptOut(Out):
    """A mail that would have left."""

    id: int
    """Its id."""
    at: datetime
    """When it would have left."""
    sender: str
    """From whom."""
    recipients: list[str]
    """To whom, Cc and Bcc included."""
    subject: str
    """Its subject."""


@router.get(
    "/outbox", response={200: Page[KeptOut], **READ}, operation_id="list_outbox", summary="List the local mailbox"
)
def list_outbox(request: ApiRequest, paging: Query[Paging]) -> Page[KeptOut]:
    """What stayed inside instead of leaving, of the desks the caller sees; newest first. Empty on a real desk."""
    found = kept_messages(request.auth, before=paging.pk, limit=paging.limit + 1)
    return page_of(found, paging.limit, show=_show, place=lambda kept: kept.pk)


@router.get(
    "/outbox/{int:mail_id}",
    response={200: KeptOut, **READ},
    operation_id="get_outbox_mail",
    summary="Read one entry of the local mailbox",
)
def get_mail(request: ApiRequest, mail_id: Id) -> KeptOut:
    """One mail that stayed inside."""
    return _show(get_kept_message(request.auth, mail_id))


@router.get(
    "/outbox/{int:mail_id}/raw",
    response={200: None, **READ},
    operation_id="get_outbox_mail_raw",
    summary="Download a mail of the local mailbox",
    openapi_extra=MAIL,
)
def get_raw(request: ApiRequest, mail_id: Id) -> HttpResponse:
    """The bytes exactly as they would have left."""
    kept = get_kept_message(request.auth, mail_id)
    return download(kept.raw, name=f"outbox-{kept.pk}.eml", content_type="message/rfc822")


def _show(kept: KeptMessage) -> KeptOut:
    return KeptOut(id=kept.pk, at=kept.at, sender=kept.sender, recipients=list(kept.recipients), subject=kept.subject)
