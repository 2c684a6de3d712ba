"""操作ログ: who did what to the desk itself."""

from typing import Annotated

from ninja import Query, Router
from pydantic import Field

from madoguchi.accounts.audit import audit_page
from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.paging import Page, Paging, sealed
from madoguchi.api.problems import READ
from madoguchi.api.schemas.base import Id, Moment
from madoguchi.api.schemas.conversations import EventOut, show_event
from madoguchi.cases.queries import hidden_events
from madoguchi.events.models import Event
from madoguchi.flows.audit import kinds_of, words_of_kinds

router = Router(tags=["Audit"])


class AuditOut(EventOut):
    """Something that happened to the desk itself."""

    words: str
    """What happened, in the caller's language."""


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


@router.get("/audit", response={200: Page[AuditOut], **READ}, operation_id="list_audit", summary="Read the audit log")
def list_audit(request: ApiRequest, wanted: Query[AuditPaging]) -> Page[AuditOut]:
    """What happened to people, keys, templates, customers' records, desks and settings; newest first.

    What happened on a conversation is read there.
    """
    require(request.auth, Permission.SEE_AUDIT)
    kinds = [kind for kind in kinds_of("") if wanted.kind in (None, kind)]
    page = audit_page(
        kinds,
        within=hidden_events(request.auth),
        person=wanted.person,
        since=wanted.since,
        until=wanted.until,
        before=wanted.pk,
    )
    events = page.events[: wanted.limit]
    more = len(page.events) > wanted.limit or page.before is not None
    return Page(items=[_show(event) for event in events], next=sealed(events[-1].pk) if more else None)


def _show(event: Event) -> AuditOut:
    return AuditOut(**show_event(event).model_dump(), words=str(words_of_kinds()[event.kind]))
