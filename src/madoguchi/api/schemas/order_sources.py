"""Shapes of the systems from which orders come."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from madoguchi.api.schemas.base import In, Out
from madoguchi.commerce.choices import MAX_PATTERNS
from madoguchi.commerce.models import OrderSource
from madoguchi.core.telling import told


class OrderSourceOut(Out):
    """A system in which a shop keeps its orders."""

    id: int
    """Its id."""
    name: str
    """Its name."""
    kind: str
    """Its connector: `push`, `http`, `sql`, `nextengine`, `tempostar`, `shopify`."""
    patterns: list[str]
    """How its order numbers look: # is a digit, @ a letter, * more of the one before."""
    order_url: str
    """The address of an order's page there, with {number} and {id} in it."""
    customer_url: str
    """The address of a customer's page there, with {customer} in it."""
    webhook_path: str
    """Where its webhook sends to; empty for a caller who may not change sources."""
    is_active: bool
    """False: nothing is asked of it or taken from it."""
    checked_at: datetime | None
    """When it last answered."""
    failing_since: datetime | None
    """Since when it does not."""
    failure: str
    """Why, in words."""


class OrderSourceIn(In):
    """A source to add, or what changes of one; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """Its name."""
    kind: Annotated[str, Field(max_length=20)] = "push"
    """Its connector; it cannot be changed later."""
    patterns: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=MAX_PATTERNS)] | None = None
    """How its order numbers look: `HK-######`."""
    order_url: Annotated[str, Field(max_length=500)] | None = None
    """The address of an order's page there, with {number} or {id} in it."""
    customer_url: Annotated[str, Field(max_length=500)] | None = None
    """The address of a customer's page there, with {customer} in it."""
    settings: dict[str, Any] | None = None
    """The connector's own settings by the names of its form, secrets among them: those are sealed and never said."""
    is_active: bool | None = None
    """False: nothing is asked of it or taken from it."""


def show_source(source: OrderSource, *, may_change: bool) -> OrderSourceOut:
    """A source; its secrets are never said, and where its webhook is only to who may change it."""
    return OrderSourceOut(
        id=source.pk,
        name=source.name,
        kind=source.kind,
        patterns=source.patterns,
        order_url=source.order_url,
        customer_url=source.customer_url,
        webhook_path=f"/hooks/orders/{source.key}" if may_change else "",
        is_active=source.is_active,
        checked_at=source.checked_at,
        failing_since=source.failing_since,
        failure=told(source.failure),
    )
