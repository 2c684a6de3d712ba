"""お知らせ and 申し送り: posting, reading, who has read what."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router, Status
from pydantic import AwareDatetime, Field

from madoguchi.accounts.permissions import Permission, may
from madoguchi.api.auth import ApiRequest
from madoguchi.api.paging import Page, Paging, newest_page, whole
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.api.schemas.conversations import ref
from madoguchi.core.errors import NotAllowed
from madoguchi.core.telling import telling as _
from madoguchi.workforce.actions.bulletins import (
    MAX_CONVERSATIONS,
    MAX_TEXT_CHARS,
    Posting,
    post_bulletin,
    read_bulletin,
    remind_of_bulletin,
    withdraw_bulletin,
)
from madoguchi.workforce.bulletins import bulletins_for, get_bulletin, receipts_of
from madoguchi.workforce.choices import BulletinKind
from madoguchi.workforce.models import Bulletin

router = Router(tags=["Shift"])

BULLETIN = "/bulletins/{int:bulletin_id}"

#: No `type` statement: ninja looks at the annotation itself.
Ids = Annotated[list[Id], Field(max_length=200)]


class BulletinIn(In):
    """What is told to whom; without teams, desks and people it goes to everybody."""

    title: Annotated[str, Field(max_length=200)]
    """What it is about."""
    text: Annotated[str, Field(max_length=MAX_TEXT_CHARS)]
    """What they have to know; people named by @ are among them."""
    kind: BulletinKind = BulletinKind.ANNOUNCEMENT
    """`announcement` (supervisors) or `handover_note`."""
    must_confirm: bool = False
    """True when everybody has to confirm."""
    expires_at: AwareDatetime | None = None
    """Until when it is shown."""
    teams: Ids = []
    """Ids of teams."""
    inboxes: Ids = []
    """Ids of desks: everybody who sees one."""
    people: Ids = []
    """Ids of people."""
    conversations: Annotated[list[Id], Field(max_length=MAX_CONVERSATIONS)] = []
    """Numbers of the conversations it is about."""


class BulletinOut(Out):
    """One bulletin as the caller sees it."""

    id: int
    """Its id."""
    kind: BulletinKind
    """What it is."""
    title: str
    """What it is about."""
    text: str
    """What one has to know."""
    author: Ref | None
    """Who posted it."""
    must_confirm: bool
    """True when everybody has to confirm."""
    created_at: datetime
    """When it was posted."""
    expires_at: datetime | None
    """Until when it is shown."""
    withdrawn_at: datetime | None
    """When it was withdrawn."""
    is_unread: bool
    """True while the caller has to read it."""
    readers: int
    """How many have to know it."""
    read: int
    """How many of them have read it."""


class BulletinFilter(Paging):
    """Which bulletins."""

    q: Annotated[str, Field(max_length=100)] = ""
    """Words in title or text."""
    kind: Annotated[str, Field(max_length=15)] = ""
    """`announcement` or `handover_note`; empty is both."""


class ReceiptOut(Out):
    """One person who has to know it."""

    user: Ref
    """Who."""
    read_at: datetime | None
    """When they read it."""


def _show(row: Bulletin) -> BulletinOut:
    known = vars(row)
    return BulletinOut(
        id=row.pk,
        kind=BulletinKind(row.kind),
        title=row.title,
        text=row.text,
        author=ref(row.author),
        must_confirm=row.must_confirm,
        created_at=row.created_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
        is_unread=known["is_unread"],
        readers=known["n"],
        read=known["n_read"],
    )


@router.get(
    "/bulletins", response={200: Page[BulletinOut], **READ}, operation_id="list_bulletins", summary="List bulletins"
)
def list_bulletins(request: ApiRequest, wanted: Query[BulletinFilter]) -> Page[BulletinOut]:
    """What concerns the caller or was written by them, newest first; supervisors see all."""
    return newest_page(bulletins_for(request.auth, like=wanted.q, kind=wanted.kind), wanted, show=_show)


@router.post(
    "/bulletins", response={201: BulletinOut, **WRITE}, operation_id="post_bulletin", summary="Post a bulletin"
)
def post(request: ApiRequest, wanted: BulletinIn) -> Status[BulletinOut]:
    """Each person concerned gets a notice and finds it at the top until it is read."""
    made = post_bulletin(Posting(**wanted.model_dump()), user=request.auth)
    return Status(201, _show(get_bulletin(request.auth, made.pk)))


@router.get(BULLETIN, response={200: BulletinOut, **READ}, operation_id="get_bulletin", summary="Read one bulletin")
def get_one(request: ApiRequest, bulletin_id: Id) -> BulletinOut:
    """Reading it by the API does not note that it was read."""
    return _show(get_bulletin(request.auth, bulletin_id))


@router.get(
    BULLETIN + "/receipts",
    response={200: Page[ReceiptOut], **READ},
    operation_id="list_bulletin_receipts",
    summary="Who has read a bulletin",
)
def receipts(request: ApiRequest, bulletin_id: Id) -> Page[ReceiptOut]:
    """Those who have not come first; for its author and supervisors."""
    found = get_bulletin(request.auth, bulletin_id)
    if found.author_id != request.auth.pk and not may(request.auth, Permission.APPROVE):
        raise NotAllowed(_("Only its author or a supervisor may do this."))
    rows = receipts_of(found)
    return whole([ReceiptOut(user=Ref(id=each.user.pk, name=each.user.name), read_at=each.read_at) for each in rows])


@router.post(
    BULLETIN + "/read", response={204: None, **WRITE}, operation_id="read_bulletin", summary="Say that one has read it"
)
def read(request: ApiRequest, bulletin_id: Id) -> Status[None]:
    """It leaves the top of the caller's screen."""
    read_bulletin(get_bulletin(request.auth, bulletin_id), user=request.auth)
    return Status(204, None)


@router.post(
    BULLETIN + "/remind",
    response={204: None, **WRITE},
    operation_id="remind_of_bulletin",
    summary="Remind those who have not read it",
)
def remind(request: ApiRequest, bulletin_id: Id) -> Status[None]:
    """409 `everybody_knows` when nobody is left."""
    remind_of_bulletin(get_bulletin(request.auth, bulletin_id), user=request.auth)
    return Status(204, None)


@router.post(
    BULLETIN + "/withdraw", response={204: None, **WRITE}, operation_id="withdraw_bulletin", summary="Withdraw it"
)
def withdraw(request: ApiRequest, bulletin_id: Id) -> Status[None]:
    """It leaves everybody's screen and stays in the history."""
    withdraw_bulletin(get_bulletin(request.auth, bulletin_id), user=request.auth)
    return Status(204, None)
