"""Linked conversations in words: for the head and for the side panel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from madoguchi.accounts.models import User
from madoguchi.accounts.permissions import Permission, may
from madoguchi.conversations.linking import Relation
from madoguchi.conversations.links import Linked, told_links
from madoguchi.conversations.models import ConversationLink
from madoguchi.desk.rows import status_word


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """One conversation at the other end of a link."""

    id: int
    relation: str
    word: str  #: what it is to this one
    number: int
    href: str
    subject: str
    customer: str
    status: str
    status_word: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class LinkedLines:
    """All of them, and what may be done."""

    number: int
    event_subject: str
    lines: Sequence[LinkedLine]
    can_change: bool
    open_children: int

    @property
    def in_head(self) -> Sequence[LinkedLine]:
        """What must be known at a glance: whose child or duplicate this is, else the first ones."""
        return self.lines[:3]


def links_beside(user: User, number: int, links: Iterable[ConversationLink]) -> LinkedLines:
    """The same of rows that were read together with others."""
    return linked_lines(number, told_links(user, number, links), can_change=may(user, Permission.ASSIGN))


def linked_lines(number: int, found: Sequence[Linked], *, can_change: bool) -> LinkedLines:
    """What is linked with a conversation, in words."""
    lines = [_line(each) for each in found]
    below = [each for each in found if each.relation == Relation.CHILD and each.conversation.is_open]
    return LinkedLines(number, f"conversation:{number}", lines, can_change, len(below))


def _line(each: Linked) -> LinkedLine:
    row = each.conversation
    return LinkedLine(
        id=each.link_id,
        relation=each.relation.value,
        word=str(each.relation.label),
        number=row.pk,
        href=reverse("desk:conversation", args=[row.pk]),
        subject=row.subject,
        customer=row.customer.label,
        status=row.status,
        status_word=status_word(row.status, is_side=row.side_of_id is not None),
        is_open=row.is_open,
    )
