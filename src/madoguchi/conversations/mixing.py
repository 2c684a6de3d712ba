"""Merging and moving between the conversations of different customers: what it means, in words, before it is done.

Faces ask with these words, or refuse with `DifferentCustomers` until the caller says that it is meant.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from madoguchi.conversations.models import Conversation
from madoguchi.core.errors import DomainError

#: As many customers are named.
_NAMED = 5


class DifferentCustomers(DomainError):
    """What one customer wrote would stand before another; `facts["conversations"]` says whose are somebody else's."""

    code = "different_customers"


def merging_told(survivor: Conversation, others: Sequence[Conversation]) -> str:
    """What it means to merge these where they belong to several customers; empty where they do not."""
    strangers = {each.customer_id: each for each in others if each.customer_id != survivor.customer_id}
    if not strangers:
        return ""
    named = _(", ").join(each.customer.label for each in list(strangers.values())[:_NAMED])
    text = _(
        "These belong to different customers: #%(number)s to %(name)s, the rest to %(others)s. What one of them wrote"
        " would stand in the conversation of the other, and a reply may quote it."
    )
    return text % {"number": survivor.pk, "name": survivor.customer.label, "others": named}


def moving_told(source: Conversation, target: Conversation) -> str:
    """What it means to move a message to another customer's conversation; empty where it is the same customer's."""
    if target.customer_id == source.customer_id:
        return ""
    text = _("#%(number)s belongs to another customer, %(name)s. Whoever answers there may quote this message.")
    return text % {"number": target.pk, "name": target.customer.label}


def refuse_to_merge(survivor: Conversation, others: Sequence[Conversation]) -> None:
    """Raise DifferentCustomers, for callers who have not said that it is meant."""
    if told := merging_told(survivor, others):
        raise _refusal(told, [each for each in others if each.customer_id != survivor.customer_id])


def refuse_to_move(source: Conversation, target: Conversation) -> None:
    """Raise DifferentCustomers, for callers who have not said that it is meant."""
    if told := moving_told(source, target):
        raise _refusal(told, [target])


def _refusal(told: str, strangers: Sequence[Conversation]) -> DifferentCustomers:
    what_to_do = _("If that is meant, ask again with `different_customers`: true.")
    numbers = [each.pk for each in strangers]
    return DifferentCustomers(_("%(told)s %(more)s") % {"told": told, "more": what_to_do}, conversations=numbers)
