"""Customers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import In, Out, Ref
from madoguchi.api.schemas.conversations import ref
from madoguchi.channels.choices import SendCharset
from madoguchi.customers.choices import Honorific, IdentityKind
from madoguchi.customers.models import Customer

type Short = Annotated[str, Field(max_length=100)]


class IdentityOut(Out):
    """An address that leads to a customer."""

    id: int
    """Its id."""
    kind: IdentityKind
    """Mail address or phone number."""
    address: str
    """The address as the customer wrote it."""
    is_primary: bool
    """The one to use first."""
    bounced_at: datetime | None
    """When a bounce said that mail does not arrive there."""
    bounce_reason: str
    """Why."""
    charset: SendCharset | Literal[""]
    """How mail to it is encoded; empty for as its desk sends."""


class CustomerOut(Out):
    """A customer."""

    id: int
    """The customer's id."""
    name: str
    """The name to show; never empty."""
    family_name: str
    """姓."""
    given_name: str
    """名."""
    family_kana: str
    """セイ."""
    given_kana: str
    """メイ."""
    display_name: str
    """The name as they sign, where the parts are unknown."""
    honorific: str
    """How letters address them: 様, 御中, 先生 or nothing."""
    organisation: Ref | None
    """The company they belong to."""
    department: str
    """Their department."""
    language: str
    """Their language, e.g. `ja`."""
    time_zone: str
    """Where they live, e.g. `America/New_York`; empty where the desk is."""
    postal_code: str
    """〒."""
    address: str
    """Their postal address."""
    is_vip: bool
    """重要顧客."""
    needs_care: bool
    """要注意対応."""
    note: str
    """What colleagues should know."""
    identities: list[IdentityOut]
    """Their mail addresses and phone numbers."""
    created_at: datetime
    """When they were first heard of."""


class CustomerIn(In):
    """What changes of a customer; what is left out stays."""

    family_name: Short | None = None
    """姓."""
    given_name: Short | None = None
    """名."""
    family_kana: Short | None = None
    """セイ."""
    given_kana: Short | None = None
    """メイ."""
    display_name: Annotated[str, Field(max_length=300)] | None = None
    """The name as they sign, where the parts are unknown."""
    honorific: Honorific | None = None
    """How letters address them."""
    company: Annotated[str, Field(max_length=200)] | None = None
    """The company they belong to, made when it is new; empty for none."""
    department: Short | None = None
    """Their department."""
    language: Annotated[str, Field(max_length=10)] | None = None
    """Their language, e.g. `ja`."""
    time_zone: Annotated[str, Field(max_length=64, examples=["America/New_York"])] | None = None
    """Where they live; empty where the desk is."""
    postal_code: Annotated[str, Field(max_length=16)] | None = None
    """〒."""
    address: Annotated[str, Field(max_length=500)] | None = None
    """Their postal address."""
    is_vip: bool | None = None
    """重要顧客."""
    needs_care: bool | None = None
    """要注意対応."""
    note: Annotated[str, Field(max_length=10_000)] | None = None
    """What colleagues should know."""


class NewCustomerIn(CustomerIn):
    """A customer to add."""

    emails: Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=20)] = []
    """Their mail addresses, the primary one first."""
    phones: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=20)] = []
    """Their phone numbers."""


class IdentityIn(In):
    """An address that is to lead to a customer."""

    kind: IdentityKind
    """Mail address or phone number."""
    address: Annotated[str, Field(min_length=3, max_length=254)]
    """The address."""


class IdentityChangesIn(In):
    """What changes of a mail address."""

    charset: SendCharset | Literal[""]
    """How mail to it is encoded; empty for as its desk sends."""


def show_customer(row: Customer) -> CustomerOut:
    """A customer fetched with company and addresses."""
    names = (
        "family_name", "given_name", "family_kana", "given_kana", "display_name", "honorific", "department",
        "language", "time_zone", "postal_code", "address", "is_vip", "needs_care", "note", "created_at",
    )  # fmt: skip
    return CustomerOut(
        id=row.pk,
        name=row.label,
        organisation=ref(row.organisation),
        identities=[
            IdentityOut(
                id=each.pk,
                kind=IdentityKind(each.kind),
                address=each.shown,
                is_primary=each.is_primary,
                bounced_at=each.bounced_at,
                bounce_reason=each.bounce_reason,
                charset=SendCharset(each.charset) if each.charset else "",
            )
            for each in row.identities.all()
        ],
        **{name: getattr(row, name) for name in names},
    )
