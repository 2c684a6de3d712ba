"""Companies, and what mails say that a record does not know."""

from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out
from madoguchi.customers.completing import Completion
from madoguchi.customers.models import Organisation


class CompanyOut(Out):
    """A company (法人)."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    kana: str
    """Its reading."""
    note: str
    """What colleagues should know."""
    domains: list[str]
    """Mail domains that are its own."""


class CompanyIn(In):
    """What changes of a company; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Its name."""
    kana: Annotated[str, Field(max_length=200)] | None = None
    """Its reading."""
    note: Annotated[str, Field(max_length=10_000)] | None = None
    """What colleagues should know."""
    domains: Annotated[list[Annotated[str, Field(max_length=253)]], Field(max_length=50)] | None = None
    """All the mail domains that are to be its own."""


class WhichCompanies(In):
    """Which companies."""

    q: Annotated[str, Field(max_length=200)] = ""
    """A part of the name, reading or mail domain; empty lists all."""


class AdoptIn(In):
    """Who is to belong to the company."""

    customers: Annotated[list[Id], Field(min_length=1, max_length=200)]
    """Customers without a company that write from its domains."""


class AdoptedOut(Out):
    """What came of it."""

    count: int
    """How many belong to the company now."""


class CompletionOut(Out):
    """Something a mail says that the record does not know."""

    key: str
    """By which it is taken over or put aside."""
    kind: Literal["name", "kana", "company", "department", "phone", "mail", "address"]
    """What it is."""
    text: str
    """As one reads it."""
    message: int | None
    """The mail in which it stands; null where the mail domain says it."""


class CompletionIn(In):
    """What is done with something a mail says."""

    key: Annotated[str, Field(max_length=400)]
    """Its key."""
    accept: bool
    """True writes it into the record; false: it is not offered again."""


def show_company(row: Organisation) -> CompanyOut:
    """A company fetched with its domains."""
    domains = sorted(each.domain for each in row.domains.all())
    return CompanyOut(id=row.pk, name=row.name, kana=row.kana, note=row.note, domains=domains)


def show_completion(each: Completion) -> CompletionOut:
    """One offer."""
    return CompletionOut(key=each.key, kind=each.kind, text=each.text, message=each.message)  # type: ignore[arg-type]
