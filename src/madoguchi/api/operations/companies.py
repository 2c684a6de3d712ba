"""Companies (法人) with their domains and people, and what mails offer for a record."""

from django.db import transaction
from ninja import Query, Router

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.operations.customer_parts import CUSTOMER, to_change
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id
from madoguchi.api.schemas.companies import (
    AdoptedOut,
    AdoptIn,
    CompanyIn,
    CompanyOut,
    CompletionIn,
    CompletionOut,
    WhichCompanies,
    show_company,
    show_completion,
)
from madoguchi.conversations import companies
from madoguchi.conversations.completions import completions_for, get_completion
from madoguchi.conversations.queries import get_customer_for
from madoguchi.customers import actions

router = Router(tags=["Customers"])

COMPANY = "/companies/{int:company_id}"
_MOST = 100


@router.get(
    "/companies",
    response={200: list[CompanyOut], **READ},
    operation_id="list_companies",
    summary="Find companies",
)
def list_companies(request: ApiRequest, which: Query[WhichCompanies]) -> list[CompanyOut]:
    """The first hundred by reading, of customers the caller may see."""
    return [show_company(each) for each in companies.companies_for(request.auth, which.q)[:_MOST]]


@router.get(COMPANY, response={200: CompanyOut, **READ}, operation_id="get_company", summary="Read one company")
def get_company(request: ApiRequest, company_id: Id) -> CompanyOut:
    """One company with its mail domains; its people are `list_customers` with `company`."""
    return show_company(companies.get_company(request.auth, company_id))


@router.patch(COMPANY, response={200: CompanyOut, **WRITE}, operation_id="change_company", summary="Change a company")
def change_company(request: ApiRequest, company_id: Id, changes: CompanyIn) -> CompanyOut:
    """Name, reading, notes, and all its mail domains."""
    found = companies.get_company(request.auth, company_id)
    require(request.auth, Permission.REPLY)
    by, values = request.auth.actor, changes.model_dump(exclude_none=True)
    wanted = values.pop("domains", None)
    with transaction.atomic():
        now = {"name": found.name, "kana": found.kana, "note": found.note}
        if values:
            actions.change_company(found, **now | values, by=by)
        if wanted is not None:
            kept = {each.strip().lower() for each in wanted}
            for row in found.domains.all():
                if row.domain not in kept:
                    actions.remove_domain(found, row.pk, by=by)
            for domain in wanted:
                actions.add_domain(found, domain, by=by)
    return show_company(companies.get_company(request.auth, company_id))


@router.post(
    COMPANY + "/people",
    response={200: AdoptedOut, **WRITE},
    operation_id="add_company_people",
    summary="Let people belong to a company by their mail domain",
)
def adopt(request: ApiRequest, company_id: Id, wanted: AdoptIn) -> AdoptedOut:
    """Only those who write from its domains and have no company yet; others are changed one by one."""
    found = companies.get_company(request.auth, company_id)
    require(request.auth, Permission.REPLY)
    ids = [each.pk for each in companies.strangers_of(request.auth, found) if each.pk in set(wanted.customers)]
    return AdoptedOut(count=actions.adopt_people(found, ids, by=request.auth.actor))


@router.get(
    CUSTOMER + "/completions",
    response={200: list[CompletionOut], **READ},
    operation_id="list_completions",
    summary="Read what mails say that a record does not know",
)
def list_completions(request: ApiRequest, customer_id: Id) -> list[CompletionOut]:
    """From signatures and forms in the newest mails, and from the mail domains of companies. Nothing is written."""
    found = get_customer_for(request.auth, customer_id)
    return [show_completion(each) for each in completions_for(request.auth, found)]


@router.post(
    CUSTOMER + "/completions",
    response={200: list[CompletionOut], **WRITE},
    operation_id="decide_completion",
    summary="Take over what a mail says, or put it aside",
)
def decide(request: ApiRequest, customer_id: Id, decision: CompletionIn) -> list[CompletionOut]:
    """Answers with what is still offered."""
    found = to_change(request, customer_id)
    offered = get_completion(request.auth, found, decision.key)
    act = actions.accept_completion if decision.accept else actions.dismiss_completion
    act(found, offered, by=request.auth.actor)
    return list_completions(request, customer_id)
