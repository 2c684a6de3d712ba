"""What goes on with a customer: subscriptions, contracts with their MRR, revenue, onboarding."""

from django.utils import timezone
from ninja import Query, Router, Status

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.operations.customer_parts import CUSTOMER, to_change
from madoguchi.api.paging import Page, Paging, newest_page
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.ongoing import (
    ContractIn,
    ContractOut,
    MrrAsked,
    MrrOut,
    OnboardingIn,
    OnboardingStepIn,
    OnboardingStepOut,
    RevenueIn,
    RevenueOut,
    SubscriptionIn,
    SubscriptionOut,
    show_contract,
    show_revenue,
    show_step,
    show_subscription,
)
from madoguchi.commerce import ongoing as reads
from madoguchi.commerce.actions import ongoing as actions
from madoguchi.commerce.queries import get_order
from madoguchi.conversations.queries import get_customer_for

router = Router(tags=["Orders"])

SUBSCRIPTIONS, CONTRACTS = CUSTOMER + "/subscriptions", CUSTOMER + "/contracts"
REVENUE, ONBOARDING = CUSTOMER + "/revenue", CUSTOMER + "/onboarding"


@router.get(
    SUBSCRIPTIONS,
    response={200: list[SubscriptionOut], **READ},
    operation_id="list_subscriptions",
    summary="List the subscriptions of a customer",
)
def list_subscriptions(request: ApiRequest, customer_id: Id) -> list[SubscriptionOut]:
    """The newest fifty first."""
    customer = get_customer_for(request.auth, customer_id)
    return [show_subscription(each) for each in reads.ongoing_of(request.auth, customer).subscriptions]


@router.post(
    SUBSCRIPTIONS,
    response={201: SubscriptionOut, **WRITE},
    operation_id="create_subscription",
    summary="Write down a subscription",
)
def create_subscription(request: ApiRequest, customer_id: Id, wanted: SubscriptionIn) -> Status[SubscriptionOut]:
    """A new one; `version` has no meaning here."""
    customer = to_change(request, customer_id)
    draft = actions.SubscriptionDraft(**wanted.model_dump(exclude={"version"}))
    return Status(201, show_subscription(actions.keep_subscription(customer, draft, user=request.auth)))


@router.put(
    SUBSCRIPTIONS + "/{int:subscription_id}",
    response={200: SubscriptionOut, **WRITE},
    operation_id="change_subscription",
    summary="Change a subscription",
)
def change_subscription(
    request: ApiRequest, customer_id: Id, subscription_id: Id, wanted: SubscriptionIn
) -> SubscriptionOut:
    """As a whole."""
    customer = to_change(request, customer_id)
    row = reads.get_subscription(customer, subscription_id)
    draft = actions.SubscriptionDraft(**wanted.model_dump(exclude={"version"}))
    kept = actions.keep_subscription(customer, draft, user=request.auth, subscription=row, seen=wanted.version)
    return show_subscription(kept)


@router.get(
    CONTRACTS,
    response={200: list[ContractOut], **READ},
    operation_id="list_contracts",
    summary="List the contracts of a customer",
)
def list_contracts(request: ApiRequest, customer_id: Id) -> list[ContractOut]:
    """The newest fifty first, with their MRR over time."""
    customer, today = get_customer_for(request.auth, customer_id), timezone.localdate()
    return [show_contract(each, today) for each in reads.ongoing_of(request.auth, customer).contracts]


@router.post(
    CONTRACTS,
    response={201: ContractOut, **WRITE},
    operation_id="create_contract",
    summary="Write down a contract",
)
def create_contract(request: ApiRequest, customer_id: Id, wanted: ContractIn) -> Status[ContractOut]:
    """A new one; `version` has no meaning here."""
    customer = to_change(request, customer_id)
    draft = actions.ContractDraft(**wanted.model_dump(exclude={"version"}))
    kept = actions.keep_contract(customer, draft, user=request.auth)
    return Status(201, show_contract(reads.get_contract(customer, kept.pk), timezone.localdate()))


@router.put(
    CONTRACTS + "/{int:contract_id}",
    response={200: ContractOut, **WRITE},
    operation_id="change_contract",
    summary="Change a contract",
)
def change_contract(request: ApiRequest, customer_id: Id, contract_id: Id, wanted: ContractIn) -> ContractOut:
    """As a whole; another MRR is a new price from `since_on` on, and what was before stays."""
    customer = to_change(request, customer_id)
    row = reads.get_contract(customer, contract_id)
    draft = actions.ContractDraft(**wanted.model_dump(exclude={"version"}))
    actions.keep_contract(customer, draft, user=request.auth, contract=row, seen=wanted.version)
    return show_contract(reads.get_contract(customer, contract_id), timezone.localdate())


@router.get(
    REVENUE,
    response={200: Page[RevenueOut], **READ},
    operation_id="list_revenue",
    summary="List the revenue of a customer",
)
def list_revenue(request: ApiRequest, customer_id: Id, paging: Query[Paging]) -> Page[RevenueOut]:
    """What was written down last first."""
    customer = get_customer_for(request.auth, customer_id)
    return newest_page(reads.revenue_of(request.auth, customer), paging, show=show_revenue)


@router.post(
    REVENUE, response={201: RevenueOut, **WRITE}, operation_id="note_revenue", summary="Write down revenue of one day"
)
def note_revenue(request: ApiRequest, customer_id: Id, wanted: RevenueIn) -> Status[RevenueOut]:
    """A refund is kept below zero."""
    customer = to_change(request, customer_id)
    order = get_order(request.auth, wanted.order_id) if wanted.order_id else None
    draft = actions.RevenueDraft(**wanted.model_dump(exclude={"order_id"}), order=order)
    return Status(201, show_revenue(actions.note_revenue(customer, draft, user=request.auth)))


@router.delete(
    REVENUE + "/{int:revenue_id}",
    response={204: None, **WRITE},
    operation_id="remove_revenue",
    summary="Take an entry of revenue back",
)
def remove_revenue(request: ApiRequest, customer_id: Id, revenue_id: Id) -> Status[None]:
    """For what was written down by mistake."""
    entry = reads.get_revenue(to_change(request, customer_id), revenue_id)
    actions.remove_revenue(entry, user=request.auth)
    return Status(204, None)


@router.get(
    ONBOARDING,
    response={200: list[OnboardingStepOut], **READ},
    operation_id="list_onboarding_steps",
    summary="List the onboarding steps of a customer",
)
def list_steps(request: ApiRequest, customer_id: Id) -> list[OnboardingStepOut]:
    """In their order."""
    customer = get_customer_for(request.auth, customer_id)
    return [show_step(each) for each in reads.ongoing_of(request.auth, customer).steps]


@router.post(
    ONBOARDING,
    response={201: list[OnboardingStepOut], **WRITE},
    operation_id="start_onboarding",
    summary="Add onboarding steps",
)
def start_onboarding(request: ApiRequest, customer_id: Id, wanted: OnboardingIn) -> Status[list[OnboardingStepOut]]:
    """Answers all steps of the customer."""
    customer = to_change(request, customer_id)
    actions.start_onboarding(customer, wanted.steps, user=request.auth, due_on=wanted.due_on)
    return Status(201, [show_step(each) for each in reads.ongoing_of(request.auth, customer).steps])


@router.put(
    ONBOARDING + "/{int:step_id}",
    response={200: OnboardingStepOut, **WRITE},
    operation_id="tick_onboarding_step",
    summary="Tick an onboarding step",
)
def tick(request: ApiRequest, customer_id: Id, step_id: Id, wanted: OnboardingStepIn) -> OnboardingStepOut:
    """Or take the tick back."""
    step = reads.get_step(to_change(request, customer_id), step_id)
    return show_step(actions.tick_step(step, is_done=wanted.is_done, user=request.auth))


@router.get(
    "/contracts/mrr",
    response={200: list[MrrOut], **READ},
    operation_id="list_mrr",
    summary="Read the MRR of all customers on a day",
)
def list_mrr(request: ApiRequest, asked: Query[MrrAsked]) -> list[MrrOut]:
    """For retention, churn and NRR: the same day always gives the same answer. For those who manage the workspace."""
    require(request.auth, Permission.MANAGE_WORKSPACE)
    found = reads.mrr_by_customer(asked.on, currency=asked.currency)
    return [MrrOut(customer_id=pk, mrr=mrr) for pk, mrr in sorted(found.items())]
