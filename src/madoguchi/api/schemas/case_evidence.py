"""The locked evidence of a case, and what a look at its chain found."""

from typing import Annotated, Any, Literal

from pydantic import Field

from madoguchi.api.schemas.base import Out
from madoguchi.cases.choices import MAX_REASON
from madoguchi.cases.models import Evidence
from madoguchi.cases.verifying import Verdict

type Kind = Literal["complaint", "harassment", "incident"]
type Words = Annotated[str, Field(max_length=MAX_REASON)]


class LockedOut(Out):
    """What was locked."""

    amount: int
    """How many pieces."""


class EvidenceOut(Out):
    """One piece of evidence."""

    position: int
    """1, 2, 3 and so on."""
    kind: Literal["message", "memo", "file", "statement"]
    """What it is."""
    content: dict[str, Any]
    """All that is hashed."""
    previous: str
    """The hash of the piece before it."""
    hash: str
    """SHA-256 over `previous`, a line feed, and `content` as JSON with sorted keys and no spaces."""


class FaultOut(Out):
    """What is wrong at one piece."""

    position: int
    """Which piece."""
    text: str
    """What is wrong."""


class VerdictOut(Out):
    """What came of computing the chain anew."""

    is_whole: bool
    """True when nothing was changed, put in or taken out."""
    amount: int
    """How many pieces there are."""
    head: str
    """The last hash."""
    faults: list[FaultOut]
    """What is wrong."""


def show_evidence(row: Evidence) -> EvidenceOut:
    """A link of the chain."""
    return EvidenceOut(
        position=row.position,
        kind=row.kind,  # type: ignore[arg-type]
        content=row.content,
        previous=row.previous,
        hash=row.hash,
    )


def show_verdict(verdict: Verdict) -> VerdictOut:
    """What came of verifying."""
    faults = [FaultOut(position=each.position, text=each.text) for each in verdict.faults]
    return VerdictOut(is_whole=verdict.is_whole, amount=verdict.amount, head=verdict.head, faults=faults)
