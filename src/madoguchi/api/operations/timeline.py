"""対応履歴: everything with a customer, or with the people of a company, newest first."""

from collections.abc import Collection

from ninja import Query, Router

from madoguchi.api.auth import ApiRequest
from madoguchi.api.operations.customer_parts import CUSTOMER
from madoguchi.api.paging import BadCursor, Page, Paging, opened, sealed
from madoguchi.api.problems import READ
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.timeline import TimelineChoice, TimelineEntry, show_entry
from madoguchi.conversations.companies import get_company, people_of
from madoguchi.conversations.queries import get_customer_for
from madoguchi.flows.timeline.entry import Place, place_of
from madoguchi.flows.timeline.reading import MOST_PEOPLE, page_of

router = Router(tags=["Customers"])


class TimelinePaging(Paging):
    """Which page; `cursor` is `next` of the page before."""

    @property
    def before(self) -> Place | None:
        """The place of the last entry of the page before; BadCursor for what `next` never said."""
        if not self.cursor:
            return None
        found = place_of(opened(self.cursor))
        if found is None:
            raise BadCursor
        return found


@router.get(
    CUSTOMER + "/timeline",
    response={200: Page[TimelineEntry], **READ},
    operation_id="list_customer_timeline",
    summary="Read the timeline of a customer",
)
def of_customer(
    request: ApiRequest, customer_id: Id, choice: Query[TimelineChoice], paging: Query[TimelinePaging]
) -> Page[TimelineEntry]:
    """Mail, calls, notes, requests, promises, callbacks, orders, contracts and changes, as far as the caller sees."""
    return _page(request, [get_customer_for(request.auth, customer_id).pk], choice, paging)


@router.get(
    "/companies/{int:company_id}/timeline",
    response={200: Page[TimelineEntry], **READ},
    operation_id="list_company_timeline",
    summary="Read the timeline of a company",
)
def of_company(
    request: ApiRequest, company_id: Id, choice: Query[TimelineChoice], paging: Query[TimelinePaging]
) -> Page[TimelineEntry]:
    """The same of all people of a company whom the caller may see, 200 at most."""
    people = people_of(request.auth, get_company(request.auth, company_id))
    return _page(request, [row.pk for row in people[:MOST_PEOPLE]], choice, paging)


def _page(
    request: ApiRequest, customers: Collection[int], choice: TimelineChoice, paging: TimelinePaging
) -> Page[TimelineEntry]:
    page = page_of(request.auth, customers, choice.chosen, before=paging.before, limit=paging.limit)
    after = sealed(page.entries[-1].place) if page.has_more else None
    return Page(items=[show_entry(each) for each in page.entries], next=after)
