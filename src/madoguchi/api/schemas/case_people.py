"""Whom a case touches: colleagues who are cared for, and persons whose data leaked."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Id, In, Out, Ref
from madoguchi.api.schemas.cases import ref_of
from madoguchi.cases.choices import MAX_REASON
from madoguchi.cases.models import AffectedPerson, Care

type Kind = Literal["complaint", "harassment", "incident"]
type Words = Annotated[str, Field(max_length=MAX_REASON)]


class CareOut(Out):
    """What a colleague was offered or asked for."""

    id: int
    """Its id."""
    person: Ref
    """Whom it is about."""
    kind: Literal["hand_over", "rest", "talk", "note"]
    """What it is."""
    state: Literal["offered", "accepted", "declined", "done"]
    """What has become of it."""
    text: str
    """What was written."""
    follow_up_on: date | None
    """When somebody asks again."""
    by: Ref
    """Who wrote it."""


class CareIn(In):
    """What to offer a colleague, or to ask for oneself."""

    person_id: Id
    """Whom it is about."""
    kind: Literal["hand_over", "rest", "talk", "note"]
    """What it is."""
    text: Words = ""
    """A word to it."""
    follow_up_on: date | None = None
    """When to ask again."""
    case: Id | None = None
    """The case it comes from."""


class CareAnswerIn(In):
    """What becomes of it."""

    state: Literal["accepted", "declined", "done"]
    """The colleague accepts or declines; whoever offered it says that it is done."""


class AffectedOut(Out):
    """Somebody whose data leaked."""

    id: int
    """Their place on the list."""
    name: str
    """Their name."""
    told_at: datetime | None
    """When they were told."""
    how: str
    """How they were told."""


class NamesIn(In):
    """People to put on the list."""

    names: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=5000)]
    """Their names."""


class AffectedToldIn(In):
    """Who was told."""

    ids: Annotated[list[Id], Field(max_length=5000)]
    """Their places on the list."""
    how: Annotated[str, Field(min_length=1, max_length=200)]
    """How: mail, letter, telephone."""


def show_affected(each: AffectedPerson) -> AffectedOut:
    """One of the list."""
    return AffectedOut(id=each.pk, name=each.name, told_at=each.told_at, how=each.how)


def show_care(row: Care) -> CareOut:
    """One offer or note."""
    return CareOut(
        id=row.pk,
        person=ref_of(row.person),
        kind=row.kind,  # type: ignore[arg-type]
        state=row.state,  # type: ignore[arg-type]
        text=row.text,
        follow_up_on=row.follow_up_on,
        by=ref_of(row.by),
    )
