"""Customers: those with whom the caller may see a conversation."""

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from madoguchi.accounts.permissions import Permission
from madoguchi.api.auth import ApiRequest, require
from madoguchi.api.operations.customer_parts import to_change
from madoguchi.api.paging import Page, Paging, page_of, place_at
from madoguchi.api.problems import READ, WRITE
from madoguchi.api.schemas.base import Id, Out
from madoguchi.api.schemas.customer_fields import shown_fields
from madoguchi.api.schemas.customers import (
    CustomerChangesIn,
    CustomerIn,
    CustomerOut,
    IdentityChangesIn,
    IdentityIn,
    NewCustomerIn,
    show_customer,
)
from madoguchi.api.schemas.messages import MessageLine, show_message_line
from madoguchi.api.schemas.reasons import ReasonIn
from madoguchi.conversations.customer_tables import CustomerList, listed_customers
from madoguchi.conversations.customers import CustomerFilter, CustomerSort, customers_after
from madoguchi.conversations.letters import check_address
from madoguchi.conversations.queries import get_customer_for, related_history
from madoguchi.core.errors import Invalid
from madoguchi.customers import actions
from madoguchi.customers.actions.showing import show_identity
from madoguchi.customers.choices import IdentityKind
from madoguchi.customers.companies import find_or_make_company
from madoguchi.customers.fields import HIDDEN, field_numbers
from madoguchi.customers.models import Customer
from madoguchi.customers.phones import is_phone
from madoguchi.customers.queries import get_customer as find_customer
from madoguchi.customers.queries import get_identity, get_mail_identity

router = Router(tags=["Customers"])

CUSTOMER = "/customers/{int:customer_id}"


class CustomerPaging(Paging):
    """Which customers."""

    q: Annotated[str, Field(max_length=200, examples=["髙橋"])] = ""
    """Words of a name, kana, company, mail address or phone number; empty lists all."""
    sort: CustomerSort = CustomerSort.KANA
    """`kana` sorts by reading, or name where no reading is known; `newest` by when they came."""
    tag: Annotated[str, Field(max_length=50)] = ""
    """Only those who have this tag."""
    company: Id | None = None
    """Only those who belong to this company."""
    is_vip: bool = False
    """Only 重要顧客."""
    needs_care: bool = False
    """Only 要注意対応."""
    segment: Id | None = None
    """Only those of this segment."""


@router.get(
    "/customers", response={200: Page[CustomerOut], **READ}, operation_id="list_customers", summary="Find customers"
)
def list_customers(request: ApiRequest, paging: Query[CustomerPaging]) -> Page[CustomerOut]:
    """Customers with whom the caller may see a conversation, of whom every word of `q` is part."""
    chosen = CustomerFilter(paging.tag, paging.company, paging.is_vip, paging.needs_care)
    rows = listed_customers(request.auth, CustomerList(paging.q, chosen, paging.segment))
    rows = customers_after(rows.prefetch_related("addresses"), paging.sort, paging.pk)
    found = list(rows[: paging.limit + 1])
    fields = shown_fields(request.auth, found)
    return page_of(
        found, paging.limit, show=lambda row: show_customer(row, fields.get(row.pk, {})), place=lambda row: row.pk
    )


@router.get(CUSTOMER, response={200: CustomerOut, **READ}, operation_id="get_customer", summary="Read one customer")
def get_customer(request: ApiRequest, customer_id: Id) -> CustomerOut:
    """One customer with their addresses."""
    return _shown(request, get_customer_for(request.auth, customer_id))


@router.post(
    "/customers", response={201: CustomerOut, **WRITE}, operation_id="create_customer", summary="Add a customer"
)
def create_customer(request: ApiRequest, wanted: NewCustomerIn) -> Status[CustomerOut]:
    """Add somebody before they write. A name, a company or an address is needed."""
    require(request.auth, Permission.REPLY)
    values = _values(wanted)
    values["addresses"] = [each.model_dump(exclude_none=True) for each in wanted.addresses]
    for email in wanted.emails:
        check_address(email, field_name="emails")
    phones = [_phone(phone, "phones") for phone in wanted.phones]
    named = any(str(values.get(name, "")).strip() for name in ("family_name", "given_name", "display_name"))
    company = (wanted.company or "").strip()
    if not named and not company and not wanted.emails:
        raise Invalid(_("Enter a name."), field="family_name")
    by = request.auth.actor
    with transaction.atomic():
        customer = actions.create_customer(by=by, emails=wanted.emails, phones=phones, company=company, **values)
        actions.set_customer_fields(customer, _own(request, wanted), by=by)
    return Status(201, _shown(request, find_customer(customer.pk)))


@router.patch(
    CUSTOMER, response={200: CustomerOut, **WRITE}, operation_id="change_customer", summary="Change a customer"
)
def change_customer(request: ApiRequest, customer_id: Id, changes: CustomerChangesIn) -> CustomerOut:
    """Names, language, marks, tags, note."""
    customer = to_change(request, customer_id)
    values = _values(changes)
    tags = values.pop("tags", None)
    after = {name: values.get(name, getattr(customer, name)) for name in ("family_name", "given_name", "display_name")}
    if not any(str(value).strip() for value in after.values()):
        raise Invalid(_("Enter a name."), field="family_name")
    if changes.company is not None:
        values["organisation"] = find_or_make_company(changes.company)
    with transaction.atomic():
        actions.change_customer(customer, by=request.auth.actor, seen=changes.version, **values)
        if tags is not None:
            actions.set_tags(customer, tags, by=request.auth.actor)
        actions.set_customer_fields(customer, _own(request, changes), by=request.auth.actor, seen=changes.version)
    return _shown(request, get_customer_for(request.auth, customer_id))


def _own(request: ApiRequest, wanted: CustomerIn) -> dict[int, Any]:
    """What is to stand in custom fields, by number; dots that stand for what the caller may not read stay as it is."""
    hidden = HIDDEN if request.auth.masks_contacts else None
    return {pk: value for pk, value in field_numbers(wanted.fields or {}).items() if value != hidden or value is None}


def _shown(request: ApiRequest, row: Customer) -> CustomerOut:
    return show_customer(row, shown_fields(request.auth, [row]).get(row.pk, {}))


def _values(wanted: CustomerIn) -> dict[str, Any]:
    return wanted.model_dump(
        exclude_none=True, exclude={"emails", "phones", "addresses", "company", "version", "fields"}, mode="json"
    )


@router.post(
    CUSTOMER + "/identities",
    response={201: CustomerOut, **WRITE},
    operation_id="add_identity",
    summary="Add an address of a customer",
)
def add_identity(request: ApiRequest, customer_id: Id, wanted: IdentityIn) -> Status[CustomerOut]:
    """From now on this leads to them; refused when it leads to somebody else, but for phone numbers."""
    customer = to_change(request, customer_id)
    address = wanted.address.strip()
    if wanted.kind == IdentityKind.MAIL:
        check_address(address, field_name="address")
    elif wanted.kind == IdentityKind.PHONE:
        address = _phone(address, "address")
    actions.add_identity(customer, wanted.kind.value, address, label=wanted.label, by=request.auth.actor)
    return Status(201, _shown(request, get_customer_for(request.auth, customer_id)))


@router.patch(
    CUSTOMER + "/identities/{int:identity_id}",
    response={200: CustomerOut, **WRITE},
    operation_id="change_identity",
    summary="Change what is known of an address",
)
def change_identity(request: ApiRequest, customer_id: Id, identity_id: Id, changes: IdentityChangesIn) -> CustomerOut:
    """Label, marks, and how mail to it is encoded: old systems read only ISO-2022-JP."""
    customer, values = to_change(request, customer_id), changes.model_dump(exclude_none=True, mode="json")
    row = get_mail_identity(customer, identity_id) if "charset" in values else get_identity(customer, identity_id)
    actions.change_identity(row, by=request.auth.actor, **values)
    return _shown(request, get_customer_for(request.auth, customer_id))


class ShownOut(Out):
    """An address as it is."""

    address: str
    """For the caller's eyes; it is masked everywhere else."""


@router.post(
    CUSTOMER + "/identities/{int:identity_id}/show",
    response={200: ShownOut, **WRITE},
    operation_id="show_identity",
    summary="Show one masked address for a reason",
)
def show(request: ApiRequest, response: HttpResponse, customer_id: Id, identity_id: Id, wanted: ReasonIn) -> ShownOut:
    """For callers whose role reads addresses masked; records `identity_shown`."""
    identity = get_identity(get_customer_for(request.auth, customer_id), identity_id)
    response["X-Shown-On-Purpose"] = "1"
    return ShownOut(address=show_identity(identity, reason=wanted.reason, user=request.auth))


@router.delete(
    CUSTOMER + "/identities/{int:identity_id}",
    response={204: None, **WRITE},
    operation_id="remove_identity",
    summary="Let an address lead to a customer no more",
)
def remove_identity(request: ApiRequest, customer_id: Id, identity_id: Id) -> Status[None]:
    """What came from it stays with the customer; mail that comes from it now makes a new one."""
    row = get_identity(to_change(request, customer_id), identity_id)
    actions.remove_identity(row, by=request.auth.actor)
    return Status(204, None)


def _phone(text: str, field: str) -> str:
    """A phone number as it was written; Invalid for what is none."""
    if not is_phone(text):
        raise Invalid(_("Check the phone number: digits and hyphens only."), field=field)
    return text.strip()


@router.get(
    CUSTOMER + "/history",
    response={200: Page[MessageLine], **READ},
    operation_id="list_customer_history",
    summary="Read the related history of a customer",
)
def list_history(request: ApiRequest, customer_id: Id, paging: Query[Paging]) -> Page[MessageLine]:
    """関連履歴: all received and sent mail and notes, newest first, over all desks the caller may see."""
    customer = get_customer_for(request.auth, customer_id)
    rows = related_history(request.auth, customer, before=paging.moment, limit=paging.limit + 1)
    return page_of(rows, paging.limit, show=show_message_line, place=lambda row: place_at(row.at, row.pk))
