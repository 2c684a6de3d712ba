"""What all shapes share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

#: As large as the database counts.
MAX_ID = 2**63 - 1
#: Beyond this a date is a mistake, and near the year 10,000 it could be stored but not read.
LAST_YEAR = 2200


class Out(BaseModel):
    """Something the API says."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class In(BaseModel):
    """Something the API is told; unknown fields are refused, so that a misspelt one is not ignored."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")


def _sensible(moment: datetime) -> datetime:
    if not 1900 < moment.year < LAST_YEAR:
        raise ValueError("the year is not sensible")
    return moment.astimezone(UTC)


type Id = Annotated[int, Field(ge=1, le=MAX_ID)]
type Moment = Annotated[AwareDatetime, AfterValidator(_sensible)]


class Ref(Out):
    """A thing by its id, with its name to show."""

    id: int
    """Its id."""
    name: str
    """Its name."""


class Party(Out):
    """A mail address with the name used with it."""

    email: str
    """The mail address."""
    name: str = ""
    """The name, or empty."""


class PartyIn(In):
    """A mail address with the name to use with it."""

    email: Annotated[str, Field(max_length=998, examples=["yumiko@mail.example"])]
    """The mail address."""
    name: Annotated[str, Field(max_length=300, examples=["髙橋 由美子"])] = ""
    """The name to show with it."""


class Done(Out):
    """It was done and there is nothing more to say."""

    ok: bool = True
    """Always true; refusals have another status."""
