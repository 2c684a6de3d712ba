"""操作ログ: who did what to the desk itself."""

from typing import Annotated

from ninja import Query, Router
from pydantic import Field

from madoguchi.accounts import choices as staff
from madoguchi.accounts.audit import audit_page
from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.paging import Page, Paging, sealed
from madoguchi.api.problems import READ
from madoguchi.api.schemas.base import Id, Moment
from madoguchi.api.schemas.conversations import EventOut, show_event
from madoguchi.channels import choices as channels
from madoguchi.conversations import choices as conversations

router = Router(tags=["Audit"])

_FILED = (
    conversations.TAG_CREATED,
    conversations.TAG_RENAMED,
    conversations.TAG_DELETED,
    conversations.CATEGORY_CREATED,
    conversations.CATEGORY_RENAMED,
    conversations.CATEGORY_DELETED,
)
#: What concerns the staff, the desks and the words; what happened on a conversation is read there.
KINDS = frozenset(
    value
    for room in (staff, channels)
    for name, value in vars(room).items()
    if name.isupper() and isinstance(value, str)
) | frozenset(_FILED)


class AuditPaging(Paging):
    """Which events."""

    limit: Annotated[int, Field(ge=1, le=50)] = 50
    """How many rows a page has at most."""
    kind: Annotated[str, Field(max_length=60, examples=["user_signed_in"])] | None = None
    """Only of this kind."""
    person: Id | None = None
    """What this person did and what was done to them."""
    since: Moment | None = None
    """From this moment on."""
    until: Moment | None = None
    """Before this moment."""


@router.get("/audit", response={200: Page[EventOut], **READ}, operation_id="list_audit", summary="Read the audit log")
def list_audit(request: ApiRequest, wanted: Query[AuditPaging]) -> Page[EventOut]:
    """Signing in, people, keys, desks, quarantine, tags and categories; newest first."""
    require(request.auth, Permission.SEE_AUDIT)
    kinds = KINDS if wanted.kind is None else KINDS & {wanted.kind}
    page = audit_page(kinds, person=wanted.person, since=wanted.since, until=wanted.until, before=wanted.pk)
    events = page.events[: wanted.limit]
    more = len(page.events) > wanted.limit or page.before is not None
    return Page(items=[show_event(event) for event in events], next=sealed(events[-1].pk) if more else None)
