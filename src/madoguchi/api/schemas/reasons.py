"""Why somebody needs to see what their role reads masked."""

from typing import Annotated

from pydantic import Field

from madoguchi.api.schemas.base import In
from madoguchi.customers.actions.showing import MAX_REASON


class ReasonIn(In):
    """Why."""

    reason: Annotated[str, Field(max_length=MAX_REASON)]
    """Kept in the audit log with the caller's name."""
