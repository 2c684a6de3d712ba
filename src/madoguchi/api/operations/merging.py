"""名寄せ: customers that may be one person, making one of them, and taking them apart."""

from ninja import Query, Router, Status

from madoguchi.api.auth import ApiRequest
from madoguchi.api.operations.customer_parts import CUSTOMER, to_change
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.merging import (
    CustomerMergeIn,
    DuplicateDecisionIn,
    DuplicateOut,
    MergeOut,
    UnmergedOut,
    WhichDuplicates,
    show_merge,
    show_suggestion,
)
from madoguchi.conversations.customers import get_suggestion, suggestions_for
from madoguchi.conversations.queries import get_customer_for
from madoguchi.customers import actions
from madoguchi.customers.queries import get_merge, merges_of

router = Router(tags=["Customers"])

_MOST = 100


@router.get(
    "/duplicates",
    response={200: list[DuplicateOut], **READ},
    operation_id="list_duplicates",
    summary="List customers that may be one person",
)
def list_duplicates(request: ApiRequest, which: Query[WhichDuplicates]) -> list[DuplicateOut]:
    """The hundred likeliest pairs of customers the caller may see. A name alone is never a reason."""
    return [show_suggestion(each) for each in suggestions_for(request.auth, which.state)[:_MOST]]


@router.patch(
    "/duplicates/{int:suggestion_id}",
    response={200: DuplicateOut, **WRITE},
    operation_id="decide_duplicate",
    summary="Say that two customers are different people",
)
def decide(request: ApiRequest, suggestion_id: Id, decision: DuplicateDecisionIn) -> DuplicateOut:
    """They are not suggested any more; `open` has them looked at again."""
    found = get_suggestion(request.auth, suggestion_id)
    return show_suggestion(actions.decide(found, decision.state, by=request.auth.actor))


@router.post(
    CUSTOMER + "/merges",
    response={201: MergeOut, **WRITE},
    operation_id="merge_customers",
    summary="Let another customer go on as this one",
)
def merge(request: ApiRequest, customer_id: Id, wanted: CustomerMergeIn) -> Status[MergeOut]:
    """Addresses, conversations, consents and files move; mail to the other's addresses arrives here at once."""
    kept, gone = to_change(request, customer_id), to_change(request, wanted.other)
    chosen = {str(name): str(whose) for name, whose in wanted.fields.items()}
    return Status(201, show_merge(actions.merge_customers(kept, gone, by=request.auth.actor, chosen=chosen)))


@router.get(
    CUSTOMER + "/merges",
    response={200: list[MergeOut], **READ},
    operation_id="list_customer_merges",
    summary="List what went into a customer",
)
def list_merges(request: ApiRequest, customer_id: Id) -> list[MergeOut]:
    """Merges that can be undone, the newest first."""
    return [show_merge(each) for each in merges_of(get_customer_for(request.auth, customer_id))]


@router.post(
    CUSTOMER + "/merges/{int:merge_id}/undo",
    response={200: UnmergedOut, **WRITE},
    operation_id="unmerge_customers",
    summary="Take two customers apart again",
)
def unmerge(request: ApiRequest, customer_id: Id, merge_id: Id) -> UnmergedOut:
    """Each has what it had; what has come since, and fields changed since, stay here."""
    found = get_merge(to_change(request, customer_id), merge_id)
    undone = actions.unmerge_customers(found, by=request.auth.actor)
    return UnmergedOut(customer=found.other_id, kept_fields=undone.kept_fields, stayed=undone.stayed)
