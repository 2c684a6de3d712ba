"""What stands beside a customer's record: consents, files, changes."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from madoguchi.accounts.models import User
from madoguchi.api.schemas.base import In, Moment, Out
from madoguchi.api.schemas.customer_fields import shown_change
from madoguchi.customers.choices import ChangeKind, ConsentPurpose
from madoguchi.customers.models import Consent, CustomerFile, RecordChange
from madoguchi.customers.postcodes import Town


class ConsentOut(Out):
    """That a customer agreed to something or took it back."""

    id: int
    """Its id."""
    purpose: ConsentPurpose
    """To what."""
    is_given: bool
    """False: withdrawn."""
    at: datetime
    """When the customer said so."""
    source: str
    """Where they said so."""
    wording: str
    """Which version of the text."""
    noted_by: str
    """Who wrote it down."""


class ConsentIn(In):
    """That a customer agrees to something or takes it back."""

    purpose: ConsentPurpose
    """To what."""
    is_given: bool
    """False: withdrawn."""
    source: Annotated[str, Field(min_length=1, max_length=100, examples=["注文画面"])]
    """Where they said so."""
    at: Moment | None = None
    """When they said so; now where it is left out."""
    wording: Annotated[str, Field(max_length=100)] = ""
    """Which version of the text."""


class CustomerFileOut(Out):
    """A file kept with the customer."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    content_type: str
    """What it is said to be."""
    size_bytes: int
    """How large it is."""
    added_by: str
    """Who added it."""
    created_at: datetime
    """When."""


class CustomerFileIn(In):
    """A file to keep with the customer."""

    file: Annotated[str, Field(max_length=2000)]
    """The id that `upload_file` gave it."""


class ChangeOut(Out):
    """One change of a record."""

    id: int
    """Its id."""
    version: int
    """The version of the record after it."""
    what: ChangeKind
    """Which part changed."""
    before: Any
    """What stood there; null when it was added."""
    after: Any
    """What stood there then; null when it was taken away."""
    by: str
    """Who did it."""
    at: datetime
    """When."""
    undone_at: datetime | None
    """When it was taken back."""
    import_id: int | None
    """The import that wrote it; null for those who may not see imports."""


class TownOut(Out):
    """What a postal code stands for."""

    prefecture: str
    """都道府県."""
    city: str
    """市区町村."""
    town: str
    """町域; empty where the code is that of a whole city."""
    note: str
    """Which part of it."""


def show_consent(row: Consent) -> ConsentOut:
    """One consent."""
    names = ("purpose", "is_given", "at", "source", "wording")
    return ConsentOut(id=row.pk, noted_by=row.by_label, **{name: getattr(row, name) for name in names})


def show_file(row: CustomerFile) -> CustomerFileOut:
    """A file fetched with its blob."""
    names = ("name", "content_type", "created_at")
    return CustomerFileOut(
        id=row.pk,
        size_bytes=row.blob.size_bytes,
        added_by=row.by_label,
        **{name: getattr(row, name) for name in names},
    )


def show_change(row: RecordChange, user: User, *, import_id: int | None = None) -> ChangeOut:
    """One change."""
    names = ("version", "what", "at", "undone_at")
    return ChangeOut(
        id=row.pk,
        by=row.by_label,
        import_id=import_id,
        **shown_change(user, row),
        **{name: getattr(row, name) for name in names},
    )


def show_town(town: Town) -> TownOut:
    """A town."""
    return TownOut(prefecture=town.prefecture, city=town.city, town=town.town, note=town.note)
