"""Customers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from madoguchi.api.schemas.base import In, Out, Ref
from madoguchi.api.schemas.conversations import FieldKey, FieldText, ref
from madoguchi.channels.choices import SendCharset
from madoguchi.customers.choices import Honorific, IdentityKind
from madoguchi.customers.models import Customer, PostalAddress

type Short = Annotated[str, Field(max_length=100)]


class IdentityOut(Out):
    """An address that leads to a customer."""

    id: int
    """Its id."""
    kind: IdentityKind
    """Mail address or phone number."""
    address: str
    """The address as the customer wrote it."""
    key: str
    """The form that is compared: a phone number in E.164, a mail address folded."""
    text: str
    """The address as one reads it: 03-1234-5678."""
    label: str
    """自宅, 携帯, 勤務先."""
    is_primary: bool
    """The one of its kind to use first."""
    is_valid: bool
    """False: kept, but not to be used any more."""
    verified_at: datetime | None
    """When somebody made sure that it is theirs."""
    bounced_at: datetime | None
    """When a bounce said that mail does not arrive there."""
    bounce_reason: str
    """Why."""
    charset: SendCharset | Literal[""]
    """How mail to it is encoded; empty for as its desk sends."""


class AddressOut(Out):
    """A postal address in the parts of Japanese ones."""

    id: int
    """Its id."""
    label: str
    """自宅, お届け先."""
    postal_code: str
    """〒, of Japan as 150-0001."""
    prefecture: str
    """都道府県."""
    city: str
    """市区町村."""
    street: str
    """町名・番地."""
    building: str
    """建物名・部屋番号."""
    country: str
    """ISO 3166-1, two letters."""
    is_primary: bool
    """The one to use first."""


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
    is_vip: bool
    """重要顧客."""
    needs_care: bool
    """要注意対応."""
    note: str
    """What colleagues should know."""
    tags: list[str]
    """Words put on the customer."""
    fields: dict[str, Any]
    """What stands in their custom fields, by the id of the field; see GET /customer-fields. Empty ones are left out."""
    identities: list[IdentityOut]
    """Their mail addresses, phone numbers and accounts."""
    addresses: list[AddressOut]
    """Their postal addresses, the primary one first."""
    version: int
    """Grows with every change; given back with a change, it guards what others changed meanwhile."""
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
    tags: Annotated[list[Annotated[str, Field(max_length=50)]], Field(max_length=30)] | None = None
    """All the words that are to be on the customer."""
    fields: Annotated[dict[FieldKey, FieldText], Field(max_length=100)] | None = None
    """What to write into custom fields, by id or name; null empties one, the others stay."""
    is_vip: bool | None = None
    """重要顧客."""
    note: Annotated[str, Field(max_length=10_000)] | None = None
    """What colleagues should know."""


class CustomerChangesIn(CustomerIn):
    """What changes of a customer; what is left out stays."""

    version: Annotated[int, Field(ge=1)] | None = None
    """The version you read. Where somebody changed the same field since, the answer is 409 with both values."""


class AddressIn(In):
    """A postal address; what is left out is empty, or stays as it is."""

    label: Annotated[str, Field(max_length=40)] | None = None
    """自宅, お届け先."""
    postal_code: Annotated[str, Field(max_length=16)] | None = None
    """〒, in whatever spelling."""
    prefecture: Annotated[str, Field(max_length=40)] | None = None
    """都道府県."""
    city: Short | None = None
    """市区町村."""
    street: Annotated[str, Field(max_length=300)] | None = None
    """町名・番地."""
    building: Annotated[str, Field(max_length=200)] | None = None
    """建物名・部屋番号."""
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    """ISO 3166-1, two letters; JP where none is given."""
    is_primary: bool | None = None
    """The one to use first."""


class NewCustomerIn(CustomerIn):
    """A customer to add."""

    emails: Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=20)] = []
    """Their mail addresses, the primary one first."""
    phones: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=20)] = []
    """Their phone numbers."""
    addresses: Annotated[list[AddressIn], Field(max_length=20)] = []
    """Their postal addresses."""


class IdentityIn(In):
    """An address that is to lead to a customer."""

    kind: IdentityKind
    """Mail address or phone number."""
    address: Annotated[str, Field(min_length=3, max_length=254)]
    """The address."""
    label: Annotated[str, Field(max_length=40)] = ""
    """自宅, 携帯, 勤務先."""


class IdentityChangesIn(In):
    """What changes of an address."""

    charset: SendCharset | Literal[""] | None = None
    """How mail to it is encoded; empty for as its desk sends."""
    label: Annotated[str, Field(max_length=40)] | None = None
    """自宅, 携帯, 勤務先."""
    is_primary: Literal[True] | None = None
    """Use this one first; the other one of its kind steps back."""
    is_valid: bool | None = None
    """False: kept, but not to be used any more. True also forgets that it bounced."""
    is_verified: bool | None = None
    """Whether somebody made sure that it is theirs."""


def show_customer(row: Customer, fields: dict[str, Any]) -> CustomerOut:
    """A customer fetched with company and addresses."""
    names = (
        "family_name", "given_name", "family_kana", "given_kana", "display_name", "honorific", "department",
        "language", "time_zone", "is_vip", "needs_care", "note", "version", "created_at",
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
                key=each.key,
                text=each.text,
                label=each.label,
                is_valid=each.is_valid,
                verified_at=each.verified_at,
                is_primary=each.is_primary,
                bounced_at=each.bounced_at,
                bounce_reason=each.bounce_reason,
                charset=SendCharset(each.charset) if each.charset else "",
            )
            for each in row.identities.all()
        ],
        addresses=[show_postal_address(each) for each in row.addresses.all()],
        fields=fields,
        tags=sorted(tag.name for tag in row.tags.all()),
        **{name: getattr(row, name) for name in names},
    )


def show_postal_address(row: PostalAddress) -> AddressOut:
    """A postal address."""
    return AddressOut(id=row.pk, **{name: getattr(row, name) for name in AddressOut.model_fields if name != "id"})
