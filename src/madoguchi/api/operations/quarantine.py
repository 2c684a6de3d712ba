"""Quarantine: received mail that could not be read. Nothing is dropped; a person decides."""

from django.http import HttpResponse
from ninja import Query, Router, Status

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.downloads import MAIL, download
from madoguchi.api.paging import Page, Paging, newest_page
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.channels import RawOut, show_raw
from madoguchi.channels.actions import discard_raw, release_raw
from madoguchi.channels.models import RawMessage
from madoguchi.channels.queries import get_quarantined, quarantine_of
from madoguchi.files.queries import read_blob

router = Router(tags=["Quarantine"])


def _find(request: ApiRequest, raw_id: int) -> RawMessage:
    require(request.auth, Permission.MANAGE_QUARANTINE)
    return get_quarantined(request.auth, raw_id)


@router.get(
    "/quarantine", response={200: Page[RawOut], **READ}, operation_id="list_quarantine", summary="List the quarantine"
)
def list_quarantine(request: ApiRequest, paging: Query[Paging]) -> Page[RawOut]:
    """Received mail that could not be read, with the reason; newest first."""
    require(request.auth, Permission.MANAGE_QUARANTINE)
    return newest_page(quarantine_of(request.auth).defer("blob__inline", "blob__text"), paging, show=show_raw)


@router.get(
    "/quarantine/{int:raw_id}",
    response={200: RawOut, **READ},
    operation_id="get_quarantined",
    summary="Read one entry of the quarantine",
)
def get_entry(request: ApiRequest, raw_id: Id) -> RawOut:
    """One delivery that could not be read."""
    return show_raw(_find(request, raw_id))


@router.get(
    "/quarantine/{int:raw_id}/raw",
    response={200: None, **READ},
    operation_id="get_quarantined_raw",
    summary="Download a quarantined mail",
    openapi_extra=MAIL,
)
def get_raw(request: ApiRequest, raw_id: Id) -> HttpResponse:
    """The bytes exactly as they came."""
    raw = _find(request, raw_id)
    return download(read_blob(raw.blob), name=f"quarantine-{raw.pk}.eml", content_type="message/rfc822")


@router.post(
    "/quarantine/{int:raw_id}/retry",
    response={204: None, **WRITE},
    operation_id="retry_quarantined",
    summary="Try to read it again",
)
def retry(request: ApiRequest, raw_id: Id) -> Status[None]:
    """Hand it to the intake once more; it comes back here if it still cannot be read."""
    release_raw(_find(request, raw_id), user=request.auth)
    return Status(204, None)


@router.post(
    "/quarantine/{int:raw_id}/discard",
    response={204: None, **WRITE},
    operation_id="discard_quarantined",
    summary="Take it out of sight",
)
def discard(request: ApiRequest, raw_id: Id) -> Status[None]:
    """It leaves the list; its bytes are kept until retention ends."""
    discard_raw(_find(request, raw_id), user=request.auth)
    return Status(204, None)
