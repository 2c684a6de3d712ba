"""名寄せ: pairs that may be one person, merges."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.customers.choices import SuggestionState
from madoguchi.customers.matching import Sign
from madoguchi.customers.models import CustomerMerge, Suggestion

type Field_ = Literal[
    "family_name", "given_name", "family_kana", "given_kana", "display_name", "honorific", "organisation",
    "department", "language", "time_zone", "is_vip", "needs_care", "note",
]  # fmt: skip


class DuplicateOut(Out):
    """Two customers that may be one person."""

    id: int
    """Its id."""
    first: Ref
    """The customer who came first."""
    second: Ref
    """The other one."""
    score: int
    """How likely, from 0 to 99."""
    signs: list[Sign]
    """Why: in what the two agree, and in what not."""
    state: SuggestionState
    """What was decided."""


class WhichDuplicates(In):
    """Which pairs."""

    state: SuggestionState = SuggestionState.OPEN
    """Those to be decided, those said to be different people, or those merged."""


class DuplicateDecisionIn(In):
    """What is decided of two customers."""

    state: Literal["open", "different"]
    """`different`: not one person, and not to be suggested again."""


class CustomerMergeIn(In):
    """Which record goes into this one, and what is taken from it."""

    other: Id
    """The customer whose record goes into this one."""
    fields: Annotated[dict[Field_, Literal["mine", "theirs", "both"]], Field(max_length=20)] = {}
    """Whose value stays; what is left out stays as it is here, and is filled in from the other where it is empty.

    `needs_care` stays when either has it, whatever is said: two people set and lift it, in a record of harassment.
    """


class MergeOut(Out):
    """One record that went into another."""

    id: int
    """Its id."""
    survivor: int
    """The customer it went into."""
    other: Ref
    """The one that went in."""
    by: str
    """Who did it."""
    at: datetime
    """When."""


class UnmergedOut(Out):
    """What came of taking two customers apart."""

    customer: int
    """The customer that is there again."""
    kept_fields: list[str]
    """Changed since the merge, so left as they are."""
    stayed: int
    """How many things came since and stay with the survivor."""


def show_suggestion(row: Suggestion) -> DuplicateOut:
    """A pair fetched with both customers."""
    first, second = (Ref(id=each.pk, name=each.label) for each in (row.first, row.second))
    return DuplicateOut(
        id=row.pk, first=first, second=second, score=row.score, signs=row.signs, state=SuggestionState(row.state)
    )


def show_merge(row: CustomerMerge) -> MergeOut:
    """One merge."""
    other = Ref(id=row.other_id, name=row.other_label)
    return MergeOut(id=row.pk, survivor=row.survivor_id, other=other, by=row.by_label, at=row.at)
